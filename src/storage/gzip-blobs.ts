import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { BlobClient, ContainerClient } from "@azure/storage-blob";
import { refusalOf, requestFor } from "./request-failure.js";

const compress = promisify(gzip);
const decompress = promisify(gunzip);
/** How often a download that breaks off is resumed. */
const MAX_RESUMES = 3;

/** Texts in blobs, compressed. A name is written once and never again, so a text cannot change under its readers. */
export interface GzipBlobs {
  /** Creates the container when it is missing. */
  prepare(): Promise<void>;
  /** @returns undefined when there is no such blob */
  read(name: string): Promise<string | undefined>;
  /** Does nothing when the name is taken. */
  write(name: string, text: string): Promise<void>;
  exists(name: string): Promise<boolean>;
  /** Gone afterwards; absent before is fine. */
  remove(name: string): Promise<void>;
}

export function gzipBlobs(container: ContainerClient): GzipBlobs {
  const subject = (name: string) => `blob ${container.containerName}/${name}`;
  const client = (name: string) => container.getBlockBlobClient(name);
  return {
    async prepare() {
      await requestFor(`container ${container.containerName}`, () => container.createIfNotExists());
    },
    async read(name) {
      const packed = await unlessRefused("Missing", () =>
        requestFor(subject(name), () => download(client(name))),
      );
      return packed && (await decompress(packed)).toString("utf8");
    },
    async write(name, text) {
      const packed = await compress(text);
      const onlyIfNew = { conditions: { ifNoneMatch: "*" } };
      await unlessRefused("Exists", () =>
        requestFor(subject(name), () => client(name).uploadData(packed, onlyIfNew)),
      );
    },
    exists: (name) => requestFor(subject(name), () => client(name).exists()),
    async remove(name) {
      await requestFor(subject(name), () => client(name).deleteIfExists());
    },
  };
}

/** One request, unlike the SDK's way into a buffer, which first asks for the size. */
async function download(client: BlobClient): Promise<Buffer> {
  const { readableStreamBody } = await client.download(undefined, undefined, {
    maxRetryRequests: MAX_RESUMES,
  });
  if (!readableStreamBody) throw new Error("the answer has no body");
  return buffer(readableStreamBody);
}

async function unlessRefused<T>(
  refusal: "Missing" | "Exists",
  send: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await send();
  } catch (error) {
    if (refusalOf(error) === refusal) return undefined;
    throw error;
  }
}
