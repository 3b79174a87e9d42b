import type { ApiRequest, ApiResponse } from "../api-exchange.js";
import { parseAccept } from "../media-type.js";

/** What clients ask for, and what the answer is called: a media type may not hold an `@`. Source: kube-openapi `handler`. */
const ACCEPTED = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
const PROTOBUF = ACCEPTED.replace("@", ".");

const VERSION = "2.0";
const INFO = { title: "Stagecoach", version: "v1" };

/**
 * `GET /openapi/v2`: a document without paths and definitions. kubectl asks for it when it finds no v3 document of a
 * group version, and before it sends a `kind: List`; without any document it refuses to send, and with an empty one it
 * leaves validation to the server.
 */
export function emptyOpenApiV2(request: ApiRequest): ApiResponse {
  if (prefersProtobuf(request)) return answer(document(), PROTOBUF);
  const json = JSON.stringify({ swagger: VERSION, info: INFO, paths: {} });
  return answer(Buffer.from(`${json}\n`), "application/json");
}

function prefersProtobuf(request: ApiRequest): boolean {
  const [first] = parseAccept(request.headers.get("accept"));
  return first?.type === ACCEPTED || first?.type === PROTOBUF;
}

function answer(body: Buffer<ArrayBuffer>, contentType: string): ApiResponse {
  const headers = new Headers({ "content-type": contentType, vary: "Accept" });
  return { status: 200, headers, body };
}

/** Source: gnostic `openapi_v2.proto`, Document: 1 swagger, 2 info {1 title, 2 version}. */
function document(): Buffer<ArrayBuffer> {
  const info = Buffer.concat([field(1, INFO.title), field(2, INFO.version)]);
  return Buffer.concat([field(1, VERSION), field(2, info)]);
}

/** A length-delimited field; one byte says the length of anything this short. */
function field(number: number, value: string | Buffer): Buffer<ArrayBuffer> {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}
