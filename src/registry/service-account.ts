import type { KubeObject } from "../api/meta.js";
import { StatusError } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { ageColumn } from "./columns.js";
import type { Action } from "./kind.js";

/** `kubectl create token`: a token of the hub would open nothing, and one of a member only the member can issue. */
const token: Action = {
  name: "token",
  description:
    "Always refused: only the cluster where a service account is used issues its tokens.",
  target: "spec",
  apply: ({ metadata }: KubeObject) => {
    throw new StatusError(
      405,
      "MethodNotAllowed",
      `no tokens are issued here: nothing runs as service account "${metadata.name}" but on the clusters it is placed on, and each of them issues its own`,
      {},
    );
  },
};

export const serviceAccount: BuiltinKind = {
  group: "",
  versions: ["v1"],
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  singular: "serviceaccount",
  shortNames: ["sa"],
  namespaced: true,
  columns: [ageColumn()],
  actions: [token],
};
