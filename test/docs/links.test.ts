import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { anchorsOf, linksIn } from "./markdown.js";

const NOT_OURS = /^(node_modules|dist|\..*)$/;
/** Files whose comments and texts may name a document. */
const SOURCES = /\.(ts|mjs|bicep|ya?ml|grit|sh)$/;

const files = readdirSync(".")
  .filter((name) => !NOT_OURS.test(name))
  .flatMap((name) =>
    statSync(name).isDirectory()
      ? readdirSync(name, { recursive: true, encoding: "utf8" }).map((path) => join(name, path))
      : [name],
  );
const pages = files.filter((path) => path.endsWith(".md"));

interface Link {
  readonly page: string;
  readonly target: string;
  /** The file or folder it points at, from the project's folder. */
  readonly path: string;
  readonly anchor: string | undefined;
}

const links: readonly Link[] = pages.flatMap((page) =>
  linksIn(readFileSync(page, "utf8"))
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target))
    .map((target) => {
      const [path = "", anchor] = decodeURIComponent(target).split("#");
      return { page, target, path: path ? normalize(join(dirname(page), path)) : page, anchor };
    }),
);

describe("Markdown", () => {
  it.each([
    ["[a](b.md)", ["b.md"]],
    ["[over two\nlines](b.md#c) and ![d](e.png)", ["b.md#c", "e.png"]],
    ["[`code`](b.md 'title')", ["b.md"]],
    ["`[a](b.md)`", []],
    ["```\n[a](b.md)\n```\n", []],
  ])("%j links to %j", (markdown, targets) => {
    expect(linksIn(markdown)).toEqual(targets);
  });

  it.each([
    ["# Where it *is*", ["where-it-is"]],
    ["## `npm start`, and more!", ["npm-start-and-more"]],
    ["## a\n### a\n## b", ["a", "a-1", "b"]],
    ["## to [there](b.md)", ["to-there"]],
    ["```\n# a comment\n```\n# a", ["a"]],
  ])("%j has the anchors %j", (markdown, anchors) => {
    expect(anchorsOf(markdown)).toEqual(anchors);
  });
});

describe("the documents", () => {
  it("have relative links", () => {
    expect(links.length).toBeGreaterThan(20);
  });

  it.each(links)("$page links to $target, which is there", ({ path, anchor }) => {
    expect(existsSync(path), path).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(readFileSync(path, "utf8"))).toContain(anchor);
  });

  it("are all found from README", () => {
    const found = new Set(["README.md"]);
    for (const page of found) {
      for (const { path } of links.filter((link) => link.page === page)) {
        for (const each of pages) if (each === path || dirname(each) === path) found.add(each);
      }
    }
    expect([...found].sort()).toEqual([...pages].sort());
  });

  const named = files
    .filter((path) => SOURCES.test(path))
    .flatMap((path) =>
      [...readFileSync(path, "utf8").matchAll(/\bdocs\/[\w/-]+\.md\b/g)].map(([page]) => ({
        path,
        page,
      })),
    );

  it.each(named)("$path names $page, which is there", ({ page }) => {
    expect(pages).toContain(page);
  });
});
