import { named, type TriggeredFunction } from "../functions-by-trigger.js";
import { type ManagementEndpoints, managementUrls } from "./client-binding.js";
import type { DurableEngine } from "./engine.js";
import type { Faults } from "./faults.js";
import {
  EventType,
  type ExecutionStarted,
  type HistoryEvent,
  type MessageEvent,
} from "./history-event.js";
import { type Instance, isFinished } from "./instance.js";
import { queryFilter } from "./instance-query.js";
import { instanceStatus } from "./instance-status.js";
import type { TaskHub } from "./task-hub.js";

export interface ManagementDeps {
  readonly hub: TaskHub;
  readonly engine: DurableEngine;
  readonly orchestrations: readonly TriggeredFunction[];
  readonly endpoints: ManagementEndpoints;
  readonly replaceInstances: "finished" | "any";
  readonly faults: Faults;
  readonly now: () => Date;
  /** 32 hexadecimal digits: instance and execution ids. */
  readonly newId: () => string;
}

export interface ManagementRequest {
  readonly method: string;
  /** Below the base, without a leading slash, as `instances/abc/raiseEvent/Approved`; not yet decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  /** `x-ms-continuation-token` of a status query. */
  readonly continuationToken: string | undefined;
}

export interface ManagementResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * The Durable extension's HTTP API: start, status, events, terminate, suspend, resume, purge, queries.
 *
 * Source: Durable extension `HttpApiHandler.cs`; statuses as durable-functions 3.5 `DurableClient.js` expects them.
 */
export function manage(request: ManagementRequest, deps: ManagementDeps): ManagementResponse {
  const [collection, ...rest] = request.path.split("/").map(decodeURIComponent);
  const [id = "", operation, argument] = rest;
  const { method } = request;
  if (collection === "orchestrators" && method === "POST")
    return start(id, operation ?? "", request, deps);
  if (collection !== "instances") return { status: 404 };
  if (id === "" && method === "GET") return list(request, deps);
  if (id === "" && method === "DELETE") return purgeMany(request, deps);
  if (operation === undefined && method === "GET") return status(id, request, deps);
  if (operation === undefined && method === "DELETE") return purge(id, deps);
  if (operation === undefined || method !== "POST") return { status: 404 };
  return operate(id, operation, argument ?? "", request, deps);
}

function start(
  functionName: string,
  givenId: string,
  request: ManagementRequest,
  deps: ManagementDeps,
): ManagementResponse {
  const target = named(deps.orchestrations, functionName);
  if (!target)
    return refused(
      400,
      `The function '${functionName}' doesn't exist, is disabled, or is not an orchestrator function.`,
    );
  const instanceId = givenId || deps.newId();
  if (!isValidId(instanceId))
    return refused(
      400,
      `'${instanceId}' is not a valid instance id: at most 100 characters, no /\\#?, not starting with @`,
    );
  if (request.body !== "" && !isJson(request.body))
    return refused(400, "The request content is not valid JSON.");
  const started: ExecutionStarted = {
    EventType: EventType.ExecutionStarted,
    EventId: -1,
    Timestamp: deps.now().toISOString(),
    Name: target.name,
    Version: request.query.get("version"),
    Input: request.body === "" ? null : request.body,
    OrchestrationInstance: { InstanceId: instanceId, ExecutionId: deps.newId() },
    ParentInstance: null,
    Generation: 0,
  };
  const existing = deps.hub.create(started, deps.replaceInstances);
  if (existing)
    return {
      status: 500,
      body: {
        Message: "Something went wrong while processing your request",
        ExceptionMessage: `An Orchestration instance with the status ${existing.runtimeStatus} already exists.`,
      },
    };
  deps.engine.wake(instanceId);
  const urls = managementUrls(deps.endpoints, instanceId);
  const Location = urls.statusQueryGetUri ?? "";
  return { status: 202, headers: { Location, "Retry-After": "10" }, body: urls };
}

