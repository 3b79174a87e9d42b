import type { ScalePaths } from "../api/custom-resource-definition.js";
import type { KubeObject } from "../api/meta.js";
import { fieldCause, invalid } from "../api/status-error.js";
import { ageText } from "../registry/age.js";
import type { Kind } from "../registry/kind.js";
import { type Answer, type Call, findObject, requireVersion } from "./call.js";
import { parseMediaType } from "./media-type.js";
import { applyPatch } from "./patch/apply-patch.js";
import { decodeObject, decodePatch, isRecord, readBody } from "./request-body.js";
import { parseWriteOptions, type WriteOptions } from "./request-options.js";
import { retryInTurn } from "./retry-on-conflict.js";
import { requireName } from "./sent-object.js";
import { applyUpdate } from "./update-object.js";
import { conform } from "./validation/conform.js";

/** `autoscaling/v1` Scale: how many replicas an object has and should have. */
export const scaleKind: Kind = {
  group: "autoscaling",
  versions: ["v1"],
  kind: "Scale",
  plural: "scales",
  singular: "scale",
  shortNames: [],
  categories: [],
  namespaced: true,
  builtin: true,
  subresources: { status: false, scale: false },
  generation: false,
  columns: [
    column("Desired", "integer", (scale) => numberIn(scale.spec, "replicas")),
    column("Available", "integer", (scale) => numberIn(scale.status, "replicas")),
    column("Age", "string", ({ metadata }, now) => ageText(metadata.creationTimestamp, now)),
  ],
  schema: {
    type: "object",
    properties: {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      spec: { type: "object", properties: { replicas: { type: "integer", format: "int32" } } },
      status: {
        type: "object",
        properties: {
          replicas: { type: "integer", format: "int32" },
          selector: { type: "string" },
        },
      },
    },
  },
};

function column(
  name: string,
  type: "integer" | "string",
  value: (object: KubeObject, now: Date) => string | number,
): Kind["columns"][number] {
  return { name, type, priority: 0, value };
}

/** `GET …/scale`. */
export async function getScale(call: Call): Promise<Answer> {
  return answer(call.kind, await findObject(call));
}

/** `PUT …/scale`. */
export async function updateScale(call: Call): Promise<Answer> {
  const options = writeOptions(call, "UpdateOptions");
  const bytes = await readBody(call.request, call.backend.maxBodyBytes);
  const sent = decodeObject(bytes, call.request.headers.get("content-type"), scaleKind.kind);
  return retryInTurn(call, () => changeScale(call, options, () => sent));
}

/** `PATCH …/scale`. */
export async function patchScale(call: Call): Promise<Answer> {
  const options = writeOptions(call, "PatchOptions");
  const bytes = await readBody(call.request, call.backend.maxBodyBytes);
  const contentType = parseMediaType(call.request.headers.get("content-type") ?? "").type;
  const patch = decodePatch(bytes, contentType);
  return retryInTurn(call, () =>
    changeScale(call, options, (scale) =>
      applyPatch({ contentType, patch, object: scale, kind: scaleKind }),
    ),
  );
}

function writeOptions(call: Call, kind: "UpdateOptions" | "PatchOptions"): WriteOptions {
  return parseWriteOptions(call.query, call.request.headers.get("user-agent"), kind);
}

async function changeScale(
  call: Call,
  options: WriteOptions,
  change: (scale: KubeObject) => Record<string, unknown>,
): Promise<Answer> {
  const before = await findObject(call);
  const { object: scale } = conform({
    kind: scaleKind,
    object: change(scaleOf(call.kind, before)),
    apiVersion: "autoscaling/v1",
    fieldValidation: options.fieldValidation,
  });
  requireName(call, scale, before);
  requireVersion(call, scale, before);
  const { specReplicasPath } = call.kind.scalePaths ?? DEFAULT_PATHS;
  const sent = withNumber(before, fieldsOfPath(specReplicasPath), replicasOf(scale));
  return answer(call.kind, await applyUpdate(call, { before, sent, half: "main", options }));
}

/** Source: Kubernetes' own scalable kinds. */
const DEFAULT_PATHS: ScalePaths = {
  specReplicasPath: ".spec.replicas",
  statusReplicasPath: ".status.replicas",
};

/** `.spec.size` → `["spec", "size"]`: scale paths are fields in dot notation. */
function fieldsOfPath(path: string): readonly string[] {
  return path.split(".").slice(1);
}

/** `object` with the number at that path. */
function withNumber<T extends object>(object: T, path: readonly string[], value: number): T {
  const [first, ...rest] = path;
  if (first === undefined) return object;
  const inner =
    rest.length === 0 ? value : withNumber(recordIn(recordIn(object)[first]), rest, value);
  return { ...object, [first]: inner };
}

function numberAt(object: KubeObject, path: string): number {
  const fields = fieldsOfPath(path);
  const holder = fields
    .slice(0, -1)
    .reduce<unknown>((value, name) => recordIn(value)[name], object);
  return numberIn(holder, fields.at(-1) ?? "");
}

function answer(kind: Kind, object: KubeObject): Answer {
  return { type: "Object", code: 200, object: scaleOf(kind, object), kind: scaleKind };
}

function replicasOf(scale: KubeObject): number {
  const replicas = numberIn(scale.spec, "replicas");
  if (replicas >= 0) return replicas;
  throw invalid(scaleKind, scale.metadata.name, [
    fieldCause.invalid("spec.replicas", replicas, "must be greater than or equal to 0"),
  ]);
}

function scaleOf(kind: Kind, object: KubeObject): KubeObject {
  const paths = kind.scalePaths ?? DEFAULT_PATHS;
  const selector = selectorOf(paths, object);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    apiVersion: "autoscaling/v1",
    kind: "Scale",
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(creationTimestamp !== undefined && { creationTimestamp }),
    },
    spec: { replicas: numberAt(object, paths.specReplicasPath) },
    status: {
      replicas: numberAt(object, paths.statusReplicasPath),
      ...(selector !== "" && { selector }),
    },
  };
}

/** Equality requirements only: nobody but an autoscaler reads it, and there is none. */
function selectorOf({ labelSelectorPath }: ScalePaths, object: KubeObject): string {
  if (labelSelectorPath !== undefined) {
    const selector = fieldsOfPath(labelSelectorPath).reduce<unknown>(
      (value, name) => recordIn(value)[name],
      object,
    );
    return typeof selector === "string" ? selector : "";
  }
  const { matchLabels } = recordIn(recordIn(object.spec).selector);
  return Object.entries(recordIn(matchLabels))
    .map(([key, value]) => `${key}=${String(value)}`)
    .sort()
    .join(",");
}

function recordIn(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function numberIn(value: unknown, property: string): number {
  const found = recordIn(value)[property];
  return typeof found === "number" ? found : 0;
}
