import type { Kind } from "../registry/kind.js";
import type { AccessAttributes } from "./authorization.js";
import { isNamespaceKind } from "./catalog.js";

/** What the rules of a kind depend on. */
export type RuledKind = Pick<Kind, "group" | "plural" | "namespaced" | "subresources"> &
  Partial<Pick<Kind, "actions" | "views" | "readOnly">>;

/** Source: authorization.k8s.io/v1 `ResourceRule`, `NonResourceRule`. */
interface AccessRules {
  readonly resourceRules: readonly {
    readonly verbs: readonly string[];
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
  }[];
  readonly nonResourceRules: readonly {
    readonly verbs: readonly string[];
    readonly nonResourceURLs: readonly string[];
  }[];
}

const EVERYTHING: AccessRules = {
  resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }],
  nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["*"] }],
};

const READ = ["get", "list", "watch"];
const VERBS = [...READ, "create", "update", "patch", "delete", "deletecollection"];
const HALF_VERBS = ["get", "update", "patch"];
const URLS = ["/api", "/apis", "/openapi", "/healthz", "/livez", "/readyz", "/version"];
/** Those of them that have more below. */
const URL_TREES = ["/api", "/apis", "/openapi"];

/**
 * What a caller may do in a namespace and at the cluster scope, found out by asking about everything that is served:
 * so the list cannot say anything else than the answers to requests.
 */
export function accessRules(
  may: (attributes: AccessAttributes) => boolean,
  kinds: readonly RuledKind[],
  namespace: string,
): AccessRules {
  if (may({ verb: "*", group: "*", resource: "*" })) return EVERYTHING;
  const allowed = kinds.flatMap((kind) =>
    resourcesOf(kind).map(({ subresource, verbs }) => ({
      group: kind.group,
      resource: subresource === undefined ? kind.plural : `${kind.plural}/${subresource}`,
      verbs: verbs.filter((verb) => may(attributesOf(kind, subresource, verb, namespace))),
    })),
  );
  const alike = Map.groupBy(
    allowed.filter(({ verbs }) => verbs.length > 0),
    ({ group, verbs }) => JSON.stringify([group, verbs]),
  );
  const urls = URLS.filter((path) => may({ verb: "get", path }));
  return {
    resourceRules: [...alike.values()].flatMap(([first, ...more]) =>
      first
        ? [
            {
              verbs: first.verbs,
              apiGroups: [first.group],
              resources: [first, ...more].map(({ resource }) => resource),
            },
          ]
        : [],
    ),
    nonResourceRules: [
      {
        verbs: ["get"],
        nonResourceURLs: urls.flatMap((url) =>
          URL_TREES.includes(url) ? [url, `${url}/*`] : [url],
        ),
      },
    ],
  };
}

function attributesOf(
  kind: RuledKind,
  subresource: string | undefined,
  verb: string,
  namespace: string,
): AccessAttributes {
  const { group, plural: resource } = kind;
  const place = kind.namespaced ? { namespace } : {};
  // The rules of a namespace are also about the namespace itself.
  const name = isNamespaceKind(kind) && namespace && verb === "get" ? { name: namespace } : {};
  return { verb, group, resource, subresource, ...place, ...name };
}

interface VerbsOfResource {
  readonly subresource?: string;
  readonly verbs: readonly string[];
}

/** The objects themselves, and everything below one of them, with what there is to do with it. */
function resourcesOf(kind: RuledKind): readonly VerbsOfResource[] {
  const { subresources, actions = [], views = [] } = kind;
  return [
    { verbs: kind.readOnly ? READ : VERBS },
    ...(subresources.status ? [{ subresource: "status", verbs: HALF_VERBS }] : []),
    ...(subresources.scale ? [{ subresource: "scale", verbs: HALF_VERBS }] : []),
    ...actions.map(({ name }) => ({ subresource: name, verbs: ["create"] })),
    ...views.map(({ name }) => ({ subresource: name, verbs: ["get"] })),
  ];
}
