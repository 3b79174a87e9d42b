import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveApi } from "../../local/simulated-members/http-adapter.js";
import { openSqliteObjectStore } from "../../local/simulated-members/sqlite-object-store.js";
import { type ApiServer, createApiServer } from "../../src/apiserver/api-server.js";
import { hubKinds } from "../../src/registry/kinds.js";
import { KUBECTL, Shell } from "../support/kubectl.js";
import {
  approvalRequest,
  configMap,
  deployment,
  event,
  kubeconfig,
  run,
  strategy,
} from "./support/kubectl-documents.js";

/** The server ends its watches after three seconds here. */
const WITHIN = { timeout: 15_000, interval: 50 };

/** What clients of a real server rely on, walked through with the real kubectl. */
function checklist(): void {
  const directory = mkdtempSync(join(tmpdir(), "stagecoach-kubectl-"));
  const store = openSqliteObjectStore(":memory:");
  const unexpected: unknown[] = [];
  const watched: string[] = [];
  let shell: Shell;
  let served: Awaited<ReturnType<typeof serveApi>>;

  beforeAll(async () => {
    const server = createApiServer({
      kinds: hubKinds({ defaultRunState: "Run" }),
      store,
      onUnexpected: (error) => unexpected.push(error),
      watchSeconds: 3,
    });
    const recording: ApiServer = {
      handle: (request, context) => {
        if (request.url.includes("watch=true")) watched.push(new URL(request.url).pathname);
        return server.handle(request, context);
      },
    };
    served = await serveApi(recording, {
      port: 0,
      user: { username: "developer", groups: ["system:masters"] },
    });
    const config = join(directory, "kubeconfig");
    writeFileSync(config, kubeconfig(served.url));
    shell = new Shell(config, directory);
    await shell.print("kubectl create ns demo");
  });

  afterAll(async () => {
    await served.close();
    store.close();
    expect(unexpected).toEqual([]);
  });

  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);

  it("discovers the kinds, their short names and categories", async () => {
    const kinds = await shell.print(
      "kubectl api-resources --api-group=placement.kubernetes-fleet.io -o name",
    );
    const served = hubKinds({ defaultRunState: "Run" }).filter(
      ({ group }) => group === "placement.kubernetes-fleet.io",
    );
    expect(kinds.trim().split("\n")).toHaveLength(served.length);
    const { stderr } = await shell.run("kubectl get clusterapprovalrequest");
    expect(stderr).toBe("No resources found\n");
    expect((await shell.run("kubectl get fleet")).code).toBe(0);
  });

  it("creates from the command line, which posts protobuf", async () => {
    expect(await shell.print("kubectl create cm test-cm --from-literal=key=value1 -n demo")).toBe(
      "configmap/test-cm created\n",
    );
    await shell.print(
      "kubectl create deployment web-app --image=nginx:1.20 --port=80 --replicas=0 -n demo",
    );
    expect(
      await shell.print(
        "kubectl get deploy web-app -n demo -o jsonpath='{.spec.replicas}/{.spec.template.spec.containers[0].name}'",
      ),
    ).toBe("0/nginx");
    await shell.print("kubectl create secret generic s --from-literal=a=b -n demo");
    await shell.print("kubectl create job j --image=busybox -n demo -- true");
    await shell.print("kubectl create role r --verb=get --resource=pods -n demo");
  });

  it("prints the server's words for failures", async () => {
    expect(await shell.run("kubectl create ns demo")).toMatchObject({
      code: 1,
      stderr: 'Error from server (AlreadyExists): namespaces "demo" already exists\n',
    });
    expect((await shell.run("kubectl get csur nosuch")).stderr).toBe(
      'Error from server (NotFound): clusterstagedupdateruns.placement.kubernetes-fleet.io "nosuch" not found\n',
    );
    expect((await shell.run("kubectl get cm nosuch -n nons")).stderr).toBe(
      'Error from server (NotFound): namespaces "nons" not found\n',
    );
  });

  it("applies: created, unchanged, configured", async () => {
    write("strategy.yaml", strategy("10s"));
    const name = "clusterstagedupdatestrategy.placement.kubernetes-fleet.io/example-strategy";
    expect(await shell.print("kubectl apply -f strategy.yaml")).toBe(`${name} created\n`);
    expect(await shell.print("kubectl apply -f strategy.yaml")).toMatch(/unchanged|configured/);
    write("strategy.yaml", strategy("20s"));
    expect(await shell.print("kubectl apply -f strategy.yaml")).toBe(`${name} configured\n`);
  });

  it("merges strategically into built-in kinds", async () => {
    write("dep.yaml", deployment(["a", "b"]));
    await shell.print("kubectl apply -f dep.yaml -n demo");
    write("dep.yaml", deployment(["a"]));
    expect(await shell.print("kubectl apply -f dep.yaml -n demo")).toContain("configured");
    const containers =
      "kubectl get deploy d -n demo -o jsonpath='{.spec.template.spec.containers[*].name}'";
    expect(await shell.print(containers)).toBe("a");
    expect(
      await shell.print("kubectl set image deployment/web-app nginx=nginx:1.21 -n demo"),
    ).toContain("image updated");
  });

  it("prints tables", async () => {
    const table = await shell.print("kubectl get deploy -A -o wide");
    expect(table).toMatch(/^NAMESPACE +NAME +READY +UP-TO-DATE +AVAILABLE +AGE +CONTAINERS/);
    expect(await shell.print("kubectl get cm -n demo --show-labels")).toMatch(
      /NAME +DATA +AGE +LABELS/,
    );
    expect(await shell.print("kubectl get deploy -n demo --chunk-size=1 -o name")).toBe(
      "deployment.apps/d\ndeployment.apps/web-app\n",
    );
    expect(await shell.print("kubectl get deploy -n demo --sort-by=.metadata.name")).toContain(
      "web-app",
    );
  });

  it("patches runs and shows when nothing changed", async () => {
    await shell.apply(run("example-run"));
    const patch = `kubectl patch csur example-run --type=merge -p '{"metadata":{"labels":{"a":"b"}}}'`;
    expect(await shell.print(patch)).toContain("patched\n");
    expect(await shell.print(patch)).toContain("patched (no change)");
    const strategic = await shell.run(
      `kubectl patch csur example-run -p '{"spec":{"state":"Run"}}'`,
    );
    expect(strategic).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("application/strategic-merge-patch+json is not supported by"),
    });
    expect(await shell.print("kubectl get csur example-run -o yaml")).toContain(
      "apiVersion: placement.kubernetes-fleet.io/v1\n",
    );
    expect(
      await shell.print("kubectl get csur.v1beta1.placement.kubernetes-fleet.io -o name"),
    ).toContain("example-run");
  });

  it("approves through the status subresource", async () => {
    await shell.apply(approvalRequest("r-before-s"));
    write(
      "approval.json",
      '"status": {"conditions": [{"type": "Approved", "reason": "ok", "status": "True", "message": "yes", "observedGeneration": 1}]}',
    );
    expect(
      await shell.print(
        "kubectl patch careq r-before-s --type=merge --subresource=status --patch-file approval.json",
      ),
    ).toBe("clusterapprovalrequest.placement.kubernetes-fleet.io/r-before-s patched\n");
    expect(
      await shell.print(
        `kubectl get careq r-before-s -o jsonpath='{.status.conditions[?(@.type=="Approved")].status}'`,
      ),
    ).toBe("True");
  });

  it("waits for an approval under an older spelling of its name", async () => {
    const waiting = "kubectl wait --for=condition=Approved careq/r-s --timeout=5s";
    expect(await shell.print(waiting)).toBe(
      "clusterapprovalrequest.placement.kubernetes-fleet.io/r-s condition met\n",
    );
  });

  it("edits, labels, annotates, replaces and compares", async () => {
    const edit = 'KUBE_EDITOR="sed -i s/value1/value2/" kubectl edit cm test-cm -n demo';
    expect(await shell.print(edit)).toBe("configmap/test-cm edited\n");
    expect(await shell.print("kubectl label cm test-cm x=y -n demo")).toContain("labeled");
    expect(await shell.print("kubectl annotate cm test-cm x=y -n demo")).toContain("annotated");
    write("cm.yaml", configMap({ k: "1" }));
    await shell.print("kubectl apply -f cm.yaml");
    write("cm.yaml", configMap({ k: "2" }));
    expect(await shell.run("kubectl diff -f cm.yaml")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('+  k: "2"'),
    });
    expect(await shell.print("kubectl get cm f2 -n demo -o jsonpath='{.data.k}'")).toBe("1");
    expect(await shell.print("kubectl replace -f cm.yaml")).toContain("replaced");
  });

  it("applies server-side after a client-side apply", async () => {
    write("cm.yaml", configMap({ k: "3", z: "1" }));
    await shell.print("kubectl apply -f cm.yaml");
    write("cm.yaml", configMap({ k: "4", z: "1" }));
    expect(await shell.print("kubectl apply --server-side --force-conflicts -f cm.yaml")).toBe(
      "configmap/f2 serverside-applied\n",
    );
    expect(await shell.print("kubectl apply --server-side -f cm.yaml")).toContain(
      "serverside-applied",
    );
    expect(await shell.print("kubectl get cm f2 -n demo -o jsonpath='{.data}'")).toBe(
      '{"k":"4","z":"1"}',
    );
    const conflict = await shell.run(`kubectl apply --server-side --field-manager=other -f -`, {
      input: configMap({ k: "5" }),
    });
    expect(conflict.stderr).toContain('conflict with "kubectl": .data.k');
  });

  it("validates: strictly, with warnings, and with the fields' causes", async () => {
    write("unknown.yaml", `${strategy("10s").replace("example", "other")}  bogus: 1\n`);
    expect((await shell.run("kubectl apply -f unknown.yaml")).stderr).toContain(
      'strict decoding error: unknown field "spec.bogus"',
    );
    expect(await shell.run("kubectl apply --validate=warn -f unknown.yaml")).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Warning: unknown field "spec.bogus"'),
    });
    const missing = await shell.run("kubectl create -f -", {
      input: run("bad").replace(/ {2}stagedRolloutStrategyName.*\n/, ""),
    });
    expect(missing.stderr).toContain("spec.stagedRolloutStrategyName: Required value");
  });

  it("hides concurrent writes from patches", async () => {
    const loop =
      "for i in 1 2 3 4 5 6; do kubectl annotate csur example-run n=$RANDOM --overwrite || exit 1; done";
    const ended = await Promise.all([shell.run(loop), shell.run(loop)]);
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
  });

  it("watches with one header", async () => {
    const watching = shell.start("kubectl get cm -n demo -w --output-watch-events");
    let printed = "";
    watching.stdout?.on("data", (chunk) => {
      printed += String(chunk);
    });
    await expect.poll(() => printed, WITHIN).toContain("test-cm");
    await shell.print("kubectl create cm w -n demo; kubectl delete cm w -n demo --wait=false");
    await expect.poll(() => printed, WITHIN).toMatch(/ADDED +w .*\n(.*\n)*DELETED +w /);
    watching.kill();
    expect(printed.match(/EVENT +NAME/g)).toHaveLength(1);
  });

  it("waits for a condition across the server's own end of the stream", async () => {
    watched.length = 0;
    const waiting = shell.run(
      "kubectl wait --for=jsonpath='{.data.done}'=yes cm/test-cm -n demo --timeout=20s",
    );
    await expect.poll(() => watched.length, WITHIN).toBe(2);
    await shell.print(`kubectl patch cm test-cm -n demo --type=merge -p '{"data":{"done":"yes"}}'`);
    expect(await waiting).toMatchObject({ code: 0, stdout: "configmap/test-cm condition met\n" });
  });

  it("fails a wait in time", async () => {
    expect(
      await shell.run("kubectl wait --for=delete cm/test-cm -n demo --timeout=2s"),
    ).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        "error: timed out waiting for the condition on configmaps/test-cm",
      ),
    });
  });

  it("exposes, scales and restarts workloads", async () => {
    expect(
      await shell.print("kubectl expose deployment web-app --port=80 --target-port=80 -n demo"),
    ).toBe("service/web-app exposed\n");
    expect(await shell.print("kubectl scale deploy/web-app --replicas=3 -n demo")).toBe(
      "deployment.apps/web-app scaled\n",
    );
    expect(
      await shell.print("kubectl scale deploy/web-app --current-replicas=3 --replicas=2 -n demo"),
    ).toContain("scaled");
    expect(await shell.print("kubectl rollout restart deploy/web-app -n demo")).toContain(
      "restarted",
    );
    expect(await shell.print("kubectl get deploy web-app --subresource=scale -n demo")).toMatch(
      /NAME +DESIRED +AVAILABLE +AGE/,
    );
  });

  it("describes with events", async () => {
    const uid = await shell.print("kubectl get csur example-run -o jsonpath='{.metadata.uid}'");
    await shell.apply(event(uid));
    const described = await shell.print("kubectl describe csur example-run");
    expect(described).toContain("StageStarted");
    expect(await shell.print("kubectl describe ns demo")).toContain("Status:       Active");
    expect((await shell.run("kubectl describe deploy web-app -n demo")).code).toBe(0);
    expect(await shell.print("kubectl events --for csur/example-run")).toContain("StageStarted");
  });

  it("answers who one is and what one may do", async () => {
    expect(await shell.print("kubectl auth can-i patch careq --subresource=status")).toBe("yes\n");
    expect(await shell.print("kubectl auth whoami")).toContain("developer");
    expect(await shell.print("kubectl auth can-i --list")).toContain("*.*");
  });

  it("stores nothing on a server-side dry run", async () => {
    write("new.yaml", configMap({ k: "v" }).replace("f2", "new"));
    expect(await shell.print("kubectl apply --dry-run=server -f new.yaml")).toContain(
      "created (server dry run)",
    );
    expect((await shell.run("kubectl get -f new.yaml")).stderr).toContain("NotFound");
  });

  it("explains fields, its version and its health", async () => {
    expect(await shell.print("kubectl explain csur.spec")).toContain("stagedRolloutStrategyName");
    expect(await shell.run("kubectl version")).toMatchObject({
      stdout: expect.stringContaining("Server Version: v1.32.0+stagecoach"),
      stderr: "",
    });
    expect(await shell.print("kubectl get --raw /readyz")).toBe("ok");
    expect((await shell.run("kubectl cluster-info")).code).toBe(0);
  });

  it("deletes and waits, also for finalizers", async () => {
    expect(await shell.print("kubectl delete cm test-cm -n demo")).toBe(
      'configmap "test-cm" deleted\n',
    );
    expect(await shell.run("kubectl delete cm f2 nosuch -n demo")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('configmap "f2" deleted'),
      stderr: expect.stringContaining('configmaps "nosuch" not found'),
    });
    await shell.apply(configMap({}).replace("name: f2", "name: held\n  finalizers: [a.io/x]"));
    await shell.print("kubectl delete cm held -n demo --wait=false");
    expect(
      await shell.print("kubectl get cm held -n demo -o jsonpath='{.metadata.deletionTimestamp}'"),
    ).toMatch(/^20/);
    const waiting = shell.run("kubectl wait --for=delete cm/held -n demo --timeout=10s");
    await shell.print(
      `kubectl patch cm held -n demo --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]'`,
    );
    expect((await waiting).code).toBe(0);
  });

  it("deletes a namespace with what is in it", async () => {
    expect(await shell.print("timeout 20 kubectl delete ns demo")).toBe(
      'namespace "demo" deleted\n',
    );
    expect((await shell.run("kubectl get deploy -n demo")).stderr).toContain("No resources found");
  });
}

if (KUBECTL) {
  describe("kubectl", checklist);
} else {
  it("kubectl is not installed here: the kubectl checklist did not run", () => {
    expect(KUBECTL).toBeUndefined();
  });
}
