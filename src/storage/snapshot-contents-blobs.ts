import type { KubeObject } from "../api/meta.js";
import type { GzipBlobs } from "./gzip-blobs.js";
import { RecentlyUsed } from "./recently-used.js";
import type { SnapshotContents } from "./snapshot-contents.js";

const CACHE_UNITS = 32 * 1024 * 1024;

/** Contents in blobs named by their hash. What was read or written lately is kept in memory, as JSON counts it. */
export function snapshotContentsBlobs(blobs: GzipBlobs): SnapshotContents {
  const cache = new RecentlyUsed<readonly KubeObject[]>(CACHE_UNITS);
  const loading = new Map<string, Promise<readonly KubeObject[] | undefined>>();

  async function load(hash: string): Promise<readonly KubeObject[] | undefined> {
    const text = await blobs.read(blobName(hash));
    if (text === undefined) return undefined;
    // Nobody else writes these blobs.
    const resources = JSON.parse(text) as readonly KubeObject[];
    cache.set(hash, resources, text.length);
    return resources;
  }

  /** Many lanes want the same snapshot at once: one download serves them all. */
  function loadOnce(hash: string): Promise<readonly KubeObject[] | undefined> {
    const known = loading.get(hash);
    if (known !== undefined) return known;
    const started = load(hash).finally(() => loading.delete(hash));
    loading.set(hash, started);
    return started;
  }

  return {
    async put(hash, resources) {
      if (cache.get(hash)) return;
      const text = JSON.stringify(resources);
      if (!(await blobs.exists(blobName(hash)))) await blobs.write(blobName(hash), text);
      cache.set(hash, resources, text.length);
    },
    get: async (hash) => cache.get(hash) ?? loadOnce(hash),
  };
}

function blobName(hash: string): string {
  return `contents/${hash}.json.gz`;
}
