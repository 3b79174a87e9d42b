import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  CONFIG_MAPS,
  configMap,
  openTestApi,
  TABLE,
  type TestAnswer,
  type TestApi,
  WIDGETS,
  widget,
} from "./support/test-api.js";

const ALL_WIDGETS = "/apis/example.com/v1/widgets";

let api: TestApi;
beforeEach(async () => {
  api = openTestApi({ now: () => new Date("2026-11-21T10:00:00Z") });
  await api.post("/api/v1/namespaces", { metadata: { name: "other" } });
  for (const name of ["a", "b", "c"]) {
    await api.post(WIDGETS, widget(name, { color: name }, { labels: { letter: name } }));
  }
  await api.post("/apis/example.com/v1/namespaces/other/widgets", widget("a"));
});
afterEach(() => {
  expect(api.unexpected).toEqual([]);
  api.close();
});

function names({ body }: TestAnswer): readonly string[] {
  return (body.items as { metadata: { namespace: string; name: string } }[]).map(
    ({ metadata }) => `${metadata.namespace}/${metadata.name}`,
  );
}

describe("list", () => {
  it("answers a typed list with a resourceVersion", async () => {
    const { status, body } = await api.get(WIDGETS);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      kind: "WidgetList",
      apiVersion: "example.com/v1",
      metadata: { resourceVersion: expect.stringMatching(/^[0-9]+$/) },
    });
  });

  it("answers an empty list for a namespace that does not exist", async () => {
    expect((await api.get("/api/v1/namespaces/nons/configmaps")).body.items).toEqual([]);
  });

  it.each([
    {
      behaviour: "one namespace",
      path: WIDGETS,
      expected: ["default/a", "default/b", "default/c"],
    },
    {
      behaviour: "all namespaces",
      path: ALL_WIDGETS,
      expected: ["default/a", "default/b", "default/c", "other/a"],
    },
    {
      behaviour: "a label selector",
      path: `${ALL_WIDGETS}?labelSelector=letter+in+(a,c)`,
      expected: ["default/a", "default/c"],
    },
    {
      behaviour: "a field selector",
      path: `${ALL_WIDGETS}?fieldSelector=metadata.name%3Da`,
      expected: ["default/a", "other/a"],
    },
  ])("lists $behaviour", async ({ path, expected }) => {
    expect(names(await api.get(path))).toEqual(expected);
  });

  it("pages with an opaque token and sends every object once", async () => {
    const first = await api.get(`${ALL_WIDGETS}?limit=3`);
    const {
      continue: token,
      remainingItemCount,
      resourceVersion,
    } = first.body.metadata as unknown as Record<string, string>;
    expect(remainingItemCount).toBe(1);
    const second = await api.get(`${ALL_WIDGETS}?limit=3&continue=${token}`);
    expect([...names(first), ...names(second)]).toEqual([
      "default/a",
      "default/b",
      "default/c",
      "other/a",
    ]);
    expect(second.body.metadata).toEqual({ resourceVersion });
  });

  it.each([
    { behaviour: "a continue token that is not ours", query: "continue=abc", status: 400 },
    { behaviour: "a resourceVersion that is no number", query: "resourceVersion=x", status: 400 },
    { behaviour: "a selector that makes no sense", query: "labelSelector=a%20b", status: 400 },
    { behaviour: "an unknown field", query: "fieldSelector=spec.color%3Da", status: 400 },
    { behaviour: "a limit that is no number", query: "limit=x", status: 400 },
    {
      behaviour: "a match without a resourceVersion",
      query: "resourceVersionMatch=Exact",
      status: 422,
    },
    {
      behaviour: "a version exactly that is gone",
      query: "resourceVersionMatch=Exact&resourceVersion=1",
      status: 410,
    },
  ])("refuses $behaviour", async ({ query, status }) => {
    const answer = await api.get(`${WIDGETS}?${query}`);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ kind: "Status", apiVersion: "v1", code: status });
  });
});

describe("representation", () => {
  it("prints a table with formatted cells and the rows' metadata", async () => {
    const { body } = await api.get(WIDGETS, { accept: TABLE });
    expect(body).toMatchObject({
      kind: "Table",
      apiVersion: "meta.k8s.io/v1",
      columnDefinitions: [
        { name: "Name", type: "string", format: "name", priority: 0 },
        { name: "Color", type: "string", priority: 0 },
        { name: "Age", type: "date", priority: 0 },
      ],
    });
    const rows = body.rows as { cells: unknown[]; object: object }[];
    expect(rows.map(({ cells }) => cells)).toEqual([
      ["a", "a", "0s"],
      ["b", "b", "0s"],
      ["c", "c", "0s"],
    ]);
    expect(rows[0]?.object).toMatchObject({
      kind: "PartialObjectMetadata",
      metadata: { name: "a", namespace: "default", labels: { letter: "a" } },
    });
  });

  it("prints one object as a table of one row, with the whole object when asked", async () => {
    const { body } = await api.get(`${WIDGETS}/a?includeObject=Object`, { accept: TABLE });
    const { resourceVersion } = (await api.get(`${WIDGETS}/a`)).body.metadata;
    expect(body.metadata).toEqual({ resourceVersion });
    expect(body.rows).toMatchObject([{ object: { kind: "Widget", spec: { color: "a" } } }]);
  });

  it("reduces objects to their metadata", async () => {
    const accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    const { body } = await api.get(WIDGETS, { accept });
    expect(body.kind).toBe("PartialObjectMetadataList");
    expect((body.items as object[])[0]).not.toHaveProperty("spec");
  });

  it("writes YAML", async () => {
    const { headers, text } = await api.get(`${WIDGETS}/a`, { accept: "application/yaml" });
    expect(headers.get("content-type")).toBe("application/yaml");
    expect(text).toContain("kind: Widget\n");
  });

  it.each([
    {
      behaviour: "takes JSON where protobuf is preferred",
      accept: "application/vnd.kubernetes.protobuf,application/json",
      status: 200,
    },
    { behaviour: "takes JSON for anything", accept: "*/*", status: 200 },
    { behaviour: "prefers by quality", accept: "text/html;q=0.9,*/*;q=0.1", status: 200 },
    { behaviour: "has no protobuf", accept: "application/vnd.kubernetes.protobuf", status: 406 },
    { behaviour: "has no HTML", accept: "text/html", status: 406 },
  ])("$behaviour", async ({ accept, status }) => {
    expect((await api.get(`${WIDGETS}/a`, { accept })).status).toBe(status);
  });

  it("compresses large answers for clients that can take it", async () => {
    await api.post(CONFIG_MAPS, configMap("large", { k: "x".repeat(200_000) }));
    const zipped = await api.fetchRaw("GET", `${CONFIG_MAPS}/large`, {
      headers: { "accept-encoding": "gzip" },
    });
    expect(zipped.headers.get("content-encoding")).toBe("gzip");
    const { body } = zipped;
    const text = await new Response(body?.pipeThrough(new DecompressionStream("gzip"))).text();
    expect(JSON.parse(text).data.k).toHaveLength(200_000);
    const plain = await api.fetchRaw("GET", `${CONFIG_MAPS}/large`);
    expect(plain.headers.get("content-encoding")).toBeNull();
  });
});
