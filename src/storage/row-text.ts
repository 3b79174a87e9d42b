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

/**
 * The properties of an entity that hold a text: in pieces `j0`, `j1`, … or as the name of a blob. With `more` the first
 * piece is a beginning that is of use alone, and `j1` is empty, so that both can be asked for without the rest.
 */
export type TextProperties = Pieces & {
  readonly blob?: string;
  readonly more?: boolean;
};

type Pieces = { readonly [piece: `j${number}`]: string };

/** An entity as the SDK reads it: property names are data. */
export type ReadProperties = Readonly<Record<string, unknown>>;

/** Whether a text of so many UTF-16 units fits into one property. */
export function isOnePiece(units: number): boolean {
  return units <= UNITS_PER_PROPERTY;
}

/** Lays the text out over properties, from piece `first` on. @returns undefined when it needs a blob */
export function piecesOf(text: string, first = 0): Pieces | undefined {
  if (text.length > UNITS_PER_ROW) return undefined;
  const pieces: Record<`j${number}`, string> = {};
  for (let start = 0, index = first; start < text.length; index += 1) {
    const end = endOfPiece(text, start);
    pieces[`j${index}`] = text.slice(start, end);
    start = end;
  }
  return pieces;
}

/** What `headOf` needs to know of a row. */
export const HEAD_PROPERTIES = ["j0", "j1", "blob", "more"] as const;

/** The first piece when it is of use alone: all of the text, or a beginning that was stored so that it can be read alone. */
export function headOf(properties: ReadProperties): { text: string; more: boolean } | undefined {
  const { j0, j1, more } = properties;
  if (typeof j0 !== "string") return undefined;
  if (more === true) return { text: j0, more };
  return j1 === undefined && blobOf(properties) === undefined
    ? { text: j0, more: false }
    : undefined;
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

/**
 * Properties for the text, whose blob is written first if it needs one: a row never points to nothing.
 *
 * @param head length of a beginning that is of use alone: stored so that it can be read alone if it is one piece
 */
export async function storeText(
  blobs: GzipBlobs,
  folder: string,
  text: string,
  head?: number,
): Promise<TextProperties> {
  const beginning = head !== undefined &&
    isOnePiece(head) && { j0: text.slice(0, head), j1: "", more: true };
  const pieces = beginning ? piecesOf(text.slice(head), 2) : piecesOf(text);
  if (pieces) return { ...pieces, ...beginning };
  if (text.length > MAX_UNITS) {
    throw new StoreError("TooLarge", `${folder}: ${text.length} characters are too many`);
  }
  const blob = `rows/${folder}/${randomUUID()}.json.gz`;
  await blobs.write(blob, text);
  return { blob, ...beginning };
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
