import type { KubeObject } from "../api/meta.js";
import { ANNOTATION_MISSING_NAMESPACE, MissingNamespace } from "../api/missing-namespace.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { ANNOTATION_DRIFT_CHECK, parseDriftCheck } from "../rollout/drift-check.js";
import { ruleCause } from "./causes.js";
import { fieldAt, listAt, stringAt } from "./fields.js";
import type { Kind } from "./kind.js";
import { policyCauses, policyUpdateCauses } from "./placement-policy-rules.js";
import type { Scope } from "./scope.js";

export type SelectableKind = Pick<Kind, "group" | "versions" | "kind" | "namespaced">;

export interface PlacementRulesInput {
  readonly scope: Scope;
  readonly placement: KubeObject;
  readonly before?: KubeObject | undefined;
  readonly selectable: readonly SelectableKind[];
}

const MAX_NAME_LENGTH = 63;

/**
 * What a placement's schema cannot say. Texts are KubeFleet's own.
 * Source: KubeFleet `clusterresourceplacement_types.go` (rules) and `pkg/utils/validator/placement.go` (webhook).
 */
export function validatePlacement(input: PlacementRulesInput): readonly StatusCause[] {
  const { placement, before, scope } = input;
  return [
    ...nameCauses(placement, before),
    ...selectorCauses(input),
    ...(scope === "Cluster" ? selectionScopeCauses(placement) : annotationCauses(placement)),
    ...driftCheckCauses(placement),
    ...policyCauses(fieldAt(placement, "spec", "policy")),
    ...strategyCauses(placement),
    ...(before ? updateCauses(placement, before) : []),
  ];
}

function nameCauses(placement: KubeObject, before: KubeObject | undefined): readonly StatusCause[] {
  if (before || placement.metadata.name.length <= MAX_NAME_LENGTH) return [];
  return [
    ruleCause("metadata.name", `the name field cannot have length exceeding ${MAX_NAME_LENGTH}`),
  ];
}

function selectorCauses(input: PlacementRulesInput): readonly StatusCause[] {
  const selectors = listAt(input.placement, "spec", "resourceSelectors");
  const inNamespace = selectors.some(selectsByNamespace);
  return selectors.flatMap((selector, index) => {
    const field = `spec.resourceSelectors[${index}]`;
    if (stringAt(selector, "name") && fieldAt(selector, "labelSelector") !== undefined) {
      return [
        ruleCause(field, "name and labelSelector are mutually exclusive in a resource selector"),
      ];
    }
    const problem = selectedKindProblem(selector, input, inNamespace);
    return problem ? [ruleCause(field, problem)] : [];
  });
}

/** Whether the kind exists here and belongs to the scope that the placement selects from. */
function selectedKindProblem(
  selector: unknown,
  { scope, selectable }: PlacementRulesInput,
  inNamespace: boolean,
): string | undefined {
  const group = stringAt(selector, "group") ?? "";
  const version = stringAt(selector, "version") ?? "";
  const kind = stringAt(selector, "kind") ?? "";
  const apiVersion = group ? `${group}/${version}` : version;
  const known = selectable.find((other) => other.group === group && other.kind === kind);
  if (!known?.versions.includes(version)) {
    return `failed to get GVR of the selector: no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`;
  }
  const name = `${apiVersion}, Kind=${kind}`;
  if (scope === "Cluster" && known.namespaced && !inNamespace) {
    return `the resource is not found in schema (please retry) or it is not a cluster scoped resource: ${name}`;
  }
  if (scope === "Namespaced" && !known.namespaced) {
    return `the resource is not found in schema (please retry) or it is a cluster scoped resource: ${name}`;
  }
  return undefined;
}

function isNamespaceSelector(selector: unknown): boolean {
  return stringAt(selector, "kind") === "Namespace" && !stringAt(selector, "group");
}

function selectsByNamespace(selector: unknown): boolean {
  return (
    isNamespaceSelector(selector) &&
    stringAt(selector, "selectionScope") === "NamespaceWithResourceSelectors"
  );
}

