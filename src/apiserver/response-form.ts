import { StatusError } from "../api/status-error.js";
import { type MediaType, parseAccept } from "./media-type.js";

/** How an answer is written: the encoding, and whether objects are sent whole, as rows or as metadata only. */
export interface ResponseForm {
  /** Text only where a route offers it. */
  readonly encoding: "json" | "yaml" | "text";
  readonly as: "Object" | "Table" | "PartialObjectMetadata";
  /** Version of `meta.k8s.io` that the client asked for; only meaningful for Table and PartialObjectMetadata. */
  readonly metaVersion: "v1" | "v1beta1";
}

const JSON_TYPES = ["application/json", "application/*", "*/*"];
const YAML_TYPES = ["application/yaml", "application/x-yaml", "text/yaml"];
const TEXT_TYPES = ["text/plain"];

/**
 * @param plainText whether the answer can also be sent as plain text
 * @throws StatusError 406 when nothing the client accepts can be sent
 */
export function chooseForm(accept: string | null, plainText = false): ResponseForm {
  for (const media of parseAccept(accept)) {
    const form = formFor(media, plainText);
    if (form) return form;
  }
  throw notAcceptable(["application/json", "application/yaml", ...(plainText ? TEXT_TYPES : [])]);
}

export function notAcceptable(types: readonly string[]): StatusError {
  return new StatusError(
    406,
    "NotAcceptable",
    `only the following media types are accepted: ${types.join(", ")}`,
  );
}

function formFor(media: MediaType, plainText: boolean): ResponseForm | undefined {
  const encoding = encodingOf(media.type, plainText);
  if (!encoding) return undefined;
  const as = media.parameters.get("as");
  if (as === undefined) return { encoding, as: "Object", metaVersion: "v1" };
  if (media.parameters.get("g") !== "meta.k8s.io") return undefined;
  const metaVersion = media.parameters.get("v");
  if (metaVersion !== "v1" && metaVersion !== "v1beta1") return undefined;
  if (as === "Table") return { encoding, as, metaVersion };
  if (as === "PartialObjectMetadata" || as === "PartialObjectMetadataList") {
    return { encoding, as: "PartialObjectMetadata", metaVersion };
  }
  return undefined;
}

function encodingOf(type: string, plainText: boolean): ResponseForm["encoding"] | undefined {
  if (JSON_TYPES.includes(type)) return "json";
  if (plainText && TEXT_TYPES.includes(type)) return "text";
  return YAML_TYPES.includes(type) ? "yaml" : undefined;
}
