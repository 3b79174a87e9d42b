/** A request as the server reads it: a WHATWG `Request`, or what stands for one at less cost. */
export interface ApiRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly headers: Pick<Headers, "get">;
  /** As it comes, or whole when all of it is there. */
  readonly body: ReadableStream<Uint8Array> | Uint8Array | null;
}

/** An answer as the server gives it. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  /** A stream only where the end is not known yet. */
  readonly body: string | Uint8Array | ReadableStream<Uint8Array> | null;
}
