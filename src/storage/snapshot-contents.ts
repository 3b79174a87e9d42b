import type { KubeObject } from "../api/meta.js";

/** What a resource snapshot holds, kept once per content: addressed by its hash, never changed, compressed. */
export interface SnapshotContents {
  /** Stores the resources under `hash` (hex SHA-256); storing the same content again is free of effect. */
  put(hash: string, resources: readonly KubeObject[]): Promise<void>;
  /** @returns undefined when nothing was stored under that hash */
  get(hash: string): Promise<readonly KubeObject[] | undefined>;
}
