const UNSAFE = /[^A-Za-z0-9.:_-]/gu;
const ESCAPED = /(?:![0-9A-F]{2})+/g;
/** Stands for the empty string, which cannot be told from "no key" in some requests. */
const EMPTY = "!";
/** Sorts after every character of an encoded key. */
const AFTER_ALL = "~";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Writes any text as a table key, reversibly and keeping the byte order of text made of letters, digits and `.:_-`.
 * Everything else becomes `!` and the hex of its UTF-8 bytes.
 * Source: "Understanding the Table service data model", characters disallowed in key fields.
 */
export function encodeKey(text: string): string {
  return text === "" ? EMPTY : escapeKey(text);
}

export function decodeKey(key: string): string {
  if (key === EMPTY) return "";
  return key.replace(ESCAPED, (run) =>
    decoder.decode(Uint8Array.from(run.slice(1).split("!"), (hex) => Number.parseInt(hex, 16))),
  );
}

/** Bounds of the encoded keys whose text begins with `prefix`: from the first, up to but not including the second. */
export function keyBounds(prefix: string): readonly [string, string] {
  const key = escapeKey(prefix);
  return [key, keysAfter(key)];
}

/** Sorts after all keys that begin with this encoded text, and before all others that are greater. */
export function keysAfter(key: string): string {
  return key + AFTER_ALL;
}

/** Joins encoded parts. The separator is in no encoded part, and keys of one leading part are one range. */
export function joinKeys(...parts: readonly string[]): string {
  return parts.map(escapeKey).join("|");
}

function escapeKey(text: string): string {
  return text.replace(UNSAFE, (character) =>
    Array.from(encoder.encode(character), (byte) => `!${hex(byte)}`).join(""),
  );
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}
