import type { KubeObject } from "../api/meta.js";
import { column, selectorText, wideColumn } from "./columns.js";
import { fieldAt, listAt, numberAt, stringAt } from "./fields.js";
import type { Column } from "./kind.js";

/** The number below `path`, 0 when it is not there: status counters leave zeros out. */
export function count(object: KubeObject, ...path: readonly string[]): number {
  return numberAt(object, ...path) ?? 0;
}

export function countColumn(name: string, ...path: readonly string[]): Column {
  return column(name, (object) => count(object, ...path), { type: "integer" });
}

/** Names and images of the containers below `template`, printed with `-o wide`. */
export function containerColumns(
  ...template: readonly string[]
): readonly [containers: Column, images: Column] {
  const texts = (object: KubeObject, field: string) =>
    listAt(object, ...template, "spec", "containers")
      .map((container) => stringAt(container, field) ?? "")
      .join(",");
  return [
    wideColumn("Containers", (object) => texts(object, "name")),
    wideColumn("Images", (object) => texts(object, "image")),
  ];
}

/** The label selector below `path`, printed with `-o wide`. */
export function selectorColumn(...path: readonly string[]): Column {
  return wideColumn("Selector", (object) => selectorText(fieldAt(object, ...path)));
}
