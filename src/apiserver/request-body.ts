import { badRequest, StatusError } from "../api/status-error.js";
import type { ApiRequest } from "./api-exchange.js";
import { goJsonError } from "./go-json-error.js";
import { parseMediaType } from "./media-type.js";
import { decodeProtobuf } from "./protobuf/decode.js";
import { parseYaml, parseYamlDocuments } from "./yaml.js";

/** As deep as the API server's own JSON decoder goes before it refuses. */
const MAX_DEPTH = 1_000;

/** How much of a body that cannot be read is repeated. */
const SUMMARY_BYTES = 30;

const JSON_TYPE = "application/json";
const YAML_TYPES = ["application/yaml", "application/x-yaml", "text/yaml"];
/** What `curl -d` says unless it is told otherwise, whatever the text is. */
const CURL_TYPE = "application/x-www-form-urlencoded";
const PROTOBUF_TYPE = "application/vnd.kubernetes.protobuf";

/** @throws StatusError 413 when the body is larger than `maxBytes`, 400 when the client breaks off */
export async function readBody(request: ApiRequest, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const { body } = request;
  if (body instanceof Uint8Array) return requireSize(body, maxBytes);
  if (!body) return new Uint8Array();
  try {
    return await readAll(body, maxBytes);
  } catch (error) {
    if (error instanceof StatusError) throw error;
    throw badRequest(`the body of the request could not be read: ${messageOf(error)}`);
  }
}

function requireSize(body: Uint8Array, maxBytes: number): Uint8Array {
  if (body.byteLength > maxBytes) throw tooLarge(maxBytes);
  return body;
}

async function readAll(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(maxBytes: number): StatusError {
  return new StatusError(
    413,
    "RequestEntityTooLarge",
    `Request entity too large: limit is ${maxBytes} bytes`,
  );
}

/**
 * The object in a body: JSON, YAML or Kubernetes protobuf, as the Content-Type says; JSON when it says nothing.
 *
 * @param expected the kind that belongs here, for the message
 * @throws StatusError 400 when it is not an object, 415 when the type is unknown
 */
export function decodeObject(
  bytes: Uint8Array,
  contentType: string | null,
  expected: string,
): Record<string, unknown> {
  const value = decodeBody(bytes, contentType, expected);
  if (isRecord(value)) return value;
  throw unrecognized(expected, bytes, "json: the body is not an object");
}

/**
 * As `decodeObject`, for a body that may be any value: undefined when it is empty; several YAML documents are a list.
 * For requests that people make by hand: what curl sends by default is read too, as JSON or YAML.
 */
export function decodeAny(bytes: Uint8Array, contentType: string | null): unknown {
  if (bytes.length === 0) return undefined;
  if (![...YAML_TYPES, CURL_TYPE].includes(typeOf(contentType)))
    return decodeBody(bytes, contentType, "body");
  const documents = readable("body", bytes, parseYamlDocuments);
  return documents.length > 1 ? documents : documents[0];
}

/** A patch: JSON whatever the type is called, except an apply patch, which may be YAML. */
export function decodePatch(bytes: Uint8Array, contentType: string): unknown {
  const { type } = parseMediaType(contentType);
  try {
    const text = decodeText(bytes);
    return shallow(type === "application/apply-patch+yaml" ? parseYaml(text) : parseJson(text));
  } catch (error) {
    // A real server leaves the parser's words alone there.
    const prefix =
      type === "application/strategic-merge-patch+json" ? "" : "error decoding patch: ";
    throw badRequest(`${prefix}${messageOf(error)}`);
  }
}

export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  return new StatusError(
    415,
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`,
  );
}

function decodeBody(bytes: Uint8Array, contentType: string | null, expected: string): unknown {
  const type = typeOf(contentType);
  if (type === PROTOBUF_TYPE) return decodeProtobuf(bytes);
  if (type === JSON_TYPE) return readable(expected, bytes, parseJson);
  if (YAML_TYPES.includes(type)) return readable(expected, bytes, parseYaml);
  throw unsupportedMediaType([JSON_TYPE, "application/yaml", PROTOBUF_TYPE]);
}

function typeOf(contentType: string | null): string {
  return contentType ? parseMediaType(contentType).type : JSON_TYPE;
}

function readable<T>(expected: string, bytes: Uint8Array, parse: (text: string) => T): T {
  try {
    return shallow(parse(decodeText(bytes)));
  } catch (error) {
    throw unrecognized(expected, bytes, `json parse error: ${messageOf(error)}`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(goJsonError(text) ?? messageOf(error), { cause: error });
  }
}

function unrecognized(expected: string, bytes: Uint8Array, why: string): StatusError {
  return badRequest(
    `the object provided is unrecognized (must be of type ${expected}): couldn't get version/kind; ${why} (${beginning(bytes)})`,
  );
}

/** How a body begins: as text when it looks like JSON, in hexadecimal otherwise. Source: apiserver `summarizeData`. */
function beginning(bytes: Uint8Array): string {
  if (bytes.length === 0) return "<empty>";
  const start = Buffer.from(bytes.subarray(0, SUMMARY_BYTES));
  const text = start.toString(start.at(0) === "{".charCodeAt(0) ? "utf8" : "hex");
  return bytes.length > SUMMARY_BYTES ? `${text} ...` : text;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decodeText(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}

/** Refuses nesting that would exhaust the stack of whoever walks the value; walks it itself without recursion. */
function shallow<T>(value: T): T {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw new Error(`exceeded max depth of ${MAX_DEPTH}`);
    level = childrenOf(level);
  }
  return value;
}

function childrenOf(level: readonly unknown[]): unknown[] {
  const children: unknown[] = [];
  for (const item of level) {
    if (typeof item !== "object" || item === null) continue;
    for (const child of Object.values(item)) children.push(child);
  }
  return children;
}

/** What a parser says, on one line. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n")[0] ?? text;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
