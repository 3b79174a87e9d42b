import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { ageColumn, column, wideColumn } from "./columns.js";
import { fillIn, within, withinEach } from "./defaults.js";
import { type Fields, isEmpty, listAt, sameJson, stringAt } from "./fields.js";
import type { Column } from "./kind.js";

const GROUP = "rbac.authorization.k8s.io";
const SUBJECT_KINDS = ["ServiceAccount", "User", "Group"];

type Rbac = Pick<BuiltinKind, "kind" | "plural" | "singular" | "namespaced">;

/** Role and ClusterRole hold rules. */
const roleOf = (names: Rbac): BuiltinKind => ({
  ...names,
  group: GROUP,
  versions: ["v1"],
  columns: [column("Created At", (object) => object.metadata.creationTimestamp, { type: "date" })],
  validate: (object) =>
    listAt(object, "rules").flatMap((rule, index) => ruleCauses(names, rule, index)),
});

/** RoleBinding and ClusterRoleBinding give a role to subjects. */
const bindingOf = (names: Rbac): BuiltinKind => ({
  ...names,
  group: GROUP,
  versions: ["v1"],
  columns: [
    column(
      "Role",
      (object) => `${stringAt(object, "roleRef", "kind")}/${stringAt(object, "roleRef", "name")}`,
    ),
    ageColumn(),
    subjectsColumn("Users", "User"),
    subjectsColumn("Groups", "Group"),
    subjectsColumn("ServiceAccounts", "ServiceAccount"),
  ],
  applyDefaults: withBindingDefaults,
  validate: (object, before) => bindingCauses(names, object, before),
});

export const role = roleOf({
  kind: "Role",
  plural: "roles",
  singular: "role",
  namespaced: true,
});
export const clusterRole = roleOf({
  kind: "ClusterRole",
  plural: "clusterroles",
  singular: "clusterrole",
  namespaced: false,
});
export const roleBinding = bindingOf({
  kind: "RoleBinding",
  plural: "rolebindings",
  singular: "rolebinding",
  namespaced: true,
});
export const clusterRoleBinding = bindingOf({
  kind: "ClusterRoleBinding",
  plural: "clusterrolebindings",
  singular: "clusterrolebinding",
  namespaced: false,
});

/** Source: Kubernetes `validation.ValidatePolicyRule`. */
function ruleCauses(names: Rbac, rule: unknown, index: number): readonly StatusCause[] {
  const field = `rules[${index}]`;
  const empty = (name: string) => listAt(rule, name).length === 0;
  if (empty("verbs")) {
    return [fieldCause.required(`${field}.verbs`, "verbs must contain at least one value")];
  }
  if (!empty("nonResourceURLs")) {
    if (names.namespaced) {
      return [
        fieldCause.invalid(
          `${field}.nonResourceURLs`,
          listAt(rule, "nonResourceURLs"),
          "namespaced rules cannot apply to non-resource URLs",
        ),
      ];
    }
    return [];
  }
  return [
    ...(empty("apiGroups")
      ? [
          fieldCause.required(
            `${field}.apiGroups`,
            "resource rules must supply at least one api group",
          ),
        ]
      : []),
    ...(empty("resources")
      ? [
          fieldCause.required(
            `${field}.resources`,
            "resource rules must supply at least one resource",
          ),
        ]
      : []),
  ];
}

/** Source: Kubernetes `pkg/apis/rbac/v1/defaults.go`. */
function withBindingDefaults(object: KubeObject): KubeObject {
  const referenced = within(object, "roleRef", (ref) => fillIn(ref, { apiGroup: GROUP }));
  return { ...object, ...withinEach(referenced, "subjects", withSubjectDefaults) };
}

function withSubjectDefaults(subject: Fields): Fields {
  return subject.kind === "User" || subject.kind === "Group"
    ? fillIn(subject, { apiGroup: GROUP })
    : subject;
}

function bindingCauses(
  names: Rbac,
  object: KubeObject,
  before: KubeObject | undefined,
): readonly StatusCause[] {
  const roles = names.namespaced ? ["Role", "ClusterRole"] : ["ClusterRole"];
  const kind = stringAt(object, "roleRef", "kind") ?? "";
  const causes: StatusCause[] = [];
  if (!roles.includes(kind)) causes.push(fieldCause.notSupported("roleRef.kind", kind, roles));
  if (!stringAt(object, "roleRef", "name")) causes.push(fieldCause.required("roleRef.name"));
  if (before && !sameJson(object.roleRef, before.roleRef)) {
    causes.push(fieldCause.invalid("roleRef", object.roleRef, "cannot change roleRef"));
  }
  return [...causes, ...listAt(object, "subjects").flatMap(subjectCauses)];
}

function subjectCauses(subject: unknown, index: number): readonly StatusCause[] {
  const field = `subjects[${index}]`;
  const kind = stringAt(subject, "kind") ?? "";
  const causes: StatusCause[] = [];
  if (!stringAt(subject, "name")) causes.push(fieldCause.required(`${field}.name`));
  if (!SUBJECT_KINDS.includes(kind)) {
    causes.push(fieldCause.notSupported(`${field}.kind`, kind, SUBJECT_KINDS));
  }
  if (kind === "ServiceAccount" && isEmpty(stringAt(subject, "namespace"))) {
    causes.push(fieldCause.required(`${field}.namespace`));
  }
  return causes;
}

function subjectsColumn(name: string, kind: string): Column {
  return wideColumn(name, (object) =>
    listAt(object, "subjects")
      .filter((subject) => stringAt(subject, "kind") === kind)
      .map((subject) =>
        kind === "ServiceAccount"
          ? `${stringAt(subject, "namespace")}/${stringAt(subject, "name")}`
          : stringAt(subject, "name"),
      )
      .join(", "),
  );
}