function status(id: string, request: ManagementRequest, deps: ManagementDeps): ManagementResponse {
  const instance = deps.hub.instance(id);
  if (!instance) return { status: 404 };
  const events: HistoryEvent[] | undefined =
    request.query.get("showHistory") === "true" ? deps.hub.history(id) : undefined;
  const body = instanceStatus(instance, request.query.get("showInput") !== "false", events);
  if (isFinished(instance.runtimeStatus)) {
    const failed = instance.runtimeStatus === "Failed";
    const asError = request.query.get("returnInternalServerErrorOnFailure") === "true";
    return { status: failed && asError ? 500 : 200, body };
  }
  const Location = managementUrls(deps.endpoints, id).statusQueryGetUri ?? "";
  return { status: 202, headers: { Location, "Retry-After": "5" }, body };
}

function list(request: ManagementRequest, deps: ManagementDeps): ManagementResponse {
  const filter = queryFilter(request.query, request.continuationToken);
  const instances = deps.hub.instances({ ...filter, limit: filter.limit + 1 });
  const page = instances.slice(0, filter.limit);
  const last = page.at(-1);
  const showInput = request.query.get("showInput") !== "false";
  const body = page.map((instance) => instanceStatus(instance, showInput, undefined));
  const more = instances.length > page.length && last !== undefined;
  const token = more ? Buffer.from(last.instanceId).toString("base64url") : undefined;
  return { status: 200, ...(token && { headers: { "x-ms-continuation-token": token } }), body };
}

function purge(id: string, { hub }: ManagementDeps): ManagementResponse {
  return hub.purge(id) ? { status: 200, body: { instancesDeleted: 1 } } : { status: 404 };
}

function purgeMany(request: ManagementRequest, { hub }: ManagementDeps): ManagementResponse {
  if (!request.query.get("createdTimeFrom"))
    return refused(400, "Please provide value for 'createdTimeFrom' parameter.");
  const filter = { ...queryFilter(request.query, undefined), limit: -1 };
  const finished = hub.instances(filter).filter(({ runtimeStatus }) => isFinished(runtimeStatus));
  for (const { instanceId } of finished) hub.purge(instanceId);
  return finished.length === 0
    ? { status: 404 }
    : { status: 200, body: { instancesDeleted: finished.length } };
}

function operate(
  id: string,
  operation: string,
  argument: string,
  request: ManagementRequest,
  deps: ManagementDeps,
): ManagementResponse {
  const instance = deps.hub.instance(id);
  if (!instance) return { status: 404 };
  const message = messageFor(instance, operation, argument, request, deps.now());
  if ("status" in message) return message;
  const twice = message.EventType === EventType.EventRaised && deps.faults.duplicateEvents;
  const entry = { instanceId: id, executionId: null, visibleAt: deps.now(), event: message };
  deps.engine.send(twice ? [entry, entry] : [entry]);
  return { status: 202 };
}

function messageFor(
  instance: Instance,
  operation: string,
  argument: string,
  request: ManagementRequest,
  now: Date,
): MessageEvent | ManagementResponse {
  const common = { EventId: -1, Timestamp: now.toISOString() };
  const reason = request.query.get("reason");
  const known = ["raiseevent", "terminate", "suspend", "resume"];
  const verb = operation.toLowerCase();
  if (verb === "rewind") return refused(501, "The local host does not rewind instances.");
  if (!known.includes(verb) || (verb === "raiseevent" && argument === "")) return { status: 404 };
  if (isFinished(instance.runtimeStatus)) return { status: 410 };
  const isSuspended = instance.runtimeStatus === "Suspended";
  switch (verb) {
    case "raiseevent":
      if (!isJson(request.body)) return refused(400, "The request content is not valid JSON.");
      return { ...common, EventType: EventType.EventRaised, Name: argument, Input: request.body };
    case "terminate":
      return { ...common, EventType: EventType.ExecutionTerminated, Input: reason };
    case "suspend":
      if (isSuspended) return refused(500, "The orchestration is suspended already.");
      return { ...common, EventType: EventType.ExecutionSuspended, Reason: reason };
    default:
      if (!isSuspended) return refused(500, "The orchestration is not suspended.");
      return { ...common, EventType: EventType.ExecutionResumed, Reason: reason };
  }
}

function isValidId(id: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  return id.length <= 100 && !id.startsWith("@") && !/[/\\#?\u0000-\u001f\u007f-\u009f]/.test(id);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function refused(status: number, message: string): ManagementResponse {
  return { status, body: { Message: message } };
}
