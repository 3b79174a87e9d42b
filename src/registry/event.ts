import type { KubeObject } from "../api/meta.js";
import { ageText } from "./age.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { column, pathColumn, wideColumn } from "./columns.js";
import { fieldAt, numberAt, stringAt } from "./fields.js";

/** What `kubectl describe` and `kubectl get events` show. Has no status, and nothing looks again because of one. */
export const event: BuiltinKind = {
  group: "",
  versions: ["v1"],
  kind: "Event",
  plural: "events",
  singular: "event",
  shortNames: ["ev"],
  namespaced: true,
  ownNameColumn: true,
  columns: [
    column("Last Seen", (object, now) => ageText(lastSeen(object), now)),
    pathColumn("Type", ["type"]),
    pathColumn("Reason", ["reason"]),
    column("Object", objectText),
    wideColumn("Subobject", (object) => stringAt(object, "involvedObject", "fieldPath") ?? ""),
    wideColumn("Source", sourceText),
    column("Message", (object) => stringAt(object, "message")?.trim() ?? ""),
    wideColumn("First Seen", (object, now) => ageText(firstSeen(object), now)),
    wideColumn(
      "Count",
      (object) => numberAt(object, "series", "count") ?? (numberAt(object, "count") || 1),
      {
        type: "integer",
      },
    ),
    wideColumn("Name", (object) => object.metadata.name),
  ],
};

function firstSeen(object: KubeObject): string | undefined {
  return stringAt(object, "firstTimestamp") ?? stringAt(object, "eventTime");
}

function lastSeen(object: KubeObject): string | undefined {
  return (
    stringAt(object, "series", "lastObservedTime") ??
    stringAt(object, "lastTimestamp") ??
    firstSeen(object)
  );
}

function objectText(object: KubeObject): string {
  const involved = fieldAt(object, "involvedObject");
  const kind = stringAt(involved, "kind")?.toLowerCase() ?? "";
  const name = stringAt(involved, "name");
  return name ? `${kind}/${name}` : kind;
}

function sourceText(object: KubeObject): string {
  const component =
    stringAt(object, "source", "component") || stringAt(object, "reportingComponent") || "";
  const host = stringAt(object, "source", "host") || stringAt(object, "reportingInstance") || "";
  return [component, host].filter(Boolean).join(", ");
}
