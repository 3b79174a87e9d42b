import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { ageColumn, column } from "./columns.js";
import { base64Bytes, dataKeyCauses, dataSizeCauses, immutableDataCauses } from "./data-keys.js";
import { fieldsOf } from "./fields.js";

export const configMap: BuiltinKind = {
  group: "",
  versions: ["v1"],
  kind: "ConfigMap",
  plural: "configmaps",
  singular: "configmap",
  shortNames: ["cm"],
  namespaced: true,
  columns: [
    column("Data", ({ data, binaryData }) => keysOf(data).length + keysOf(binaryData).length, {
      type: "string",
    }),
    ageColumn(),
  ],
  validate: (object, before) => [
    ...dataKeyCauses(object, "data"),
    ...dataKeyCauses(object, "binaryData"),
    ...sharedKeyCauses(object),
    ...dataSizeCauses(object, ["data"], Buffer.byteLength),
    ...dataSizeCauses(object, ["binaryData"], base64Bytes),
    ...(before ? immutableDataCauses(object, before, ["data", "binaryData"]) : []),
  ],
};

function sharedKeyCauses(object: KubeObject): readonly StatusCause[] {
  const keys = new Set(keysOf(object.data));
  return keysOf(object.binaryData)
    .filter((key) => keys.has(key))
    .map((key) =>
      fieldCause.invalid(`binaryData[${key}]`, key, "duplicate of key present in data"),
    );
}

function keysOf(value: unknown): readonly string[] {
  return Object.keys(fieldsOf(value));
}
