import { setTimeout as delay } from "node:timers/promises";
import { run } from "../tools/run-command.mjs";

const MEMBERS = "/apis/cluster.kubernetes-fleet.io/v1/memberclusters";

/** The hub's API, as far as members go. A hub in Azure wants a token of whoever is logged in to the Azure CLI. */
export class Hub {
  /** @param serverId client id of the app registration; not needed for a hub on this machine */
  constructor(url, serverId) {
    this.url = url.replace(/\/$/, "");
    this.serverId = serverId;
  }

  /** The member that stands for a cluster. */
  async memberOf(resourceId) {
    const { items } = await this.request("GET", MEMBERS);
    return items.find(
      ({ spec }) => spec.aks?.resourceId.toLowerCase() === resourceId.toLowerCase(),
    );
  }

  /** Undefined when there is none. */
  async member(name) {
    try {
      return await this.request("GET", `${MEMBERS}/${name}`);
    } catch (error) {
      if (error.status === 404) return undefined;
      throw error;
    }
  }

  createMember(member) {
    return this.request("POST", MEMBERS, member, "application/json");
  }

  labelMember(name, labels) {
    const patch = { metadata: { labels } };
    return this.request("PATCH", `${MEMBERS}/${name}`, patch, "application/merge-patch+json");
  }

  /** Comes back when the member has left, or fails with what it waits for when that takes longer than `seconds`. */
  async removeMember(name, seconds) {
    await this.request("DELETE", `${MEMBERS}/${name}`);
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await delay(500)) {
      if (!(await this.member(name))) return;
    }
    const member = await this.member(name);
    if (!member) return;
    const joined = member.status?.conditions?.find(({ type }) => type === "Joined");
    throw new Error(
      `${name} has not left after ${seconds} s: ${joined?.message ?? "no reason yet"}`,
    );
  }

  async request(method, path, body, contentType) {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        accept: "application/json",
        ...(contentType && { "content-type": contentType }),
        ...this.authorization(),
      },
      ...(body && { body: JSON.stringify(body) }),
    }).catch((error) => {
      throw new Error(`${this.url} does not answer: ${error.cause?.message ?? error.message}`);
    });
    const answer = await response.text();
    if (response.ok) return JSON.parse(answer);
    const words = wordsOf(answer) || `HTTP status ${response.status}`;
    throw Object.assign(new Error(`${method} ${path}: ${words}`), { status: response.status });
  }

  authorization() {
    if (!this.serverId) return {};
    this.token ??= run("az", [
      ...["account", "get-access-token", "--scope", `api://${this.serverId}/.default`],
      ...["--query", "accessToken", "--output", "tsv"],
    ]);
    return { authorization: `Bearer ${this.token}` };
  }
}

/** The message of a Kubernetes Status, or the text of whoever answered instead of the hub. */
function wordsOf(answer) {
  try {
    return JSON.parse(answer).message;
  } catch {
    return answer.trim();
  }
}

/** Whether a hub is on this machine, where nothing asks for a token. */
function isLocal(url) {
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);
}

/** The hub that a script was told of. */
export function connectHub({ need }) {
  const url = need("hub", "SERVICE_API_URI");
  return new Hub(url, isLocal(url) ? undefined : need("server-id", "AUTH_CLIENT_ID"));
}
