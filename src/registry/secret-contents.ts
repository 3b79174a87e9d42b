import type { KubeObject } from "../api/meta.js";
import { ANNOTATION_KUBECTL_LAST_APPLIED, PLACEMENT_GROUP } from "../api/names.js";
import { type Fields, fieldAt, fieldsOf, listAt, stringAt } from "./fields.js";
import type { TwinNames } from "./scope.js";
import { ENVELOPE, RESOURCE_SNAPSHOT } from "./twins.js";

/** Stands where a value was; `data` of a Secret holds Base64. */
const CONCEALED = { data: Buffer.from("concealed").toString("base64"), stringData: "concealed" };

/** A snapshot or an envelope without the values of the Secrets in it; which keys they have stays visible. */
export function withoutSecretContents(object: KubeObject): KubeObject {
  return { ...object, ...concealIn(object) };
}

function concealIn(value: unknown): Fields {
  const object = fieldsOf(value);
  if (object.apiVersion === "v1" && object.kind === "Secret") return concealSecret(object);
  if (isOwn(object, ENVELOPE)) {
    return withoutLastApplied({ ...object, data: mapValues(object.data, concealIn) });
  }
  if (!isOwn(object, RESOURCE_SNAPSHOT)) return object;
  const selectedResources = listAt(object, "spec", "selectedResources").map(concealIn);
  return { ...object, spec: { ...fieldsOf(object.spec), selectedResources } };
}

function concealSecret(secret: Fields): Fields {
  const { data, stringData } = secret;
  return withoutLastApplied({
    ...secret,
    ...(data !== undefined && { data: mapValues(data, () => CONCEALED.data) }),
    ...(stringData !== undefined && {
      stringData: mapValues(stringData, () => CONCEALED.stringData),
    }),
  });
}

function withoutLastApplied(object: Fields): Fields {
  const annotations = fieldsOf(fieldAt(object, "metadata", "annotations"));
  if (annotations[ANNOTATION_KUBECTL_LAST_APPLIED] === undefined) return object;
  const { [ANNOTATION_KUBECTL_LAST_APPLIED]: _, ...kept } = annotations;
  return { ...object, metadata: { ...fieldsOf(object.metadata), annotations: kept } };
}

function isOwn(object: Fields, twins: TwinNames): boolean {
  const group = stringAt(object, "apiVersion")?.split("/")[0];
  return group === PLACEMENT_GROUP && Object.values(twins).some(({ kind }) => kind === object.kind);
}

function mapValues(fields: unknown, change: (value: unknown) => unknown): Fields {
  const entries = Object.entries(fieldsOf(fields));
  return Object.fromEntries(entries.map(([key, value]) => [key, change(value)]));
}
