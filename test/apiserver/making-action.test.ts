import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { notFound } from "../../src/api/status-error.js";
import type { Action, Kind } from "../../src/registry/kind.js";
import { memberKinds } from "../../src/registry/kinds.js";
import { openTestApi, type TestApi, WIDGETS, widget } from "./support/test-api.js";
import { widgetKind } from "./support/widget-kind.js";

const partKind: Kind = {
  ...widgetKind(),
  kind: "Part",
  plural: "parts",
  singular: "part",
  shortNames: [],
  actions: [],
};

const part = (name: string) => ({
  apiVersion: "example.com/v1",
  kind: "Part",
  metadata: { name, namespace: "default" },
});

let api: TestApi;
let made: { name: string; dryRun: boolean }[];
let wakesBeforeMaking: number;

/** Makes the part that the body names; a part named `gone` cannot be made. */
const makePart: Action = {
  name: "parts",
  target: "spec",
  apply: (object) => ({ ...object, spec: { color: "blue" } }),
  async make(_widget, body, dryRun) {
    const { name } = body as { name: string };
    if (name === "gone") throw notFound({ group: "example.com", resource: "parts" }, name);
    wakesBeforeMaking = api.motion.filter(({ step }) => step === "wake").length;
    const created = !made.some((before) => before.name === name);
    made.push({ name, dryRun });
    return { object: part(name), created };
  },
};

beforeEach(async () => {
  made = [];
  const setsInMotion: Kind["setsInMotion"] = async ({ after }) => [
    {
      orchestration: "syncPlacement",
      instanceId: after?.metadata.uid ?? "",
      input: { kind: "Widget", name: "w", uid: after?.metadata.uid ?? "" },
    },
  ];
  const kinds = [...memberKinds(), widgetKind({ actions: [makePart], setsInMotion }), partKind];
  api = openTestApi({ kinds });
  await api.post(WIDGETS, widget("w"));
  api.motion.length = 0;
});
afterEach(() => api.close());

const make = (name: string, query = "") => api.post(`${WIDGETS}/w/parts${query}`, { name });

describe("an action that makes another object", () => {
  it("answers that object, with 201 when it is new and 200 when it was there", async () => {
    const answers = [await make("a"), await make("a")];
    expect(answers.map(({ status }) => status)).toEqual([201, 200]);
    expect(answers[1]?.body).toEqual(part("a"));
  });

  it("writes its own object first", async () => {
    await make("a");
    expect((await api.get(`${WIDGETS}/w`)).body).toMatchObject({ spec: { color: "blue" } });
  });

  it("wakes who follows the object once the other is made, also when the object itself stays", async () => {
    await make("a");
    api.motion.length = 0;
    await make("b");
    expect(api.motion.map(({ step }) => step)).toEqual(["mark", "wake"]);
    expect(wakesBeforeMaking).toBe(0);
  });

  it("is told about a dry run, and wakes nobody then", async () => {
    const answer = await make("a", "?dryRun=All");
    expect(answer.status).toBe(201);
    expect(made).toEqual([{ name: "a", dryRun: true }]);
    expect(api.motion).toEqual([]);
    expect((await api.get(`${WIDGETS}/w`)).body).toMatchObject({ spec: { color: "red" } });
  });

  it("answers the refusal of what cannot be made", async () => {
    const { status, body } = await make("gone");
    expect(status).toBe(404);
    expect(body.message).toBe('parts.example.com "gone" not found');
  });
});
