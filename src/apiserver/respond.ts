import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { FailureStatus, StatusError } from "../api/status-error.js";
import type { ApiRequest, ApiResponse } from "./api-exchange.js";
import type { ResponseForm } from "./response-form.js";
import { toYaml } from "./yaml.js";

/** Smaller answers are sent as they are. Source: apiserver `defaultGzipThresholdBytes`. */
const GZIP_FROM_BYTES = 128 * 1024;
/** Source: apiserver `defaultGzipContentEncodingLevel`. */
const GZIP_LEVEL = 1;

const compress = promisify(gzip);

/** An answer in the encoding the client asked for, compressed when it is large and the client can take it. */
export async function respondWith(
  request: ApiRequest,
  encoding: ResponseForm["encoding"],
  code: number,
  body: unknown,
  headers: Headers = new Headers(),
): Promise<ApiResponse> {
  const yaml = encoding === "yaml";
  headers.set("content-type", yaml ? "application/yaml" : "application/json");
  const text = yaml ? toYaml(body) : `${JSON.stringify(body)}\n`;
  return respondText(request, code, text, headers);
}

export async function respondText(
  request: ApiRequest,
  code: number,
  text: string,
  headers: Headers,
): Promise<ApiResponse> {
  if (Buffer.byteLength(text) < GZIP_FROM_BYTES || !acceptsGzip(request)) {
    return { status: code, headers, body: text };
  }
  headers.set("content-encoding", "gzip");
  headers.append("vary", "Accept-Encoding");
  return { status: code, headers, body: await compress(text, { level: GZIP_LEVEL }) };
}

function acceptsGzip(request: ApiRequest): boolean {
  return /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "");
}

export function plainText(code: number, text: string): ApiResponse {
  return { status: code, headers: new Headers({ "content-type": "text/plain" }), body: text };
}

/** What a server answers for paths outside its API groups. */
export function pageNotFound(): ApiResponse {
  return plainText(404, "404 page not found\n");
}

export function failure(error: StatusError): ApiResponse {
  const headers = new Headers({ "content-type": "application/json" });
  const { retryAfterSeconds } = error;
  if (retryAfterSeconds !== undefined) headers.set("retry-after", String(retryAfterSeconds));
  const status: FailureStatus = error.toStatus();
  return { status: error.code, headers, body: `${JSON.stringify(status)}\n` };
}

/** All warnings of one answer: many clients and hosts refuse longer headers. Source: apiserver `warning` package. */
const MAX_WARNING_LENGTH = 4 * 1024;

/**
 * Adds a `Warning` header for each text, as many as there is room for. kubectl prints them.
 * Source: RFC 9111 §5.5, code 299.
 */
export function addWarnings(headers: Headers, warnings: readonly string[]): void {
  let room = MAX_WARNING_LENGTH;
  for (const warning of warnings) {
    const text = warning.replace(/[^\x20-\x7e]+/g, " ").replace(/["\\]/g, "\\$&");
    room -= text.length;
    if (room < 0) return;
    headers.append("warning", `299 - "${text}"`);
  }
}
