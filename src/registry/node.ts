import type { BuiltinKind } from "./builtin-kind.js";
import { ageColumn } from "./columns.js";

/** Nothing runs here: people ask for nodes all the same, and get the empty list rather than an unknown resource. */
export const node: BuiltinKind = {
  group: "",
  versions: ["v1"],
  kind: "Node",
  plural: "nodes",
  singular: "node",
  shortNames: ["no"],
  namespaced: false,
  readOnly: true,
  columns: [ageColumn()],
};
