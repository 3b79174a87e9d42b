import type { KubeObject } from "../api/meta.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { ageColumn, column } from "./columns.js";
import { withStatus } from "./empty-structs.js";
import { stringsAt } from "./fields.js";

export const resourceQuota: BuiltinKind = {
  group: "",
  versions: ["v1"],
  kind: "ResourceQuota",
  plural: "resourcequotas",
  singular: "resourcequota",
  shortNames: ["quota"],
  namespaced: true,
  subresources: { status: true, scale: false },
  columns: [
    column("Request", (object) => usageText(object, (name) => !isLimit(name))),
    column("Limit", (object) => usageText(object, isLimit)),
    ageColumn(),
  ],
  asWritten: withStatus({}),
};

function isLimit(name: string): boolean {
  return name.startsWith("limits.");
}

/** `pods: 0/10, requests.cpu: 0/4` for the resources that `include` picks, once a quota is enforced. */
function usageText(object: KubeObject, include: (name: string) => boolean): string {
  const used = stringsAt(object, "status", "used");
  return Object.entries(stringsAt(object, "status", "hard"))
    .filter(([name]) => include(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, hard]) => `${name}: ${used[name] ?? "0"}/${hard}`)
    .join(", ");
}
