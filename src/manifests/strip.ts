import { type KubeObject, type ObjectMeta, parseApiVersion } from "../api/meta.js";
import { ANNOTATION_KUBECTL_LAST_APPLIED } from "../api/names.js";

type Fields = Readonly<Record<string, unknown>>;

/** What the API server gives to one object on one cluster, and means nothing on another. */
const METADATA = [
  "resourceVersion",
  "generation",
  "uid",
  "selfLink",
  "creationTimestamp",
  "deletionTimestamp",
  "managedFields",
  "ownerReferences",
] as const;

const ANNOTATIONS = [ANNOTATION_KUBECTL_LAST_APPLIED, "deployment.kubernetes.io/revision"] as const;

/** Labels by which a Job finds its own pods; every cluster generates them anew. */
const JOB_LABELS = ["controller-uid", "batch.kubernetes.io/controller-uid"] as const;

/**
 * An object without what belongs to the cluster it was read from: what a snapshot keeps and a member is sent.
 * Source: KubeFleet `controller/resource_selector_resolver.go`, `generateRawContent`.
 */
export function stripForSnapshot(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object;
  const stripped: KubeObject = { ...rest, metadata: stripMetadata(object.metadata) };
  const spec = fieldsOf(object.spec);
  const { group, version } = parseApiVersion(object.apiVersion);
  if (!spec) return stripped;
  if (object.kind === "Service" && group === "" && version === "v1") {
    return { ...stripped, spec: stripService(spec) };
  }
  if (object.kind === "Job" && group === "batch" && version === "v1") {
    return { ...stripped, spec: stripJob(spec) };
  }
  return stripped;
}

function stripMetadata({ annotations: all = {}, ...metadata }: ObjectMeta): ObjectMeta {
  const annotations = without(all, ANNOTATIONS);
  return {
    ...without(metadata, METADATA),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

/** Addresses and node ports are the member's own; a headless Service stays headless. */
function stripService(spec: Fields): Fields {
  const addresses = spec.clusterIP === "None" ? [] : ["clusterIP", "clusterIPs"];
  const stripped = without(spec, [...addresses, "healthCheckNodePort"]);
  if (!Array.isArray(spec.ports)) return stripped;
  const ports = spec.ports.map((port: unknown) => {
    const fields = fieldsOf(port);
    return fields ? without(fields, ["nodePort"]) : port;
  });
  return { ...stripped, ports };
}

function stripJob(spec: Fields): Fields {
  if (spec.manualSelector === true) return spec;
  const selector = fieldsOf(spec.selector);
  const template = fieldsOf(spec.template);
  return {
    ...spec,
    ...(selector && { selector: withoutJobLabels(selector, "matchLabels") }),
    ...(template && { template: stripJobTemplate(template) }),
  };
}

function stripJobTemplate(template: Fields): Fields {
  const metadata = fieldsOf(template.metadata);
  if (!metadata) return template;
  const stripped = without(withoutJobLabels(metadata, "labels"), ["creationTimestamp"]);
  return { ...template, metadata: stripped };
}

function withoutJobLabels(owner: Fields, field: string): Fields {
  const labels = fieldsOf(owner[field]);
  return labels ? { ...owner, [field]: without(labels, JOB_LABELS) } : owner;
}

function without<T extends object, K extends string>(fields: T, names: readonly K[]): Omit<T, K> {
  const dropped: readonly string[] = names;
  const kept = Object.entries(fields).filter(([name]) => !dropped.includes(name));
  return Object.fromEntries(kept) as Omit<T, K>;
}

function fieldsOf(value: unknown): Fields | undefined {
  const isFields = typeof value === "object" && value !== null && !Array.isArray(value);
  return isFields ? (value as Fields) : undefined;
}
