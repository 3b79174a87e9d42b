import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../local/ports.js";
import { configMap, Hub, namespaceObject } from "../support/hub.js";
import { KUBECTL, Shell } from "../support/kubectl.js";
import {
  removeDataDir,
  type Stagecoach,
  startStagecoach,
  temporaryDirectory,
} from "../support/stagecoach-process.js";

const WRITERS = 100;
const PATH = "/api/v1/namespaces/race/configmaps/cm";

let stagecoach: Stagecoach;
let hub: Hub;
const dataDir = temporaryDirectory("concurrency");

beforeAll(async () => {
  stagecoach = await startStagecoach({
    dataDir,
    port: await freePort(),
    arguments: ["--members", "0"],
  });
  hub = new Hub(stagecoach.url);
  await hub.create("/api/v1/namespaces", namespaceObject("race"));
  await hub.create("/api/v1/namespaces/race/configmaps", configMap("race", "0"));
}, 90_000);

afterAll(async () => {
  await stagecoach?.interrupt();
  await removeDataDir(dataDir);
});

const everyWriter = <T>(write: (writer: number) => Promise<T>) =>
  Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));

describe("a hundred writers of one object", () => {
  it("that know one version: one wins, the others are told that it has been modified", async () => {
    const known = await hub.get(PATH);
    const answers = await everyWriter((writer) =>
      hub.request("PUT", PATH, { ...known, data: { key: `writer ${writer}` } }),
    );
    const winners = answers.filter(({ status }) => status === 200);
    const losers = answers.filter(({ status }) => status === 409);
    expect([winners.length, losers.length]).toEqual([1, WRITERS - 1]);
    expect(new Set(losers.map(({ body }) => body.message))).toEqual(
      new Set([
        'Operation cannot be fulfilled on configmaps "cm": the object has been modified; please apply your changes to the latest version and try again',
      ]),
    );
    expect((await hub.get(PATH)).data).toEqual(winners[0]?.body.data);
  }, 60_000);

  it("that patch without a version: all are served, and nothing is lost", async () => {
    const answers = await everyWriter((writer) =>
      hub.request(
        "PATCH",
        PATH,
        { data: { [`writer-${writer}`]: "here" } },
        "application/merge-patch+json",
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(Object.keys((await hub.get(PATH)).data ?? {})).toHaveLength(WRITERS + 1);
  }, 60_000);
});

/** Writes the object again and again until it is told to stop; answers how often. */
function keepWriting(label: string): { stop(): Promise<number> } {
  let writing = true;
  const written = (async () => {
    let writes = 0;
    for (; writing; writes += 1) {
      await hub.merge(PATH, { metadata: { labels: { [label]: `${writes}` } } });
    }
    return writes;
  })();
  return {
    stop() {
      writing = false;
      return written;
    },
  };
}

function walkWithKubectl(): void {
  let shell: Shell;
  beforeAll(() => {
    shell = new Shell(stagecoach.kubeconfig, temporaryDirectory("concurrency-shell"));
  });
  const document = (value: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm, namespace: race}\ndata: {applied: "${value}"}\n`;

  it.each([
    ["client-side", "kubectl apply -f -"],
    ["server-side", "kubectl apply --server-side --force-conflicts -f -"],
  ])(
    "applies %s while somebody else writes",
    async (side, command) => {
      const writer = keepWriting(side);
      for (const value of ["one", "two", "three"]) {
        const { code, stderr } = await shell.run(command, { input: document(`${side} ${value}`) });
        expect(stderr).not.toContain("rror");
        expect(code).toBe(0);
      }
      expect(await writer.stop()).toBeGreaterThan(0);
      const { data, metadata } = await hub.get(PATH);
      expect(data?.applied).toBe(`${side} three`);
      expect(metadata.labels).toHaveProperty(side);
    },
    60_000,
  );

  it("keeps what somebody else has written while the editor was open", async () => {
    await hub.merge(PATH, { data: { edited: "no" } });
    const editor = `kubectl label --overwrite configmap cm -n race meanwhile=yes >/dev/null && sed -i 's/edited: "no"/edited: "yes"/'`;
    await shell.print(`cat > editor.sh <<'END'\n${editor} "$1"\nEND\nchmod +x editor.sh`);
    const edited = await shell.run(
      "KUBE_EDITOR='bash editor.sh' kubectl edit configmap cm -n race",
    );
    expect(edited).toMatchObject({ code: 0, stdout: "configmap/cm edited\n" });
    const { data, metadata } = await hub.get(PATH);
    expect(data?.edited).toBe("yes");
    expect(metadata.labels).toMatchObject({ meanwhile: "yes" });
  }, 60_000);

  it("does not replace what somebody else has written since it was read", async () => {
    await shell.print("kubectl get configmap cm -n race -o yaml > read.yaml");
    await hub.merge(PATH, { data: { since: "then" } });
    const replaced = await shell.run("kubectl replace -f read.yaml");
    expect(replaced.code).toBe(1);
    expect(replaced.stderr).toContain("the object has been modified");
  }, 60_000);
}

if (KUBECTL) {
  describe("kubectl", walkWithKubectl);
} else {
  it("kubectl is not installed here: it did not race anybody", () => {
    expect(KUBECTL).toBeUndefined();
  });
}
