import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const count = z.number().int().positive();

const HostJson = z.looseObject({
  functionTimeout: z.string().optional(),
  extensions: z
    .looseObject({
      http: z.looseObject({ routePrefix: z.string().optional() }).optional(),
      durableTask: z
        .looseObject({
          hubName: z.string().optional(),
          maxConcurrentActivityFunctions: count.optional(),
          maxConcurrentOrchestratorFunctions: count.optional(),
          overridableExistingInstanceStates: z.enum(["NonRunningStates", "AnyState"]).optional(),
        })
        .optional(),
    })
    .optional(),
});

/** What of host.json this host honours. */
export interface HostSettings {
  /** Without slashes at its ends; may be empty. */
  readonly routePrefix: string;
  /** `undefined` when unbounded. */
  readonly functionTimeoutMs: number | undefined;
  readonly hubName: string;
  readonly maxConcurrentActivities: number;
  readonly maxConcurrentOrchestrations: number;
  /** Which existing instances a start with the same id replaces. */
  readonly replaceInstances: "finished" | "any";
}

/** Reads host.json. `overrides` are settings named `AzureFunctionsJobHost__a__b__c`, which win over the file. */
export async function readHostSettings(
  scriptRoot: string,
  overrides: Readonly<Record<string, string | undefined>>,
): Promise<HostSettings> {
  const file = join(scriptRoot, "host.json");
  const document: unknown = JSON.parse(await readFile(file, "utf8"));
  return hostSettings(overridden(document, overrides));
}

/** Source: host.json reference; defaults of the Durable extension outside the Consumption plan. */
export function hostSettings(document: unknown): HostSettings {
  const { extensions, functionTimeout } = HostJson.parse(document);
  const durable = extensions?.durableTask;
  const perCore = 10 * availableParallelism();
  return {
    routePrefix: (extensions?.http?.routePrefix ?? "api").replace(/^\/+|\/+$/g, ""),
    functionTimeoutMs: timeoutMs(functionTimeout ?? "00:30:00"),
    hubName: durable?.hubName ?? "TestHubName",
    maxConcurrentActivities: durable?.maxConcurrentActivityFunctions ?? perCore,
    maxConcurrentOrchestrations: durable?.maxConcurrentOrchestratorFunctions ?? perCore,
    replaceInstances:
      durable?.overridableExistingInstanceStates === "AnyState" ? "any" : "finished",
  };
}

function timeoutMs(text: string): number | undefined {
  return text === "-1" ? undefined : timeSpanMs(text);
}

/**
 * Milliseconds of a .NET TimeSpan: `[d.]hh:mm:ss[.fff]`.
 *
 * @throws on any other text.
 */
export function timeSpanMs(text: string): number {
  const match = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?$/.exec(text);
  if (!match) throw new Error(`"${text}" is not a time span of the form hh:mm:ss`);
  const [days, hours, minutes, seconds] = match.slice(1, 5).map((part) => Number(part ?? 0));
  const whole = (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
  return whole * 1000 + Math.round(Number(`0.${match[5] ?? 0}`) * 1000);
}

const overridePrefix = "AzureFunctionsJobHost__";

function overridden(
  document: unknown,
  overrides: Readonly<Record<string, string | undefined>>,
): unknown {
  const result: unknown = structuredClone(document);
  for (const [name, value] of Object.entries(overrides))
    if (name.startsWith(overridePrefix) && value !== undefined)
      setAt(result, name.slice(overridePrefix.length).split("__"), parsed(value));
  return result;
}

function setAt(target: unknown, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path;
  if (!isRecord(target) || head === undefined) return;
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  if (!isRecord(target[head])) target[head] = {};
  setAt(target[head], rest, value);
}

function parsed(text: string): unknown {
  return /^-?\d+$/.test(text) && text !== "-1" ? Number(text) : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
