import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { freePort } from "../../local/ports.js";
import { AUDIT_ANNOTATION, type AuditEvent } from "../../src/api/audit-event.js";
import { documentCommands } from "../support/document-commands.js";
import { Hub, placementPath } from "../support/hub.js";
import { Shell } from "../support/kubectl.js";
import {
  removeDataDir,
  type Stagecoach,
  startStagecoach,
  temporaryDirectory,
} from "../support/stagecoach-process.js";

interface Step {
  /** Part of the command that this step is about. */
  readonly command: string;
  readonly outcome: string;
  check(output: string): Promise<void> | void;
}

const dataDir = temporaryDirectory("readme-curl");
let stagecoach: Stagecoach;
let hub: Hub;
let shell: Shell;
let members: readonly Hub[];

const run = (name: string) => placementPath("clusterstagedupdateruns", name);

async function untilState(name: string, state: string): Promise<void> {
  await expect
    .poll(async () => (await hub.request("GET", `${run(name)}/progress`)).body.state, {
      timeout: 30_000,
    })
    .toBe(state);
}

async function greetings(): Promise<readonly (string | undefined)[]> {
  const path = "/api/v1/namespaces/web/configmaps/greeting";
  return Promise.all(
    members.map(async (member) => (await member.request("GET", path)).body.data?.text),
  );
}

const lastLine = (output: string) => output.trim().split("\n").at(-1);
const nameIn = (output: string) => JSON.parse(output).metadata.name;

const STEPS: readonly Step[] = [
  {
    command: "/clusterresourceplacements -H",
    outcome: "creates the placement",
    check: (output) => expect(nameIn(output)).toBe("web"),
  },
  {
    command: "metadata: {name: web}\nspec:\n  stages",
    outcome: "creates the strategy",
    check: (output) => expect(nameIn(output)).toBe("web"),
  },
  {
    command: "text: hello",
    outcome: "makes the first snapshot",
    check: (output) => expect(nameIn(output)).toBe("web-0-snapshot"),
  },
  {
    command: "name: web-0",
    outcome: "starts a run that comes to its approval",
    check: () => untilState("web-0", "Waiting"),
  },
  {
    command: "text/plain",
    outcome: "tells how far the run is, as text",
    check: (output) => expect(output).toContain("  canary   0/2  Pending\n"),
  },
  {
    command: "/approve",
    outcome: "approves",
    check: (output) => expect(output).toContain("seen on staging"),
  },
  {
    command: "watch=true",
    outcome: "follows the run to its end",
    check: async (output) => {
      expect(lastLine(output)).toBe("Succeeded  staging 1/1  canary 2/2");
      expect(await greetings()).toEqual(["hello", "hello", "hello"]);
    },
  },
  {
    command: "text: good morning",
    outcome: "makes the second snapshot",
    check: (output) => expect(nameIn(output)).toBe("web-1-snapshot"),
  },
  {
    command: "name: web-1",
    outcome: "starts its run",
    check: async () => {
      await untilState("web-1", "Waiting");
      expect(await greetings()).toEqual(["hello", "good morning", "hello"]);
    },
  },
  {
    command: "web-1/progress",
    outcome: "tells how far that is, as JSON",
    check: (output) =>
      expect(JSON.parse(output)).toMatchObject({
        state: "Waiting",
        stages: [
          { name: "staging", done: 1, total: 1 },
          { name: "canary", done: 0, total: 2 },
        ],
        waitingFor: [{ what: "approval of ClusterApprovalRequest web-1-after-staging" }],
      }),
  },
  {
    command: "timeoutSeconds=10",
    outcome: "follows it until time is up",
    check: (output) =>
      expect(JSON.parse(lastLine(output) ?? "")).toMatchObject({ finished: false }),
  },
  { command: "web-1/stop", outcome: "stops it", check: () => untilState("web-1", "Stopped") },
  { command: "web-1/start", outcome: "resumes it", check: () => untilState("web-1", "Waiting") },
  {
    command: "/reject",
    outcome: "rejects, which stops it",
    check: async (output) => {
      expect(output).toContain("too loud");
      await untilState("web-1", "Stopped");
    },
  },
  {
    command: "name: web-at-once",
    outcome: "creates the strategy of the way back",
    check: (output) => expect(nameIn(output)).toBe("web-at-once"),
  },
  {
    command: "name: web-back-to-0",
    outcome: "starts the way back",
    check: (output) => expect(nameIn(output)).toBe("web-back-to-0"),
  },
  {
    command: "web-back-to-0/progress",
    outcome: "follows the way back to its end",
    check: async (output) => {
      expect(lastLine(output)).toBe("Succeeded  all 3/3");
      expect(await greetings()).toEqual(["hello", "hello", "hello"]);
    },
  },
];

