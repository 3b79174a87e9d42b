import { z } from "zod";
import { KubeObject } from "../src/api/meta.js";
import { Table } from "./table-text.js";

const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

const FailureStatus = z.looseObject({ kind: z.literal("Status"), message: z.string() });
const ObjectList = z.looseObject({ items: z.array(z.looseObject({})) });

/** An answer that is not a success. `message` is the server's own sentence. */
export class HubRefusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = "HubRefusal";
    this.code = code;
  }
}

/** Plain HTTP against an API server: what somebody without kubectl would send. Paths start with `/api` or `/apis`. */
export class HubClient {
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async get(path: string): Promise<KubeObject> {
    return KubeObject.parse(await this.send("GET", path));
  }

  /** As `get`, but undefined where there is nothing of that name. */
  async find(path: string): Promise<KubeObject | undefined> {
    try {
      return await this.get(path);
    } catch (error) {
      if (error instanceof HubRefusal && error.code === 404) return undefined;
      throw error;
    }
  }

  async list(path: string): Promise<readonly Record<string, unknown>[]> {
    return ObjectList.parse(await this.send("GET", path)).items;
  }

  async table(path: string): Promise<Table> {
    return Table.parse(await this.send("GET", path, { accept: TABLE }));
  }

  async create(path: string, object: object): Promise<KubeObject> {
    return KubeObject.parse(await this.send("POST", path, { body: object }));
  }

  async mergePatch(path: string, patch: object): Promise<KubeObject> {
    const contentType = "application/merge-patch+json";
    return KubeObject.parse(await this.send("PATCH", path, { body: patch, contentType }));
  }

  async delete(path: string): Promise<void> {
    await this.send("DELETE", path);
  }

  /** Whether the server says it can take requests. */
  async isReady(): Promise<boolean> {
    try {
      const response = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) });
      await response.arrayBuffer();
      return response.ok;
    } catch (error) {
      // fetch throws these two for a server that is not there yet; anything else is a mistake of ours.
      if (error instanceof TypeError || isTimeout(error)) return false;
      throw error;
    }
  }

  private async send(
    method: string,
    path: string,
    options: { body?: object; contentType?: string; accept?: string } = {},
  ): Promise<unknown> {
    const { body, contentType = "application/json", accept = "application/json" } = options;
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { accept, ...(body && { "content-type": contentType }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new HubRefusal(response.status, failureText(text));
    return JSON.parse(text);
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

function failureText(text: string): string {
  try {
    return FailureStatus.parse(JSON.parse(text)).message;
  } catch {
    // Not an answer of an API server: its text is all there is to tell.
    return text.slice(0, 500);
  }
}
