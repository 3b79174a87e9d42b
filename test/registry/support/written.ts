import type { KubeObject } from "../../../src/api/meta.js";
import { StatusError } from "../../../src/api/status-error.js";
import { conform } from "../../../src/apiserver/validation/conform.js";
import type { Kind, WriteContext } from "../../../src/registry/kind.js";
import { hubKinds, memberKinds, placementKinds } from "../../../src/registry/kinds.js";

export const NOW = new Date("2026-11-21T10:00:00Z");
export const CONTEXT: WriteContext = { now: NOW, user: { username: "ada", groups: [] } };

const HUB = hubKinds({ defaultRunState: "Run" });
const MEMBER = memberKinds();
const NAMESPACED = placementKinds("Namespaced", { defaultRunState: "Run" }, () => HUB);

/** A kind of the hub, or a namespaced placement kind. */
export function kindOf(name: string): Kind {
  return found([...HUB, ...NAMESPACED], name);
}

export function memberKindOf(name: string): Kind {
  return found(MEMBER, name);
}

function found(kinds: readonly Kind[], name: string): Kind {
  const kind = kinds.find((candidate) => candidate.kind === name);
  if (!kind) throw new Error(`${name}: no such kind`);
  return kind;
}

/** A manifest as people write it: `spec` and other parts, named `x` unless said otherwise. */
export function manifest(kind: Kind, parts: Record<string, unknown>): KubeObject {
  const apiVersion = [kind.group, kind.versions[0]].filter(Boolean).join("/");
  return { apiVersion, kind: kind.kind, metadata: { name: "x" }, ...parts };
}

/** The object as it is stored when it is created: what the API surface makes of a manifest through the kind. */
export function created(kind: Kind, parts: Record<string, unknown>): KubeObject {
  const object = defaulted(kind, manifest(kind, parts));
  return kind.prepareForCreate?.(object, CONTEXT) ?? object;
}

function defaulted(kind: Kind, object: KubeObject): KubeObject {
  const { object: conforming } = conform({
    kind,
    object,
    apiVersion: object.apiVersion,
    fieldValidation: "Strict",
  });
  return kind.applyDefaults?.(conforming) ?? conforming;
}

/** Everything that a create is refused for, as `field: message`. */
export function refusals(kind: Kind, parts: Record<string, unknown>): readonly string[] {
  return causesOf(() => kind.validate?.(created(kind, parts)) ?? []);
}

/** The same for an update from one manifest to another. */
export function updateRefusals(
  kind: Kind,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): readonly string[] {
  const stored = created(kind, before);
  return causesOf(() => {
    const object = defaulted(kind, manifest(kind, after));
    const prepared = kind.prepareForUpdate?.(object, stored, CONTEXT) ?? object;
    return kind.validate?.(prepared, stored) ?? [];
  });
}

function causesOf(
  check: () => readonly { readonly field: string; readonly message: string }[],
): readonly string[] {
  try {
    return check().map(({ field, message }) => `${field}: ${message}`);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const causes = error.details?.causes ?? [];
    return causes.map(({ field, message }) => `${field}: ${message}`);
  }
}

/** The cells of an object's row, without its name; wide columns only when asked for. */
export function cells(kind: Kind, object: KubeObject, wide = false): readonly unknown[] {
  return kind.columns
    .filter((column) => wide || column.priority === 0)
    .map((column) => column.value(object, NOW));
}
