import type { BuiltinKind } from "./builtin-kind.js";
import { ageColumn } from "./columns.js";

export const serviceAccount: BuiltinKind = {
  group: "",
  versions: ["v1"],
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  singular: "serviceaccount",
  shortNames: ["sa"],
  namespaced: true,
  columns: [ageColumn()],
};
