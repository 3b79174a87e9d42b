import { randomUUID } from "node:crypto";
import type { GzipBlobs } from "./gzip-blobs.js";
import { StoreError } from "./object-store.js";

/**
 * UTF-16 units per property and per row. A property takes 64 KiB and an entity 1 MiB, at two bytes a unit.
 * Source: "Understanding the Table service data model", property limitations.
 */
const UNITS_PER_PROPERTY = 30_000;
const UNITS_PER_ROW = 480_000;
/** Twenty times what etcd takes for one object. */
const MAX_UNITS = 32_000_000;

/** The properties of an entity that hold a text: in pieces `j0`, `j1`, … or as the name of a blob. */
export type TextProperties = {
  readonly blob?: string;
  readonly [piece: `j${number}`]: string;
};

/** An entity as the SDK reads it: property names are data. */
export type ReadProperties = Readonly<Record<string, unknown>>;

/** Lays the text out over properties. @returns undefined when it needs a blob */
export function piecesOf(text: string): TextProperties | undefined {
  if (text.length > UNITS_PER_ROW) return undefined;
  const pieces: Record<`j${number}`, string> = {};
  for (let start = 0, index = 0; start < text.length; index += 1) {
    const end = endOfPiece(text, start);
    pieces[`j${index}`] = text.slice(start, end);
    start = end;
  }
  return pieces;
}

/** Puts the pieces together. @returns undefined when the text is in a blob */
export function joinPieces(properties: ReadProperties): string | undefined {
  if (blobOf(properties) !== undefined) return undefined;
  let text = "";
  for (let index = 0; ; index += 1) {
    const piece = properties[`j${index}`];
    if (typeof piece !== "string") return text;
    text += piece;
  }
}

export function blobOf(properties: ReadProperties): string | undefined {
  return typeof properties.blob === "string" ? properties.blob : undefined;
}

/** Properties for the text, whose blob is written first if it needs one: a row never points to nothing. */
export async function storeText(
  blobs: GzipBlobs,
  folder: string,
  text: string,
): Promise<TextProperties> {
  const pieces = piecesOf(text);
  if (pieces) return pieces;
  if (text.length > MAX_UNITS) {
    throw new StoreError("TooLarge", `${folder}: ${text.length} characters are too many`);
  }
  const blob = `rows/${folder}/${randomUUID()}.json.gz`;
  await blobs.write(blob, text);
  return { blob };
}

/** @returns undefined when the blob is gone: the row has been written anew since it was read */
export async function loadText(
  blobs: GzipBlobs,
  properties: ReadProperties,
): Promise<string | undefined> {
  const blob = blobOf(properties);
  return blob === undefined ? joinPieces(properties) : blobs.read(blob);
}

/**
 * JSON as rows hold it. Two characters that end a line in some readers, but not in JSON, are escaped: requests with
 * several operations are taken apart by lines.
 */
export function rowJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/** A pair of surrogates stays together: half a character is no valid text for the service. */
function endOfPiece(text: string, start: number): number {
  const end = Math.min(start + UNITS_PER_PROPERTY, text.length);
  const last = text.charCodeAt(end - 1);
  const splitsPair = end < text.length && last >= 0xd800 && last <= 0xdbff;
  return splitsPair ? end - 1 : end;
}
