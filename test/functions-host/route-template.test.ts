import { expect, it } from "vitest";
import { pathBelow } from "../../local/functions-host/http/route-table.js";
import { matchRoute, parseRouteTemplate } from "../../local/functions-host/http/route-template.js";

it.each([
  {
    behaviour: "matches literals whatever their case",
    template: "Order/Items",
    path: "order/ITEMS",
    values: {},
  },
  {
    behaviour: "gives a parameter its decoded value",
    template: "{id}",
    path: "a%20b",
    values: { id: "a b" },
  },
  {
    behaviour: "leaves an escaped slash in a parameter",
    template: "{id}",
    path: "a%2Fb",
    values: { id: "a%2Fb" },
  },
  {
    behaviour: "gives a catch-all the rest of the path",
    template: "x/{*rest}",
    path: "x/a/b%20c",
    values: { rest: "a/b c" },
  },
  {
    behaviour: "matches a catch-all with nothing left",
    template: "x/{*rest}",
    path: "x",
    values: {},
  },
  { behaviour: "leaves out an optional parameter", template: "x/{id?}", path: "x", values: {} },
  { behaviour: "fills in a default", template: "x/{id=7}", path: "x", values: { id: "7" } },
  {
    behaviour: "takes several parameters of one segment",
    template: "{name}.{ext}",
    path: "a.json",
    values: { name: "a", ext: "json" },
  },
  { behaviour: "keeps to a range", template: "{n:int:range(1,5)}", path: "5", values: { n: "5" } },
  {
    behaviour: "keeps to a regular expression",
    template: "{v:regex(^v\\d+$)}",
    path: "v12",
    values: { v: "v12" },
  },
  { behaviour: "matches the empty path", template: "/", path: "", values: {} },
])("$behaviour", ({ template, path, values }) => {
  expect(matchRoute(parseRouteTemplate(template), path)).toEqual(values);
});

it.each([
  { behaviour: "refuses a longer path", template: "a", path: "a/b" },
  { behaviour: "refuses a shorter path", template: "a/{b}", path: "a" },
  { behaviour: "refuses a number out of range", template: "{n:range(1,5)}", path: "6" },
  { behaviour: "refuses letters for an int", template: "{n:int}", path: "a1" },
  { behaviour: "refuses digits for alpha", template: "{n:alpha}", path: "1" },
  { behaviour: "refuses what is no guid", template: "{n:guid}", path: "1234" },
  { behaviour: "refuses a value that is too long", template: "{n:maxlength(2)}", path: "abc" },
])("$behaviour", ({ template, path }) => {
  expect(matchRoute(parseRouteTemplate(template), path)).toBeUndefined();
});

it.each([
  { behaviour: "finds the path below the prefix", prefix: "api", path: "/api/x/y", below: "x/y" },
  { behaviour: "ignores the case of the prefix", prefix: "api", path: "/API/x", below: "x" },
  { behaviour: "finds every path below an empty prefix", prefix: "", path: "/x/", below: "x" },
  {
    behaviour: "does not take a longer word for the prefix",
    prefix: "api",
    path: "/apis/x",
    below: undefined,
  },
])("$behaviour", ({ prefix, path, below }) => {
  expect(pathBelow(prefix, path)).toBe(below);
});
