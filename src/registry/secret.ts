import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { immutableCauses } from "./causes.js";
import { ageColumn, column, pathColumn } from "./columns.js";
import { base64Bytes, dataKeyCauses, dataSizeCauses, immutableDataCauses } from "./data-keys.js";
import { fieldAt, fieldsOf, stringAt, stringsAt } from "./fields.js";

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Keys that a Secret of a known type has to have. Source: Kubernetes `validation.ValidateSecret`. */
const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
};

export const secret: BuiltinKind = {
  group: "",
  versions: ["v1"],
  kind: "Secret",
  plural: "secrets",
  singular: "secret",
  namespaced: true,
  columns: [
    pathColumn("Type", ["type"]),
    column("Data", ({ data }) => Object.keys(fieldsOf(data)).length),
    ageColumn(),
  ],
  applyDefaults: withEncodedStrings,
  validate: validateSecret,
};

/** `stringData` is for writing only: its values end up in `data`, encoded, and win over what is there. */
function withEncodedStrings(object: KubeObject): KubeObject {
  const { stringData: _written, ...rest } = object;
  const type = stringAt(object, "type") || "Opaque";
  const encoded = Object.entries(stringsAt(object, "stringData")).map(([key, text]) => [
    key,
    Buffer.from(text, "utf8").toString("base64"),
  ]);
  if (encoded.length === 0) return { ...rest, type };
  return { ...rest, type, data: { ...fieldsOf(object.data), ...Object.fromEntries(encoded) } };
}

function validateSecret(object: KubeObject, before?: KubeObject): readonly StatusCause[] {
  return [
    ...dataKeyCauses(object, "data"),
    ...encodingCauses(object),
    ...dataSizeCauses(object, ["data"], base64Bytes),
    ...requiredKeyCauses(object),
    ...(before
      ? [
          ...immutableCauses("type", object.type, before.type),
          ...immutableDataCauses(object, before, ["data"]),
        ]
      : []),
  ];
}

/** The value is not repeated: it may be a secret that somebody forgot to encode. */
function encodingCauses(object: KubeObject): readonly StatusCause[] {
  return Object.entries(fieldsOf(object.data))
    .filter(([, value]) => typeof value !== "string" || !BASE64.test(value))
    .map(([key]) =>
      fieldCause.invalid(
        `data[${key}]`,
        "<not shown>",
        "must be base64; plain text belongs into stringData",
      ),
    );
}

function requiredKeyCauses(object: KubeObject): readonly StatusCause[] {
  const keys = REQUIRED_KEYS[stringAt(object, "type") ?? ""] ?? [];
  return keys
    .filter((key) => fieldAt(object, "data", key) === undefined)
    .map((key) => fieldCause.required(`data[${key}]`));
}
