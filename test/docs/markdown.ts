const FENCED = /^(```|~~~)[\s\S]*?^\1/gm;
const HEADING = /^#{1,6} +(.+?) *#*$/gm;

/** Targets of the inline links and images of a Markdown text, in order; those in fenced code and code spans are none. */
export function linksIn(markdown: string): readonly string[] {
  const prose = markdown.replace(FENCED, "").replace(/`[^`\n]+`/g, "");
  return [...prose.matchAll(/\]\(\s*<?([^)\s>]+)/g)].map(([, target = ""]) => target);
}

/** Anchors of the headings of a Markdown text. Source: GitHub, "Basic writing and formatting syntax", section links. */
export function anchorsOf(markdown: string): readonly string[] {
  const seen = new Map<string, number>();
  return [...markdown.replace(FENCED, "").matchAll(HEADING)].map(([, heading = ""]) => {
    const anchor = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
      .trim()
      .replaceAll(" ", "-");
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}
