import { expect, vi } from "vitest";
import { z } from "zod";

const InstanceStatus = z.looseObject({
  name: z.string(),
  runtimeStatus: z.string(),
  input: z.unknown().optional(),
  output: z.unknown().optional(),
  customStatus: z.unknown().optional(),
  createdTime: z.string(),
  lastUpdatedTime: z.string(),
});
export type InstanceStatus = z.infer<typeof InstanceStatus>;

const base = (url: string) => `${url}/runtime/webhooks/durabletask`;

/** Starts an orchestration through the HTTP API and returns the instance id. */
export async function start(
  url: string,
  name: string,
  input: unknown = {},
  id = "",
): Promise<string> {
  const response = await post(`${base(url)}/orchestrators/${name}/${id}`, JSON.stringify(input));
  expect(response.status).toBe(202);
  return z.object({ id: z.string() }).parse(await response.json()).id;
}

export function startResponse(url: string, name: string, body: string, id = "") {
  return post(`${base(url)}/orchestrators/${name}/${id}`, body);
}

export function raise(url: string, id: string, event: string, data: unknown = null) {
  return post(`${base(url)}/instances/${id}/raiseEvent/${event}`, JSON.stringify(data));
}

export function operate(url: string, id: string, operation: string, reason = "because") {
  return post(`${base(url)}/instances/${id}/${operation}?reason=${reason}`, "");
}

export function purge(url: string, id: string) {
  return fetch(`${base(url)}/instances/${id}`, { method: "DELETE" });
}

export async function status(url: string, id: string, query = ""): Promise<InstanceStatus> {
  const response = await fetch(`${base(url)}/instances/${id}${query}`);
  return InstanceStatus.parse(await response.json());
}

/** Waits until an instance has one of the statuses; at most `timeout` milliseconds. */
export function waitForStatus(
  url: string,
  id: string,
  wanted: string,
  timeout = 5000,
): Promise<InstanceStatus> {
  return vi.waitFor(
    async () => {
      const current = await status(url, id);
      expect(current.runtimeStatus, JSON.stringify(current)).toBe(wanted);
      return current;
    },
    { timeout, interval: 10 },
  );
}

/** Starts an orchestration and returns its output once it is completed. */
export async function run(url: string, name: string, input: unknown = {}): Promise<unknown> {
  const id = await start(url, name, input);
  return (await waitForStatus(url, id, "Completed")).output;
}

function post(url: string, body: string): Promise<Response> {
  return fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } });
}
