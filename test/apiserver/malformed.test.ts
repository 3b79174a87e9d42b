import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CONFIG_MAPS, configMap, openTestApi, WIDGETS, widget } from "./support/test-api.js";

const REQUESTS = 10_000;
const SEED = 20_261_121;

const api = openTestApi({ watchSeconds: 1, maxBodyBytes: 20_000 });
const COLLECTIONS = [CONFIG_MAPS, WIDGETS, "/apis/apps/v1/namespaces/default/deployments"];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const OTHER_METHODS = ["HEAD", "OPTIONS", "PROPFIND"];
const TYPES = [
  "application/json",
  "application/yaml",
  "application/vnd.kubernetes.protobuf",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/json-patch+json",
  "application/apply-patch+yaml",
  "text/plain",
  "application/json;charset=x-unknown",
  "/;=",
];

const text = fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: "binary", maxLength: 8 }));
/** A part of a path or query that no name, number or selector may look like, percent signs and all. */
const junk = fc.oneof(
  text.map(encoded),
  fc.constantFrom("%", "%00", "%E0%A4%A", "..", "%2e%2e", "%2F", "-", "A b", "_", "\u{1F600}"),
);

/** A body that is no object of the collection: cut short, of another type, or not text at all. */
const brokenBody = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.nat({ max: 60 }).map((length) => JSON.stringify(configMap("cut")).slice(0, length)),
  fc.constantFrom("null", "[]", "1", '"x"', "{", "k8s\0", "a: b: c", "- &a [*a]", "{}{}"),
  fc
    .jsonValue({ maxDepth: 2 })
    .map((data) => JSON.stringify({ apiVersion: "v9", kind: data, metadata: data, data })),
  fc.constant("x".repeat(25_000)),
);

const PARAMETERS = [
  "limit",
  "continue",
  "resourceVersion",
  "resourceVersionMatch",
  "labelSelector",
  "fieldSelector",
  "dryRun",
  "fieldValidation",
  "fieldManager",
  "force",
  "propagationPolicy",
  "gracePeriodSeconds",
  "sendInitialEvents",
  "pretty",
];
const query = fc
  .array(fc.tuple(fc.constantFrom(...PARAMETERS), junk), { maxLength: 3 })
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join("&"));

const path = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...COLLECTIONS) },
  { weight: 8, arbitrary: fc.constantFrom(...COLLECTIONS.map((path) => `${path}/kept`)) },
  fc.tuple(fc.constantFrom(...COLLECTIONS), junk).map((parts) => parts.join("/")),
  fc.array(junk, { maxLength: 6 }).map((parts) => `/${parts.join("/")}`),
  fc.array(junk, { maxLength: 6 }).map((parts) => `/apis/${parts.join("/")}`),
  fc.constantFrom("/openapi/v3/apis/%", ...COLLECTIONS.map((path) => `${path}/kept/scale`)),
);
const accept = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("*/*", "application/json", "application/json;as=Table") },
  fc.constantFrom(";;", "a/b;q=x"),
  fc.string({ maxLength: 20 }).filter(isHeader),
);

const request = fc.record({
  method: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...METHODS) },
    fc.constantFrom(...OTHER_METHODS),
  ),
  path,
  query,
  body: brokenBody,
  contentType: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...TYPES) },
    fc.constant("application/json"),
  ),
  accept,
});

beforeAll(async () => {
  await api.post(CONFIG_MAPS, configMap("kept"));
  await api.post(WIDGETS, widget("kept"));
});
afterAll(() => api.close());

describe("ten thousand malformed requests", () => {
  it("are never the server's fault, and leave what is stored as it is", async () => {
    const before = await everything();
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path, query, body, contentType, accept }) => {
        const hasBody = method !== "GET" && method !== "HEAD";
        // A deletion needs no body: its options have to be what is wrong.
        const options = method === "DELETE" ? `dryRun=Some&${query}` : query;
        const answer = await api.send(method, `${path}?${options}`, {
          contentType,
          accept,
          ...(hasBody && { body }),
        });
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: REQUESTS, seed: SEED },
    );
    expect(api.unexpected).toEqual([]);
    expect(await everything()).toEqual(before);
  }, 120_000);
});

/** All objects of the kinds that the requests are about, and the namespaces they might make. */
async function everything(): Promise<unknown> {
  const collections = ["/api/v1/namespaces", ...COLLECTIONS];
  const lists = await Promise.all(collections.map((collection) => api.get(collection)));
  return lists.map(({ body }) => body.items);
}

/** HTTP itself refuses the rest before a server sees it. */
function isHeader(value: string): boolean {
  return /^[\x20-\x7e]*$/.test(value);
}

/** Lone surrogates cannot be encoded, and are no request that could be sent. */
function encoded(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}