function isCurlThere(): boolean {
  try {
    execFileSync("curl", ["--version"]);
    return true;
  } catch {
    // A machine with nothing but Node.
    return false;
  }
}

const PAGE = "docs/http-requests.md";
const commands = [
  ...documentCommands("README.md", "## Without kubectl"),
  ...["# Plain HTTP requests", "## Change", "## Stop and resume", "## Roll back"].flatMap(
    (heading) => documentCommands(PAGE, heading),
  ),
];
/** Both documents set the same ones. */
const variables = [...new Set(commands.filter((command) => /^[A-Z]+=/.test(command)))];
const curls = commands.filter((command) => command.startsWith("curl "));

function tryCommands(): void {
  beforeAll(async () => {
    stagecoach = await startStagecoach({ dataDir, port: await freePort() });
    hub = new Hub(stagecoach.url);
    shell = new Shell(stagecoach.kubeconfig, tmpdir());
    const { clusters } = parse(readFileSync(stagecoach.kubeconfig, "utf8")) as {
      clusters: { name: string; cluster: { server: string } }[];
    };
    members = clusters
      .filter(({ name }) => name.startsWith("member"))
      .map(({ cluster }) => new Hub(cluster.server));
  }, 90_000);

  afterAll(async () => {
    await stagecoach?.interrupt();
    await removeDataDir(dataDir);
  });

  it("are variables and requests, and all of them are tried here", () => {
    expect(variables).toHaveLength(2);
    expect(commands).toHaveLength(2 * variables.length + curls.length);
    expect(curls).toHaveLength(STEPS.length);
  });

  it.each(STEPS.map((step, index) => ({ ...step, line: curls[index] ?? "" })))(
    "$outcome",
    async ({ command, line, check }) => {
      expect(line).toContain(command);
      const here = variables.join("\n").replace("http://127.0.0.1:7071", stagecoach.url);
      await check(await shell.print(`${here}\n${line}`));
    },
    60_000,
  );

  it("are in the audit log, as docs/operations.md asks for it", async () => {
    const [table = "", filtered = ""] = documentCommands("docs/operations.md", "## Audit log")
      .filter((command) => command.startsWith("curl "))
      .map((command) => command.replace("http://127.0.0.1:7071", stagecoach.url));
    const lines = (await shell.print(table)).split("\n").map((line) => line.split(/ {2,}/));
    const approvals = "clusterapprovalrequests/approve";
    expect(lines).toContainEqual(
      expect.arrayContaining(["developer", "create", approvals, "web-0-after-staging", "200"]),
    );
    const { items } = JSON.parse(await shell.print(filtered)) as { items: AuditEvent[] };
    expect(items.map(({ objectRef }) => objectRef.subresource ?? "")).toEqual([
      "start",
      "stop",
      "",
    ]);
    const operation = AUDIT_ANNOTATION.operationId;
    expect(items[0]?.annotations[operation]).toMatch(/^[0-9a-f]{32}$/);
  });
}

if (isCurlThere()) {
  describe("the requests of README and docs/http-requests.md", tryCommands);
} else {
  it("cannot try the documents' requests: curl is not on this machine", () => {
    expect(curls.length).toBeGreaterThan(0);
  });
}
