/** A request as the server reads it. A WHATWG `Request` is one, but takes as long to make as most requests to answer. */
export interface ApiRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly headers: Pick<Headers, "get">;
  /** As it comes, or whole when all of it is there. */
  readonly body: ReadableStream<Uint8Array> | Uint8Array | null;
}
