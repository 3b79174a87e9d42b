import { describe, expect, it } from "vitest";
import { parseFieldSelector } from "../../src/apiserver/field-selector.js";
import { memberKinds } from "../../src/registry/kinds.js";
import { widgetKind } from "./support/widget-kind.js";

const event = {
  apiVersion: "v1",
  kind: "Event",
  metadata: { name: "e1", namespace: "default" },
  involvedObject: { kind: "Widget", name: "a", uid: "u1" },
  source: { component: "stagecoach" },
  type: "Normal",
};
const eventKind = memberKinds().find(({ kind, group }) => kind === "Event" && group === "");
if (!eventKind) throw new Error("there is no kind Event");

describe("parseFieldSelector", () => {
  it.each([
    { behaviour: "compares the name", selector: "metadata.name=e1", matches: true },
    { behaviour: "compares with ==", selector: "metadata.name==e2", matches: false },
    { behaviour: "compares with !=", selector: "metadata.namespace!=other", matches: true },
    {
      behaviour: "joins the involved object's fields in any order",
      selector: "involvedObject.uid=u1,involvedObject.name=a,involvedObject.kind=Widget",
      matches: true,
    },
    { behaviour: "takes absence for empty", selector: "involvedObject.namespace=", matches: true },
    { behaviour: "is case-sensitive", selector: "involvedObject.kind=widget", matches: false },
    { behaviour: "reads source as its component", selector: "source=stagecoach", matches: true },
    { behaviour: "unescapes values", selector: "type=Nor\\mal", matches: true },
  ])("$behaviour", ({ selector, matches }) => {
    expect(parseFieldSelector(selector, eventKind)(event)).toBe(matches);
  });

  it.each([
    {
      behaviour: "names the known fields of a built-in kind",
      kind: eventKind,
      selector: "data.x=1",
      message: '"data.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
    },
    {
      behaviour: "refuses a field of a custom resource",
      kind: widgetKind(),
      selector: "spec.color=red",
      message: "field label not supported: spec.color",
    },
    {
      behaviour: "refuses what has no operator",
      kind: eventKind,
      selector: "metadata.name",
      message: "invalid selector: 'metadata.name'; can't understand 'metadata.name'",
    },
  ])("$behaviour", ({ kind, selector, message }) => {
    expect(() => parseFieldSelector(selector, kind)).toThrow(message);
  });
});