function selectionScopeCauses(placement: KubeObject): readonly StatusCause[] {
  const selectors = listAt(placement, "spec", "resourceSelectors");
  const namespaces = selectors.filter(isNamespaceSelector);
  const modes = namespaces.filter(selectsByNamespace);
  const causes: StatusCause[] = [];
  const refuse = (message: string) => causes.push(ruleCause("spec", message));
  if (modes.length > 1) {
    refuse("only one namespace selector with NamespaceWithResourceSelectors mode is allowed");
  }
  if (modes.some((selector) => !stringAt(selector, "name"))) {
    refuse(
      "namespace selector with NamespaceWithResourceSelectors mode must select by name (not by label)",
    );
  }
  if (modes.length === 1 && namespaces.length > 1) {
    refuse(
      "when using NamespaceWithResourceSelectors mode, only one namespace selector is allowed (cannot mix with other namespace selectors)",
    );
  }
  const shown = stringAt(placement, "spec", "statusReportingScope") === "NamespaceAccessible";
  if (shown && namespaces.length !== 1) {
    refuse(
      "when statusReportingScope is NamespaceAccessible, exactly one resourceSelector with kind 'Namespace' is required",
    );
  }
  return causes;
}

function annotationCauses({ metadata }: KubeObject): readonly StatusCause[] {
  const asked = metadata.annotations?.[ANNOTATION_MISSING_NAMESPACE];
  if (asked === undefined || MissingNamespace.safeParse(asked).success) return [];
  const field = `metadata.annotations[${ANNOTATION_MISSING_NAMESPACE}]`;
  return [fieldCause.notSupported(field, asked, MissingNamespace.options)];
}

function driftCheckCauses({ metadata }: KubeObject): readonly StatusCause[] {
  const asked = metadata.annotations?.[ANNOTATION_DRIFT_CHECK];
  if (asked === undefined || parseDriftCheck(asked) !== undefined) return [];
  const field = `metadata.annotations[${ANNOTATION_DRIFT_CHECK}]`;
  return [
    fieldCause.invalid(field, asked, "must be Never, or a duration of 1s or more such as 10m"),
  ];
}

function strategyCauses(placement: KubeObject): readonly StatusCause[] {
  const strategy = fieldAt(placement, "spec", "strategy");
  const apply = fieldAt(strategy, "applyStrategy");
  const causes: StatusCause[] = [];
  if (
    stringAt(strategy, "type") === "External" &&
    fieldAt(strategy, "rollingUpdate") !== undefined
  ) {
    causes.push(
      fieldCause.forbidden(
        "spec.strategy.rollingUpdate",
        "rollingUpdateConifg is not valid for ExternalRollout strategy type",
      ),
    );
  }
  if (
    fieldAt(apply, "serverSideApplyConfig") !== undefined &&
    stringAt(apply, "type") !== "ServerSideApply"
  ) {
    causes.push(
      fieldCause.forbidden(
        "spec.strategy.applyStrategy.serverSideApplyConfig",
        "serverSideApplyConfig is only valid for ServerSideApply strategy type",
      ),
    );
  }
  return causes;
}

function updateCauses(placement: KubeObject, before: KubeObject): readonly StatusCause[] {
  const scopeOf = (object: KubeObject) =>
    stringAt(object, "spec", "statusReportingScope") ?? "ClusterScopeOnly";
  const typeOf = (object: KubeObject) => stringAt(object, "spec", "strategy", "type");
  return [
    ...policyUpdateCauses(fieldAt(placement, "spec", "policy"), fieldAt(before, "spec", "policy")),
    ...(typeOf(before) === "External" && typeOf(placement) !== "External"
      ? [
          ruleCause(
            "spec.strategy",
            "cannot change rollout strategy type from 'External' to other types",
          ),
        ]
      : []),
    ...(scopeOf(placement) === scopeOf(before)
      ? []
      : [ruleCause("spec.statusReportingScope", "statusReportingScope is immutable")]),
  ];
}
