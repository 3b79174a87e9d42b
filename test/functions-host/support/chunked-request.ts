/** POSTs a body of some chunks of some bytes each, without a Content-Length. */
export function postChunks(url: string, chunks: number, bytes: number): Promise<Response> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let sent = 0; sent < chunks; sent++) controller.enqueue(Buffer.alloc(bytes, "x"));
      controller.close();
    },
  });
  // Node wants to hear that a streamed body is sent before the answer; the DOM's types do not know the word.
  const halfDuplex = { duplex: "half" };
  return fetch(url, { method: "POST", body, ...halfDuplex });
}
