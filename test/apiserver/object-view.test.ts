import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import type { ObjectView } from "../../src/registry/kind.js";
import { memberKinds } from "../../src/registry/kinds.js";
import { openTestApi, type TestApi, WIDGETS, widget } from "./support/test-api.js";
import { widgetKind } from "./support/widget-kind.js";

const colorOf = ({ spec }: KubeObject) => (spec as { color?: string }).color ?? "none";

/** A widget's colour; black is final. */
const colorView: ObjectView = {
  name: "color",
  description: "The colour.",
  schema: { type: "object" },
  show: (object) => ({ color: colorOf(object) }),
  text: (object) => `The colour is\n${colorOf(object)}`,
  line: (object) => colorOf(object),
  isFinal: (object) => colorOf(object) === "black",
};

const COLOR = `${WIDGETS}/w/color`;
let api: TestApi;
beforeEach(async () => {
  api = openTestApi({ kinds: [...memberKinds(), widgetKind({ views: [colorView] })] });
  await api.post(WIDGETS, widget("w"));
});
afterEach(() => api.close());

const paint = (color: string) => api.post(`${WIDGETS}/w/paint`, { color });

describe("a view of an object", () => {
  it.each([
    { accept: "*/*", type: "application/json", text: '{"color":"red"}\n' },
    { accept: "application/yaml", type: "application/yaml", text: "color: red\n" },
    { accept: "text/plain", type: "text/plain", text: "The colour is\nred\n" },
  ])("is sent as $type to whom accepts $accept", async ({ accept, type, text }) => {
    const answer = await api.get(COLOR, { accept });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe(type);
    expect(answer.text).toBe(text);
  });

  it.each([
    { behaviour: "of a missing object", method: "GET", path: `${WIDGETS}/none/color`, status: 404 },
    { behaviour: "that the kind lacks", method: "GET", path: `${WIDGETS}/w/shape`, status: 404 },
    { behaviour: "that somebody writes to", method: "PUT", path: COLOR, status: 405 },
  ])("is refused with $status $behaviour", async ({ method, path, status }) => {
    expect((await api.send(method, path)).status).toBe(status);
  });

  it("is the only place where plain text is acceptable", async () => {
    expect((await api.get(`${WIDGETS}/w`, { accept: "text/plain" })).status).toBe(406);
  });

  it("is listed by discovery with the verb get", async () => {
    const { body } = await api.get("/apis/example.com/v1");
    expect(body.resources).toContainEqual(
      expect.objectContaining({ name: "widgets/color", verbs: ["get"] }),
    );
  });
});

describe("following a view", () => {
  it("tells each change once, and ends when it is final", async () => {
    const response = await api.fetchRaw("GET", `${COLOR}?watch=true`);
    await paint("red");
    await paint("green");
    await api.post(`${WIDGETS}/w/finish`, undefined);
    await paint("black");
    expect(await response.text()).toBe('{"color":"red"}\n{"color":"green"}\n{"color":"black"}\n');
  });

  it("tells lines of plain text to whom wants text", async () => {
    const response = await api.fetchRaw("GET", `${COLOR}?watch`, { accept: "text/plain" });
    await paint("black");
    expect(response.headers.get("content-type")).toBe("text/plain");
    expect(await response.text()).toBe("red\nblack\n");
  });

  it("ends at once when it is final already", async () => {
    await paint("black");
    const response = await api.fetchRaw("GET", `${COLOR}?watch=true`);
    expect(await response.text()).toBe('{"color":"black"}\n');
  });

  it("ends when the object is deleted, and hears nothing of others", async () => {
    const response = await api.fetchRaw("GET", `${COLOR}?watch=true`);
    await api.post(WIDGETS, widget("other", { color: "blue" }));
    await api.delete(`${WIDGETS}/w`);
    expect(await response.text()).toBe('{"color":"red"}\n');
  });

  it("ends when time is up", async () => {
    const response = await api.fetchRaw("GET", `${COLOR}?watch=true&timeoutSeconds=1`);
    expect(await response.text()).toBe('{"color":"red"}\n');
  });
});
