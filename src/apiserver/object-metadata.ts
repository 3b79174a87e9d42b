import { isDeepStrictEqual } from "node:util";
import type { KubeObject, ObjectMeta } from "../api/meta.js";
import {
  labelValueCauses,
  type NameRule,
  nameCauses,
  prefixCauses,
  qualifiedNameCauses,
} from "../api/object-names.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import type { Kind } from "../registry/kind.js";
import { isNamespaceKind } from "./catalog.js";

/** All annotations together. Source: apimachinery `TotalAnnotationSizeLimitB`. */
const MAX_ANNOTATION_BYTES = 256 * 1024;

/** What the server itself puts into the metadata of a new object, over whatever the client sent. */
export function metadataForCreate(
  sent: ObjectMeta,
  given: {
    readonly name: string;
    readonly namespace: string | undefined;
    readonly uid: string;
    readonly creationTimestamp: string;
  },
  kind: Kind,
): ObjectMeta {
  const {
    resourceVersion: _version,
    generation: _generation,
    deletionTimestamp: _deletion,
    deletionGracePeriodSeconds: _grace,
    namespace: _namespace,
    ...rest
  } = sent;
  const { namespace, ...identity } = given;
  return withoutEmpty({
    ...rest,
    ...identity,
    ...(namespace !== undefined && { namespace }),
    ...(kind.generation && { generation: 1 }),
  });
}

/** The client's metadata with everything that only the server may change as it was. */
export function metadataForUpdate(sent: ObjectMeta, before: ObjectMeta): ObjectMeta {
  const {
    namespace: _namespace,
    uid: _uid,
    resourceVersion: _version,
    generation: _generation,
    creationTimestamp: _creation,
    deletionTimestamp: _deletion,
    deletionGracePeriodSeconds: _grace,
    ...rest
  } = sent;
  const {
    labels: _labels,
    annotations: _a,
    ownerReferences: _o,
    finalizers: _f,
    managedFields: _m,
    ...kept
  } = before;
  return withoutEmpty({ ...rest, ...kept });
}

/** Empty maps and lists are the same as none, and are not stored. */
function withoutEmpty(metadata: ObjectMeta): ObjectMeta {
  const { labels, annotations, ownerReferences, finalizers, managedFields, ...rest } = metadata;
  return {
    ...rest,
    ...(labels && Object.keys(labels).length > 0 && { labels }),
    ...(annotations && Object.keys(annotations).length > 0 && { annotations }),
    ...(ownerReferences && ownerReferences.length > 0 && { ownerReferences }),
    ...(finalizers && finalizers.length > 0 && { finalizers }),
    ...(managedFields && managedFields.length > 0 && { managedFields }),
  };
}

/** Whether anything that is asked for differs: that is what `generation` counts. */
export function desiredStateDiffers(kind: Kind, a: KubeObject, b: KubeObject): boolean {
  return !isDeepStrictEqual(desiredState(kind, a), desiredState(kind, b));
}

/** Without a subresource of its own, a status is a field like any other. */
function desiredState({ subresources }: Kind, object: KubeObject): unknown {
  const { metadata: _metadata, status, apiVersion: _version, ...rest } = object;
  return subresources.status ? rest : { ...rest, status };
}

/** What is wrong with the metadata; `before` is set on updates. */
export function metadataCauses(
  kind: Kind,
  metadata: ObjectMeta,
  before?: ObjectMeta,
): readonly StatusCause[] {
  const { generateName } = metadata;
  return [
    ...(generateName ? prefixCauses("metadata.generateName", generateName, nameRule(kind)) : []),
    ...(before ? [] : nameCauses("metadata.name", metadata.name, nameRule(kind))),
    ...labelCauses(metadata),
    ...annotationCauses(metadata),
    ...ownerCauses(metadata),
    ...finalizerCauses(metadata, before),
  ];
}

function nameRule(kind: Kind): NameRule {
  if (isNamespaceKind(kind) || (kind.group === "" && kind.plural === "services")) return "label";
  return kind.group === "rbac.authorization.k8s.io" ? "path segment" : "subdomain";
}

function labelCauses({ labels = {} }: ObjectMeta): readonly StatusCause[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...qualifiedNameCauses("metadata.labels", key),
    ...labelValueCauses("metadata.labels", value),
  ]);
}

function annotationCauses({ annotations = {} }: ObjectMeta): readonly StatusCause[] {
  const entries = Object.entries(annotations);
  const bytes = entries.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  return [
    ...entries.flatMap(([key]) => qualifiedNameCauses("metadata.annotations", key.toLowerCase())),
    ...(bytes > MAX_ANNOTATION_BYTES
      ? [fieldCause.tooLong("metadata.annotations", MAX_ANNOTATION_BYTES)]
      : []),
  ];
}

function ownerCauses({ ownerReferences = [] }: ObjectMeta): readonly StatusCause[] {
  const required = ["apiVersion", "kind", "name", "uid"] as const;
  const controllers = ownerReferences.filter((owner) => owner.controller);
  return [
    ...ownerReferences.flatMap((owner, index) =>
      required
        .filter((property) => !owner[property])
        .map((property) =>
          fieldCause.invalid(
            `metadata.ownerReferences[${index}].${property}`,
            owner[property] ?? "",
            `${property} must not be empty`,
          ),
        ),
    ),
    ...(controllers.length > 1
      ? [
          fieldCause.invalid(
            "metadata.ownerReferences",
            controllers.map((owner) => owner.name),
            "Only one reference can have Controller set to true",
          ),
        ]
      : []),
  ];
}

function finalizerCauses(
  { finalizers = [] }: ObjectMeta,
  before?: ObjectMeta,
): readonly StatusCause[] {
  const added = finalizers.filter((finalizer) => !before?.finalizers?.includes(finalizer));
  return [
    ...finalizers.flatMap((finalizer) => qualifiedNameCauses("metadata.finalizers", finalizer)),
    ...(before?.deletionTimestamp && added.length > 0
      ? [
          fieldCause.forbidden(
            "metadata.finalizers",
            `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((name) => JSON.stringify(name)).join(", ")}}`,
          ),
        ]
      : []),
  ];
}
