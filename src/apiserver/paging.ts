import { z } from "zod";
import type { KubeObject } from "../api/meta.js";
import { badRequest, StatusError } from "../api/status-error.js";
import type { ObjectList } from "../storage/object-store.js";
import type { ListOptions } from "./list-options.js";

/** What a `continue` token holds: the last object sent, and the version of the first page. */
const Position = z.strictObject({ version: z.string(), namespace: z.string(), name: z.string() });
type Position = z.infer<typeof Position>;

/** The part of a list that one answer carries. */
export interface Page {
  readonly items: readonly KubeObject[];
  /** That of the first page, so that a watch from it repeats what changed between the pages. */
  readonly resourceVersion: string;
  readonly continueToken?: string;
  readonly remainingItemCount?: number;
}

/**
 * Cuts the asked page out of the current list. Pages are cut by name, so an object that stays is sent exactly once.
 *
 * @throws StatusError 400 for a token that is not ours, 410 when exactly another version was asked for
 */
export function pageOf(list: ObjectList, options: ListOptions): Page {
  const start = options.continueToken ? readToken(options.continueToken) : undefined;
  if (!start) requireVersion(list, options);
  const matching = options.selects ? list.items.filter(options.selects) : list.items;
  const items = start ? matching.filter((item) => isAfter(item, start)) : matching;
  const resourceVersion = start?.version ?? list.resourceVersion;
  const last = options.limit > 0 ? items[options.limit - 1] : undefined;
  if (!last || items.length <= options.limit) return { items, resourceVersion };
  return {
    items: items.slice(0, options.limit),
    resourceVersion,
    continueToken: writeToken({ version: resourceVersion, ...keyOf(last) }),
    ...(!options.selects && { remainingItemCount: items.length - options.limit }),
  };
}

function requireVersion(list: ObjectList, options: ListOptions): void {
  if (options.resourceVersionMatch !== "Exact") return;
  if (options.resourceVersion === list.resourceVersion) return;
  throw expired(options.resourceVersion ?? "", list.resourceVersion);
}

/** 410: the client has to start again from a fresh list. */
export function expired(resourceVersion: string, current?: string): StatusError {
  const range = current ? `${resourceVersion} (${current})` : resourceVersion;
  return new StatusError(410, "Expired", `too old resource version: ${range}`);
}

function keyOf(object: KubeObject): { readonly namespace: string; readonly name: string } {
  return { namespace: object.metadata.namespace ?? "", name: object.metadata.name };
}

function isAfter(object: KubeObject, start: Position): boolean {
  const { namespace, name } = keyOf(object);
  return namespace === start.namespace ? name > start.name : namespace > start.namespace;
}

function writeToken(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

function readToken(token: string): Position {
  const text = Buffer.from(token, "base64url").toString();
  const position = z.string().transform(parseJson).pipe(Position).safeParse(text);
  if (position.success) return position.data;
  throw badRequest("continue key is not valid: it was not issued by this server");
}

function parseJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: String(error) });
    return z.NEVER;
  }
}
