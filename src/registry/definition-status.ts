import type {
  CustomResourceDefinition,
  DefinitionNames,
  DefinitionStatus,
} from "../api/custom-resource-definition.js";
import type { Condition } from "../api/meta.js";
import { APPROVAL_ANNOTATION, apiApproval } from "./api-approval.js";
import type { Kind } from "./kind.js";

/** Names that are taken in one API group. */
interface Taken {
  readonly resources: Set<string>;
  readonly kinds: Set<string>;
}

type Judgement = Pick<Condition, "status" | "reason" | "message">;

const TAKEN_BY_BUILTINS = ["plural", "singular"] as const;

/**
 * The status of every definition, by name: which names are accepted and whether the kind is served. Definitions of one
 * group compete for names; those established first keep theirs. Built-in kinds come before all of them.
 *
 * Source: apiextensions-apiserver, naming and establishing controllers: reasons and texts.
 */
export function definitionStatuses(
  definitions: readonly CustomResourceDefinition[],
  builtins: readonly Kind[],
): ReadonlyMap<string, DefinitionStatus> {
  const groups = new Map<string, Taken>();
  const takenIn = (group: string) => {
    const taken = groups.get(group) ?? takenByBuiltins(group, builtins);
    groups.set(group, taken);
    return taken;
  };
  const statuses = definitions.toSorted(byPrecedence).map((definition) => {
    const taken = takenIn(definition.spec.group);
    const conflict = conflictOf(definition.spec.names, taken);
    const accepted = acceptedOf(definition.spec.names, taken);
    if (!conflict) take(definition.spec.names, taken);
    return [definition.metadata.name, statusOf(definition, accepted, conflict)] as const;
  });
  return new Map(statuses);
}

/** Whether the definition's kind is served. */
export function isEstablished({ status }: CustomResourceDefinition): boolean {
  return conditionIn(status, "Established")?.status === "True";
}

function takenByBuiltins(group: string, builtins: readonly Kind[]): Taken {
  const kinds = builtins.filter((kind) => kind.group === group);
  return {
    resources: new Set(
      kinds.flatMap((kind) => [...TAKEN_BY_BUILTINS.map((name) => kind[name]), ...kind.shortNames]),
    ),
    kinds: new Set(kinds.flatMap(({ kind }) => [kind, `${kind}List`])),
  };
}

/** Established ones first, then the oldest; names decide within one second. */
function byPrecedence(a: CustomResourceDefinition, b: CustomResourceDefinition): number {
  const key = ({ metadata, status }: CustomResourceDefinition) =>
    [
      conditionIn(status, "Established")?.status === "True" ? "0" : "1",
      metadata.creationTimestamp ?? "",
      metadata.name,
    ].join(" ");
  return key(a) < key(b) ? -1 : 1;
}

/** As in Kubernetes, the last conflict found gives the reason. */
function conflictOf(names: DefinitionNames, taken: Taken): Judgement | undefined {
  const { plural, singular = "", shortNames = [], kind, listKind = "" } = names;
  const checks: readonly (readonly [string, readonly string[], ReadonlySet<string>])[] = [
    ["PluralConflict", [plural], taken.resources],
    ["SingularConflict", [singular], taken.resources],
    ["ShortNamesConflict", shortNames, taken.resources],
    ["KindConflict", [kind], taken.kinds],
    ["ListKindConflict", [listKind], taken.kinds],
  ];
  return checks
    .flatMap(([reason, wanted, used]) => {
      const inUse = wanted.filter((name) => used.has(name));
      if (inUse.length === 0) return [];
      const message = inUse.map((name) => `${JSON.stringify(name)} is already in use`).join(", ");
      return [
        {
          status: "False" as const,
          reason,
          message: inUse.length > 1 ? `[${message}]` : message,
        },
      ];
    })
    .at(-1);
}

/** The names that nobody else has. */
function acceptedOf(names: DefinitionNames, { resources, kinds }: Taken): DefinitionNames {
  const { plural, singular, shortNames, kind, listKind, categories } = names;
  const free = shortNames?.filter((name) => !resources.has(name)) ?? [];
  return {
    plural: resources.has(plural) ? "" : plural,
    ...(singular !== undefined && !resources.has(singular) && { singular }),
    ...(free.length > 0 && { shortNames: free }),
    kind: kinds.has(kind) ? "" : kind,
    ...(listKind !== undefined && !kinds.has(listKind) && { listKind }),
    ...(categories && { categories }),
  };
}

function take(
  { plural, singular, shortNames = [], kind, listKind }: DefinitionNames,
  taken: Taken,
) {
  for (const name of [plural, singular, ...shortNames]) if (name) taken.resources.add(name);
  for (const name of [kind, listKind]) if (name) taken.kinds.add(name);
}

function statusOf(
  definition: CustomResourceDefinition,
  acceptedNames: DefinitionNames,
  conflict: Judgement | undefined,
): DefinitionStatus {
  const { metadata, status } = definition;
  const judged = (type: string, judgement: Judgement): Condition => {
    const known = conditionIn(status, type);
    const since = known?.status === judgement.status ? known.lastTransitionTime : undefined;
    const lastTransitionTime = since ?? metadata.creationTimestamp ?? "";
    return { type, ...judgement, lastTransitionTime };
  };
  const approval = apiApproval(definition.spec.group, metadata.annotations?.[APPROVAL_ANNOTATION]);
  return {
    acceptedNames,
    conditions: [
      ...(approval ? [judged("KubernetesAPIApprovalPolicyConformant", approval)] : []),
      judged("NamesAccepted", conflict ?? ACCEPTED),
      judged("Established", conflict ? NOT_ESTABLISHED : ESTABLISHED),
      ...(metadata.deletionTimestamp ? [judged("Terminating", TERMINATING)] : []),
    ],
    storedVersions: status?.storedVersions ?? [],
  };
}

const ACCEPTED: Judgement = {
  status: "True",
  reason: "NoConflicts",
  message: "no conflicts found",
};
const ESTABLISHED: Judgement = {
  status: "True",
  reason: "InitialNamesAccepted",
  message: "the initial names have been accepted",
};
const NOT_ESTABLISHED: Judgement = {
  status: "False",
  reason: "NotAccepted",
  message: "not all names are accepted",
};
const TERMINATING: Judgement = {
  status: "True",
  reason: "InstanceDeletionInProgress",
  message: "CustomResource deletion is in progress",
};

function conditionIn(status: DefinitionStatus | undefined, type: string): Condition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}
