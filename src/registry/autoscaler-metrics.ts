import { fieldAt, fieldsOf, stringAt } from "./fields.js";

/** A field of a metric in autoscaling/v1, and where autoscaling/v2 has it. */
type Pair = readonly [older: string, path: readonly string[]];

const METRIC_NAME: Pair = ["metricName", ["metric", "name"]];

/** What of a metric the two versions write differently: `part` is `target` in a spec and `current` in a status. */
const PAIRS: Readonly<Record<string, (part: "target" | "current") => readonly Pair[]>> = {
  Resource: (part) => [["name", ["name"]], ...averages(part)],
  ContainerResource: (part) => [
    ["name", ["name"]],
    ["container", ["container"]],
    ...averages(part),
  ],
  Pods: (part) => [
    METRIC_NAME,
    ["selector", ["metric", "selector"]],
    [`${part}AverageValue`, [part, "averageValue"]],
  ],
  Object: (part) => [
    ["target", ["describedObject"]],
    METRIC_NAME,
    ["selector", ["metric", "selector"]],
    [`${part}Value`, [part, "value"]],
    ["averageValue", [part, "averageValue"]],
  ],
  External: (part) => [
    METRIC_NAME,
    ["metricSelector", ["metric", "selector"]],
    [`${part}Value`, [part, "value"]],
    [`${part}AverageValue`, [part, "averageValue"]],
  ],
};

function averages(part: "target" | "current"): readonly Pair[] {
  return [
    [`${part}AverageUtilization`, [part, "averageUtilization"]],
    [`${part}AverageValue`, [part, "averageValue"]],
  ];
}

/**
 * A metric of autoscaling/v2 as autoscaling/v1 writes it in an annotation, wanted or current.
 * Source: Kubernetes `pkg/apis/autoscaling/v1/conversion.go`.
 */
export function olderMetric(metric: unknown, part: "target" | "current"): unknown {
  const type = stringAt(metric, "type") ?? "";
  const source = fieldAt(metric, fieldOf(type));
  const entries = pairsOf(type, part).map(
    ([older, path]) => [older, fieldAt(source, ...path)] as const,
  );
  return { type, [fieldOf(type)]: Object.fromEntries(entries.filter(isPresent)) };
}

/** The way back. */
export function newerMetric(metric: unknown, part: "target" | "current"): unknown {
  const type = stringAt(metric, "type") ?? "";
  const source = fieldAt(metric, fieldOf(type));
  const found: Record<string, unknown> = part === "target" ? { target: targetType(source) } : {};
  for (const [older, path] of pairsOf(type, part)) {
    const value = fieldAt(source, older);
    if (value !== undefined) put(found, path, value);
  }
  return { type, [fieldOf(type)]: found };
}

function pairsOf(type: string, part: "target" | "current"): readonly Pair[] {
  return PAIRS[type]?.(part) ?? [];
}

/** `ContainerResource` → `containerResource`. */
function fieldOf(type: string): string {
  return type.slice(0, 1).toLowerCase() + type.slice(1);
}

function isPresent([, value]: readonly [string, unknown]): boolean {
  return value !== undefined;
}

/** autoscaling/v1 leaves it to the field that is set. */
function targetType(source: unknown): { readonly type: string } {
  if (fieldAt(source, "targetAverageUtilization") !== undefined) return { type: "Utilization" };
  const isAverage = ["targetAverageValue", "averageValue"].some(
    (field) => fieldAt(source, field) !== undefined,
  );
  return { type: isAverage ? "AverageValue" : "Value" };
}

function put(object: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first = "", ...rest] = path;
  if (rest.length === 0) {
    object[first] = value;
    return;
  }
  const inner = { ...fieldsOf(object[first]) };
  put(inner, rest, value);
  object[first] = inner;
}
