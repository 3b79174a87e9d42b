import type { z } from "zod";
import type { KubeObject } from "../api/meta.js";
import {
  CLUSTER_GROUP,
  CLUSTER_VERSIONS,
  PLACEMENT_GROUP,
  PLACEMENT_VERSIONS,
  STAGECOACH_GROUP,
  STAGECOACH_VERSIONS,
} from "../api/names.js";
import { withSchemaDefaults } from "./defaults.js";
import { fieldAt } from "./fields.js";
import type { Kind } from "./kind.js";
import type { Scope, TwinNames } from "./scope.js";
import { schemaFromZod } from "./zod-schema.js";

/** What differs between kinds of our own groups. */
export type OwnKind = Pick<Kind, "columns" | "subresources"> &
  Partial<Omit<Kind, "group" | "schema" | "namespaced" | "builtin">>;

/** A kind of `placement.kubernetes-fleet.io` in one of its two scopes, with the shape that `zod` describes. */
export function placementGroupKind(
  scope: Scope,
  twins: TwinNames,
  zod: z.ZodType,
  rest: OwnKind,
): Kind {
  return ownKind(zod, {
    versions: PLACEMENT_VERSIONS,
    ...rest,
    ...twins[scope],
    group: PLACEMENT_GROUP,
    categories: ["fleet", "fleet-placement"],
    namespaced: scope === "Namespaced",
  });
}

/** A cluster-scoped kind of `cluster.kubernetes-fleet.io`. */
export function clusterGroupKind(names: TwinNames["Cluster"], zod: z.ZodType, rest: OwnKind): Kind {
  return ownKind(zod, {
    versions: CLUSTER_VERSIONS,
    ...rest,
    ...names,
    group: CLUSTER_GROUP,
    categories: ["fleet", "fleet-cluster"],
    namespaced: false,
  });
}

/** A cluster-scoped kind of `stagecoach.dev`. */
export function stagecoachGroupKind(
  names: TwinNames["Cluster"],
  zod: z.ZodType,
  rest: OwnKind,
): Kind {
  return ownKind(zod, {
    versions: STAGECOACH_VERSIONS,
    ...rest,
    ...names,
    group: STAGECOACH_GROUP,
    categories: ["fleet"],
    namespaced: false,
  });
}

function ownKind(
  zod: z.ZodType,
  rest: OwnKind & Omit<Kind, "schema" | "builtin" | "generation">,
): Kind {
  let schema: Kind["schema"] | undefined;
  const own: Kind = {
    ...rest,
    builtin: false,
    generation: true,
    // Built on first use: a cold start answers discovery without it.
    get schema() {
      schema ??= schemaFromZod(zod);
      return schema;
    },
    applyDefaults(object) {
      const defaulted = withSpecDefaults(own, object);
      return rest.applyDefaults?.(defaulted) ?? defaulted;
    },
  };
  return own;
}

/** Only the spec has defaults; the status is written as it is meant. */
function withSpecDefaults(kind: Kind, object: KubeObject): KubeObject {
  const schema = kind.schema.properties?.spec;
  const spec = fieldAt(object, "spec");
  return schema && spec !== undefined
    ? { ...object, spec: withSchemaDefaults(schema, spec) }
    : object;
}
