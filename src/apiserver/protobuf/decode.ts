import protobuf from "protobufjs/minimal.js";
import { badRequest, StatusError } from "../../api/status-error.js";
import { builtinKinds } from "../../registry/builtin-facts.js";
import { builtinMessage } from "../../registry/builtin-message.js";
import { decodeMessage } from "./message.js";

/** "k8s" and a zero byte, then one `runtime.Unknown` message. */
const frame = [0x6b, 0x38, 0x73, 0x00];

/**
 * The JSON form of an object in Kubernetes' protobuf encoding, which typed clients (`kubectl create …`) send without an
 * alternative. Zero values are dropped where Go's JSON would drop them or a default would replace them.
 *
 * @throws StatusError 400 when the bytes are not such an object, 415 for a kind whose fields are not known here
 *
 * Source: k8s.io/apimachinery `runtime/serializer/protobuf`.
 */
export function decodeProtobuf(bytes: Uint8Array): Record<string, unknown> {
  if (!frame.every((byte, index) => bytes[index] === byte)) {
    throw badRequest(
      "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]",
    );
  }
  try {
    return decodeUnknown(bytes.subarray(frame.length));
  } catch (error) {
    if (error instanceof StatusError) throw error;
    const text = error instanceof Error ? error.message : String(error);
    throw badRequest(`the body of the request is not valid protobuf: ${text}`);
  }
}

/** `runtime.Unknown`: 1 typeMeta, 2 raw; the encoding fields behind them are empty in requests. */
function decodeUnknown(bytes: Uint8Array): Record<string, unknown> {
  let typeMeta = { apiVersion: "", kind: "" };
  let raw: Uint8Array = new Uint8Array();
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 0x0a) typeMeta = decodeTypeMeta(reader.bytes());
    else if (tag === 0x12) raw = reader.bytes();
    else reader.skipType(tag & 7);
  }
  const message = builtinMessage(messageName(typeMeta));
  return { ...typeMeta, ...decodeMessage(raw, message) };
}

/** `runtime.TypeMeta`: 1 apiVersion, 2 kind. */
function decodeTypeMeta(bytes: Uint8Array): { apiVersion: string; kind: string } {
  const typeMeta = { apiVersion: "", kind: "" };
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 0x0a) typeMeta.apiVersion = reader.string();
    else if (tag === 0x12) typeMeta.kind = reader.string();
    else reader.skipType(tag & 7);
  }
  return typeMeta;
}

function messageName({ apiVersion, kind }: { apiVersion: string; kind: string }): string {
  // Delete options travel under the apiVersion of whatever is deleted.
  if (kind === "DeleteOptions") return "meta/v1.DeleteOptions";
  const key = `${apiVersion} ${kind}`;
  const name = Object.hasOwn(builtinKinds, key) ? builtinKinds[key] : undefined;
  if (name) return name;
  throw new StatusError(
    415,
    "UnsupportedMediaType",
    "the body of the request was in an unknown format - accepted media types include: application/json, " +
      `application/yaml (${kind} in version "${apiVersion}" is not accepted as protobuf: use kubectl create -f or apply -f)`,
  );
}
