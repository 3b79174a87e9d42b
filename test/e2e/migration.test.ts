import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { freePort } from "../../local/ports.js";
import { documentCommands } from "../support/document-commands.js";
import { KUBECTL, Shell } from "../support/kubectl.js";
import {
  memberDefinitions,
  memberObjects,
  oldHubDefinitions,
  oldHubObjects,
  placedObjects,
} from "../support/kubefleet-remains.js";
import {
  removeDataDir,
  type Stagecoach,
  startStagecoach,
  temporaryDirectory,
} from "../support/stagecoach-process.js";

const MEMBERS = ["member1", "member2", "member3"];
/** A simulated member that stands for KubeFleet's hub: it knows the kinds, and acts upon none. */
const OLD_HUB = "member4";

const dataDir = temporaryDirectory("migration");
let stagecoach: Stagecoach;
let shell: Shell;

const commandsOf = (heading: string) =>
  documentCommands("docs/migration-from-kubefleet.md", heading);
const [functions = ""] = commandsOf("## Before").slice(2);

/** Types the commands of a section; those about one member for each of them. Answers what was printed, by command. */
async function type(heading: string): Promise<readonly string[]> {
  const printed: string[] = [];
  for (const command of commandsOf(heading)) {
    const members = command.includes("member1") ? MEMBERS : ["member1"];
    for (const member of members) {
      const line = command.replaceAll("member1", member);
      const typed = `set -o pipefail\n${functions}\n${line}`;
      // Longer than `kubectl wait` in the document.
      printed.push(await shell.print(typed, { timeoutMs: 150_000 }));
    }
  }
  return printed;
}

async function apply(context: string, objects: readonly object[]): Promise<void> {
  const list = { apiVersion: "v1", kind: "List", items: objects };
  await shell.print(`kubectl --context ${context} apply -f -`, { input: JSON.stringify(list) });
}

/** Definitions are served a moment after they are there. */
async function applySoon(context: string, objects: readonly object[]): Promise<void> {
  await vi.waitFor(() => apply(context, objects), { timeout: 20_000, interval: 500 });
}

const json = async (command: string) => JSON.parse(await shell.print(`${command} -o json`));
const prices = (member: string) => json(`kubectl --context ${member} get cm prices -n shop`);

function isThere(command: string): boolean {
  try {
    execFileSync(command, ["--version"]);
    return true;
  } catch {
    // A machine with nothing but Node.
    return false;
  }
}

async function prepareMember(member: string): Promise<void> {
  await apply(member, memberDefinitions);
  await applySoon(member, memberObjects);
  const work = await json(`kubectl --context ${member} get appliedwork shop-work`);
  await apply(member, placedObjects(work.metadata.uid));
}

function migrate(): void {
  beforeAll(async () => {
    const options = ["--members", "4"];
    stagecoach = await startStagecoach({ dataDir, port: await freePort(), arguments: options });
    shell = new Shell(stagecoach.kubeconfig, tmpdir());
    await shell.print(`kubectl --context hub delete membercluster ${OLD_HUB}`);
    await shell.print(
      `kubectl config set-context old-hub --cluster=${OLD_HUB} --user=$(kubectl config view -o jsonpath='{.contexts[?(@.name=="${OLD_HUB}")].context.user}')`,
    );
    await apply("old-hub", oldHubDefinitions);
    await applySoon("old-hub", oldHubObjects(MEMBERS));
    for (const member of MEMBERS) await prepareMember(member);
  }, 120_000);

  afterAll(async () => {
    await stagecoach?.interrupt();
    await removeDataDir(dataDir);
  });

  it("shows what there is on the old hub", async () => {
    const [runs, placements] = await type("## Before");
    expect(runs).toBe("");
    expect(placements).toContain("shop");
  }, 60_000);

  it("brings over the members' labels, and leaves how they are reached", async () => {
    const [, shown] = await type("## Bring over the members");
    expect(shown).toMatch(/member2 .*ring=member2/);
    const member = await json("kubectl --context hub get membercluster member2");
    expect(member.spec.kubeconfig.context).toBe("member2");
  }, 60_000);

  it("shows no difference before anything is written", async () => {
    const section = "## Bring over what is placed, and look";
    await type(section);
    const look = commandsOf(section).at(-1) ?? "";
    const settled = { name: "shop", clusters: MEMBERS, differences: [] };
    await expect
      .poll(async () => JSON.parse(await shell.print(look)), { timeout: 60_000 })
      .toEqual(settled);
    expect((await prices("member1")).metadata.ownerReferences).toHaveLength(1);
  }, 120_000);

  it("takes over what the agents have placed, without making it anew", async () => {
    const before = await Promise.all(MEMBERS.map(prices));
    const printed = await type("## Take over a member");
    expect(printed).toContain("0\n");
    const after = await Promise.all(MEMBERS.map(prices));
    for (const [index, { metadata, data }] of after.entries()) {
      expect(metadata.uid).toBe(before[index].metadata.uid);
      expect(metadata.ownerReferences).toBeUndefined();
      expect(metadata.annotations["stagecoach.dev/owned-by"]).toContain("shop");
      expect(data).toEqual({ apples: "2" });
    }
  }, 180_000);

  it("goes back and leaves what is placed", async () => {
    await type("## Taking it back");
    const { items } = await json("kubectl --context hub get memberclusters");
    expect(items).toEqual([]);
    for (const member of MEMBERS) expect((await prices(member)).data).toEqual({ apples: "2" });
  }, 120_000);

  it("finds no AppliedWork before KubeFleet is removed", async () => {
    expect(await type("## Remove KubeFleet")).toEqual(["", "", ""]);
  }, 60_000);
}

if (KUBECTL && isThere("jq")) {
  describe("the commands of docs/migration-from-kubefleet.md", migrate);
} else {
  it("cannot try the commands of the migration: kubectl or jq is not on this machine", () => {
    expect(commandsOf("## Take over a member").length).toBeGreaterThan(0);
  });
}
