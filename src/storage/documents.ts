/** A value and the version under which it was read (the entity's ETag). */
export interface Versioned<T> {
  readonly value: T;
  readonly version: string;
}

/** A versioned value and its row key. */
export interface Row<T> extends Versioned<T> {
  readonly row: string;
}

/**
 * JSON documents addressed by partition and row: the base of everything the app stores besides API objects.
 * A document larger than a table row goes to a blob without the caller noticing. Keys may hold any character.
 * Errors are `StoreError`s as in the object store.
 */
export interface Documents<T> {
  /**
   * With `ahead` the caller goes through rows of the partition, is content with what was there some seconds ago, and
   * finds out by a refused write: rows that come next are read along.
   */
  get(
    partition: string,
    row: string,
    options?: { readonly ahead?: boolean },
  ): Promise<Versioned<T> | undefined>;
  /**
   * All rows of the partition in row order (byte order), or those whose key begins with `prefix`. With `recent` the
   * caller is content with what was known a moment ago.
   */
  list(
    partition: string,
    options?: { readonly prefix?: string; readonly recent?: boolean },
  ): Promise<readonly Row<T>[]>;
  /** @returns the new version. @throws StoreError AlreadyExists */
  insert(partition: string, row: string, value: T): Promise<string>;
  /** Writes only over `version`. @returns the new version. @throws StoreError Conflict, NotFound */
  replace(partition: string, row: string, value: T, version: string): Promise<string>;
  /** Writes whatever is there. @returns the new version */
  upsert(partition: string, row: string, value: T): Promise<string>;
  /** Writes many rows of one partition, in transactions of up to 100; not atomic as a whole. */
  upsertAll(
    partition: string,
    rows: readonly { readonly row: string; readonly value: T }[],
  ): Promise<void>;
  /**
   * Gone afterwards; absent before is fine. With `version`: only that one.
   *
   * @returns whether it was there. @throws StoreError Conflict
   */
  remove(partition: string, row: string, version?: string): Promise<boolean>;
  /** Removes every row of the partition that is there at the moment. */
  removePartition(partition: string): Promise<void>;
}
