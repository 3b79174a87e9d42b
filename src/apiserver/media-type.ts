/** One entry of an Accept header, or a Content-Type. */
export interface MediaType {
  /** Lower case, such as `application/json`; a wildcard stays as it is. */
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

export function parseMediaType(text: string): MediaType {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim());
  return {
    type: type.toLowerCase(),
    parameters: new Map(
      parameters.map((parameter) => {
        const [name = "", value = ""] = parameter.split("=", 2);
        return [name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, "$1")];
      }),
    ),
  };
}

/** The entries of an Accept header, best first; a missing header accepts anything. */
export function parseAccept(header: string | null): readonly MediaType[] {
  if (!header?.trim()) return [parseMediaType("*/*")];
  return header
    .split(",")
    .map(parseMediaType)
    .map((media, index) => ({ media, index, quality: quality(media) }))
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality || a.index - b.index)
    .map(({ media }) => media);
}

function quality(media: MediaType): number {
  const text = media.parameters.get("q");
  if (text === undefined) return 1;
  const value = Number(text);
  return Number.isFinite(value) ? value : 0;
}
