import { createHash } from "node:crypto";
import { builtinDescriptions } from "../../registry/builtin-descriptions.js";
import type { Kind } from "../../registry/kind.js";
import { kindIn } from "../catalog.js";
import { openApiPaths, type ServedKind } from "./paths.js";
import { openApiSchemas } from "./schemas.js";

/** The document of one group version, ready to send. */
export interface OpenApiDocument {
  /** JSON. */
  readonly body: string;
  /** Of the body: the document's ETag and the `hash` parameter in its URL. */
  readonly hash: string;
}

/**
 * `GET /openapi/v3`: where the document of each group version is. The URL changes whenever the document does.
 *
 * @param others documents of what is no group version, by their paths
 */
export function openApiIndex(
  kinds: readonly Kind[],
  others: Readonly<Record<string, OpenApiDocument>> = {},
): {
  readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>>;
} {
  const entries = [...groupVersionPaths(kinds), ...Object.keys(others)].map((path) => {
    const hash = (others[path] ?? openApiDocument(kinds, path))?.hash ?? "";
    return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }] as const;
  });
  return { paths: Object.fromEntries(entries) };
}

interface Built {
  readonly of: readonly Kind[];
  readonly document: OpenApiDocument;
}

/** By the first kind of each document: a document is made anew when one of its kinds is. */
const documents = new WeakMap<Kind, Map<string, Built>>();

/**
 * `GET /openapi/v3/{path}`, with a path such as `api/v1` or `apis/apps/v1`: undefined when no kind is served there. Built
 * on first use and kept as long as its kinds live.
 *
 * It tells kubectl that PATCH takes `fieldValidation`, so that kubectl leaves validation to the server, and it holds the
 * schemas for `kubectl explain`. It declares no strategic merge patch content type: kubectl would compute patches from
 * these schemas instead of its own types.
 */
export function openApiDocument(kinds: readonly Kind[], path: string): OpenApiDocument | undefined {
  const here = served(kinds).filter((entry) => groupVersionPath(entry) === path);
  const of = here.map(({ kind }) => kind);
  const [first] = of;
  if (!first) return undefined;
  const known = documents.get(first) ?? new Map<string, Built>();
  documents.set(first, known);
  const built = known.get(path);
  if (built && sameKinds(built.of, of)) return built.document;
  const document = buildDocument(here, path);
  known.set(path, { of, document });
  return document;
}

function sameKinds(a: readonly Kind[], b: readonly Kind[]): boolean {
  return a.length === b.length && a.every((kind, index) => kind === b[index]);
}

function served(kinds: readonly Kind[]): readonly ServedKind[] {
  return kinds.flatMap((kind) =>
    kind.versions.map((version) => ({ kind: kindIn(kind, version), version })),
  );
}

function groupVersionPath({ kind, version }: ServedKind): string {
  return kind.group === "" ? `api/${version}` : `apis/${kind.group}/${version}`;
}

function groupVersionPaths(kinds: readonly Kind[]): readonly string[] {
  return [...new Set(served(kinds).map(groupVersionPath))];
}

function buildDocument(here: readonly ServedKind[], path: string): OpenApiDocument {
  return openApiOf({
    paths: Object.assign({}, ...here.map((entry) => openApiPaths(path, entry))),
    components: { schemas: openApiSchemas(here, builtinDescriptions()) },
  });
}

/** A document with these members, ready to send. */
export function openApiOf(members: {
  readonly paths: object;
  readonly components?: object;
}): OpenApiDocument {
  const info = { title: "Stagecoach", version: "v1" };
  const body = JSON.stringify({ openapi: "3.0.0", info, ...members });
  return { body, hash: createHash("sha256").update(body).digest("hex").toUpperCase() };
}
