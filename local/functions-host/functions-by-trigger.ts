import type { AppRegistry } from "./core-module.js";
import type { Binding, RegisteredFunction, TypedData } from "./worker-contract.js";

/** A function that can be run, with the binding that triggers it. */
export interface TriggeredFunction {
  readonly name: string;
  readonly registered: RegisteredFunction;
  readonly bindingName: string;
  readonly binding: Binding;
  /** Binding names of its durable clients; their payload travels with every invocation. */
  readonly clientBindings: readonly string[];
}

/** An app's functions by what triggers them, and the ones this host cannot run, each with the reason. */
export interface FunctionsByTrigger {
  readonly http: readonly TriggeredFunction[];
  readonly timer: readonly TriggeredFunction[];
  readonly activity: readonly TriggeredFunction[];
  readonly orchestration: readonly TriggeredFunction[];
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
}

const triggers = {
  httptrigger: "http",
  timertrigger: "timer",
  activitytrigger: "activity",
  orchestrationtrigger: "orchestration",
} as const;

/** Source of the rule for names: Azure/azure-functions-host `Utility.cs`. */
const validName = /^[a-z][a-z0-9_-]{0,127}$/i;

/**
 * Sorts an app's functions by their triggers.
 *
 * @throws naming the function when the app has a durable entity: what depends on it could not work.
 */
export function functionsByTrigger(functions: AppRegistry["functions"]): FunctionsByTrigger {
  const result = {
    http: [] as TriggeredFunction[],
    timer: [] as TriggeredFunction[],
    activity: [] as TriggeredFunction[],
    orchestration: [] as TriggeredFunction[],
    refused: [] as { name: string; reason: string }[],
  };
  for (const registered of functions.values()) {
    const { name, bindings } = registered.metadata;
    const found = Object.entries(bindings).find(([, { type }]) => /trigger$/i.test(type));
    const kind = triggers[(found?.[1].type.toLowerCase() ?? "") as keyof typeof triggers];
    if (/^entitytrigger$/i.test(found?.[1].type ?? ""))
      throw new Error(`Function ${name} is a durable entity; the local host does not run entities`);
    if (!validName.test(name) || name.toLowerCase() === "host")
      result.refused.push({
        name,
        reason: "the name of a function must be letters, digits, _ or -",
      });
    else if (!found || kind === undefined)
      result.refused.push({ name, reason: unsupported(found?.[1].type) });
    else result[kind].push(triggered(registered, found));
  }
  return result;
}

function triggered(
  registered: RegisteredFunction,
  [bindingName, binding]: [string, Binding],
): TriggeredFunction {
  const { name, bindings } = registered.metadata;
  const clientBindings = Object.entries(bindings)
    .filter(([, { type }]) => /^(durable|orchestration)client$/i.test(type))
    .map(([key]) => key);
  return { name, registered, bindingName, binding, clientBindings };
}

function unsupported(type: string | undefined): string {
  if (type === undefined) return "it has no trigger";
  return `the local host does not run functions with a ${type}`;
}

/** Finds a function by its name, which ignores case. */
export function named(
  functions: readonly TriggeredFunction[],
  name: string,
): TriggeredFunction | undefined {
  return functions.find((each) => each.name.toLowerCase() === name.toLowerCase());
}

/** The input entries of one invocation: the trigger's value and one payload per durable client. */
export function inputData(
  target: TriggeredFunction,
  data: TypedData,
  clientPayload: string,
): { readonly name: string; readonly data: TypedData }[] {
  const clients = target.clientBindings.map((name) => ({ name, data: { string: clientPayload } }));
  return [{ name: target.bindingName, data }, ...clients];
}
