import type { TypedData } from "../worker-contract.js";

/**
 * An activity's trigger value from the input of its action. The SDK has JSON-encoded strings already, so those pass
 * unchanged; a lone boolean becomes .NET's text for it, which is truthy either way.
 *
 * Source: Durable extension `DurableActivityContext.GetInputAsJson`, `Convert.ToString`.
 *
 * @param json JSON text of the action's input.
 */
export function activityInput(json: string): TypedData {
  const input: unknown = JSON.parse(json);
  if (input === null) return {};
  if (typeof input === "string") return { string: input };
  if (typeof input === "boolean") return { string: input ? "True" : "False" };
  return { string: json };
}

/** An activity's answer as the JSON text of a TaskCompleted event. Text stays text, even when it looks like JSON. */
export function activityResult(value: TypedData | null | undefined): string | null {
  if (value?.string != null) return JSON.stringify(value.string);
  if (value?.json != null) return value.json;
  if (value?.int != null) return String(value.int);
  if (value?.double != null) return String(value.double);
  if (value?.bytes != null) return JSON.stringify(Buffer.from(value.bytes).toString("base64"));
  return null;
}

/** `Reason` and `Details` of a TaskFailed event. The SDK joins them into the message of the error it throws. */
export function activityFailure(name: string, message: string) {
  const Reason = `Activity function '${name}' failed: ${message}`;
  const Details = JSON.stringify({
    $type: "System.Exception, System.Private.CoreLib",
    ClassName: "System.Exception",
    Message: message,
    Data: null,
    InnerException: null,
  });
  return { Reason, Details };
}
