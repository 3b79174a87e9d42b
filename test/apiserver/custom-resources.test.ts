import { copyFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveApi } from "../../local/simulated-members/http-adapter.js";
import { openSqliteObjectStore } from "../../local/simulated-members/sqlite-object-store.js";
import { createApiServer } from "../../src/apiserver/api-server.js";
import { serveHubKinds } from "../../src/registry/kinds.js";
import { KUBECTL, Shell } from "../support/kubectl.js";
import { kubeconfig } from "./support/kubectl-documents.js";

const CRD = "crd/gadgets.tools.example.com";

const gadget = (name: string, fields: string) =>
  `apiVersion: tools.example.com/v1\nkind: Gadget\nmetadata:\n  name: ${name}\nspec:\n${fields}`;

/** A definition and its custom resources, from creation to deletion, with the real kubectl. */
function walk(): void {
  const directory = mkdtempSync(join(tmpdir(), "stagecoach-crd-"));
  const store = openSqliteObjectStore(":memory:");
  const unexpected: unknown[] = [];
  let shell: Shell;
  let served: Awaited<ReturnType<typeof serveApi>>;

  beforeAll(async () => {
    const { kinds, store: withStatus } = serveHubKinds({ defaultRunState: "Run" }, store);
    const server = createApiServer({
      kinds,
      store: withStatus,
      onUnexpected: (error) => unexpected.push(error),
    });
    served = await serveApi(server, {
      port: 0,
      user: { username: "developer", groups: ["system:masters"] },
    });
    const config = join(directory, "kubeconfig");
    writeFileSync(config, kubeconfig(served.url));
    shell = new Shell(config, directory);
    copyFileSync("test/fixtures/gadget-definition.yaml", join(directory, "crd.yaml"));
  });

  afterAll(async () => {
    await served.close();
    store.close();
    expect(unexpected).toEqual([]);
  });

  it("creates the definition and establishes it", async () => {
    const created = await shell.run("kubectl create -f crd.yaml");
    expect(created).toMatchObject({
      code: 0,
      stdout: "customresourcedefinition.apiextensions.k8s.io/gadgets.tools.example.com created\n",
    });
    expect(created.stderr).toBe("");
    expect((await shell.run(`kubectl wait --for=condition=Established ${CRD}`)).code).toBe(0);
    const status = await shell.print(
      `kubectl get ${CRD} -o jsonpath='{.status.conditions[*].reason} {.status.storedVersions[*]} {.status.acceptedNames.listKind}'`,
    );
    expect(status).toBe("NoConflicts InitialNamesAccepted v1 GadgetList");
    expect(await shell.print("kubectl get crds")).toMatch(
      /^NAME +CREATED AT\ngadgets\.tools\.example\.com +\d{4}-/,
    );
    expect(await shell.print(`kubectl describe ${CRD}`)).toContain("Plural:  ");
    expect(await shell.print("kubectl get api-extensions -o name")).toContain("gadgets.tools");
  });

  it("serves the kind at once: discovery, short names, categories, explain", async () => {
    const resources = await shell.print(
      "kubectl api-resources --api-group=tools.example.com --no-headers",
    );
    expect(resources).toMatch(/^gadgets +gd +tools\.example\.com\/v1 +true +Gadget\n$/);
    expect(await shell.print("kubectl api-versions")).toContain("tools.example.com/v1beta1\n");
    expect(await shell.print("kubectl explain gadget.spec.size")).toContain("How large it is.");
    const list = JSON.parse(await shell.print("kubectl get --raw /apis/tools.example.com/v1"));
    expect(list.resources.map(({ name }: { name: string }) => name)).toEqual([
      "gadgets",
      "gadgets/status",
      "gadgets/scale",
    ]);
    expect((await shell.run("kubectl get toolbox")).code).toBe(0);
  });

  it("applies custom resources: pruned, defaulted, counted", async () => {
    await shell.apply(gadget("one", "  size: 3\n  colour: red\n  parts: [{name: a}]\n"));
    expect(await shell.print("kubectl get gd one -o jsonpath='{.spec}'")).toBe(
      '{"colour":"red","mode":"slow","parts":[{"count":1,"name":"a"}],"size":3}',
    );
    expect(
      await shell.apply(gadget("one", "  size: 4\n  colour: red\n  parts: [{name: a}]\n")),
    ).toContain("configured");
    expect(await shell.print("kubectl get gd one -o jsonpath='{.metadata.generation}'")).toBe("2");
    const strict = await shell.run("kubectl apply -f -", {
      input: gadget("one", "  size: 4\n  bogus: 1\n"),
    });
    expect(strict.stderr).toContain('unknown field "spec.bogus"');
  });

  it("refuses what the schema does not allow, with the fields' causes", async () => {
    const refused = await shell.run("kubectl create -f -", {
      input: gadget("bad", "  size: 11\n  mode: idle\n  colour: RED\n"),
    });
    expect(refused.stderr).toContain('The Gadget "bad" is invalid');
    for (const text of [
      "spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10",
      'spec.mode: Unsupported value: "idle": supported values: "slow", "fast"',
      "spec.colour: Invalid value: \"RED\": spec.colour in body should match '^[a-z]+$'",
    ]) {
      expect(refused.stderr).toContain(text);
    }
  });

  it("refuses what the definition's rules do not allow", async () => {
    const refused = await shell.run("kubectl create -f -", {
      input: gadget("five", "  size: 5\n"),
    });
    expect(refused.stderr).toContain(
      'The Gadget "five" is invalid: spec: Invalid value: five is right out',
    );
  });

  it("does not hold against an update what it leaves as it was", async () => {
    await shell.print(`sed 's/maximum: 10/maximum: 3/' crd.yaml | kubectl replace -f -`);
    expect(await shell.print("kubectl label gd one loose=yes")).toContain("labeled");
    await shell.print("kubectl get gd one -o yaml | sed 's/loose: .*/loose: no-more/' > one.yaml");
    expect(await shell.print("kubectl replace -f one.yaml")).toContain("replaced");
    const refused = await shell.run(`kubectl patch gd one --type=merge -p '{"spec":{"size":6}}'`);
    expect(refused.stderr).toContain("spec.size in body should be less than or equal to 3");
    await shell.print("kubectl replace -f crd.yaml");
  });

  it("prints the definition's columns", async () => {
    await shell.print(
      `kubectl patch gd one --subresource=status --type=merge -p '{"status":{"ready":2,"since":"2020-01-01T00:00:00Z","conditions":[{"type":"Ready","status":"True"}]}}'`,
    );
    expect(await shell.print("kubectl get gd")).toMatch(
      /^NAME +SIZE +COLOUR +SINCE\none +4 +red +\d+y\d*d?\n$/,
    );
    expect(await shell.print("kubectl get gd -o wide")).toMatch(/READY\n.* True\n$/);
    expect(await shell.print("kubectl get gadgets.v1beta1.tools.example.com")).toMatch(
      /^NAME +AGE\none +\d+s\n$/,
    );
  });

  it("scales along the definition's paths", async () => {
    await shell.print("kubectl scale gd one --replicas=7");
    expect(await shell.print("kubectl get gd one -o jsonpath='{.spec.size}'")).toBe("7");
    expect(
      await shell.print("kubectl get gd one --subresource=scale -o jsonpath='{.status.replicas}'"),
    ).toBe("2");
  });

  it("shows and takes every served version of an object", async () => {
    const beta = "gadgets.v1beta1.tools.example.com";
    expect(await shell.print(`kubectl get ${beta} one -o jsonpath='{.apiVersion}'`)).toBe(
      "tools.example.com/v1beta1",
    );
    await shell.apply(
      gadget("two", "  anything: goes\n").replace("example.com/v1", "example.com/v1beta1"),
    );
    expect(await shell.print(`kubectl get ${beta} two -o jsonpath='{.spec.anything}'`)).toBe(
      "goes",
    );
    expect((await shell.run("kubectl get --raw /apis/tools.example.com/v1alpha1")).code).toBe(1);
  });

  it("applies server-side", async () => {
    const input = gadget("three", "  size: 1\n");
    expect(await shell.print("kubectl apply --server-side -f -", { input })).toBe(
      "gadget.tools.example.com/three serverside-applied\n",
    );
  });

  it("does not accept names that are taken", async () => {
    const document = await shell.print(`sed 's/gadgets/gizmos/; s/: Gadget/: Gizmo/' crd.yaml`);
    await shell.apply(document);
    const conditions = `kubectl get crd gizmos.tools.example.com -o jsonpath='{range .status.conditions[*]}{.type}={.status} {.reason} {.message};{end}'`;
    expect(await shell.print(conditions)).toBe(
      'NamesAccepted=False ShortNamesConflict "gd" is already in use;Established=False NotAccepted not all names are accepted;',
    );
    expect((await shell.run("kubectl get gizmos")).code).toBe(1);
    await shell.print("kubectl delete crd gizmos.tools.example.com");
  });

  it("refuses definitions that are wrong", async () => {
    const wrong = await shell.run("kubectl create -f -", {
      input: (await shell.print("cat crd.yaml")).replace(
        "name: gadgets.tools",
        "name: gadget.tools",
      ),
    });
    expect(wrong.stderr).toContain('must be spec.names.plural+"."+spec.group');
  });

  it("deletes the custom resources with their definition", async () => {
    await shell.print(
      `kubectl patch gd three --type=merge -p '{"metadata":{"finalizers":["a.io/x"]}}'`,
    );
    await shell.print(`kubectl delete ${CRD} --wait=false`);
    expect(
      await shell.print(
        `kubectl get ${CRD} -o jsonpath='{.status.conditions[?(@.type=="Terminating")].status}'`,
      ),
    ).toBe("True");
    expect(await shell.print("kubectl get gd -o name")).toBe("gadget.tools.example.com/three\n");
    const refused = await shell.run("kubectl create -f -", {
      input: gadget("four", "  size: 1\n"),
    });
    expect(refused.stderr).toContain("create not allowed while custom resource definition");
    const waiting = shell.run(`kubectl wait --for=delete ${CRD} --timeout=20s`);
    await shell.print(
      `kubectl patch gd three --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]'`,
    );
    expect((await waiting).code).toBe(0);
    expect((await shell.run("kubectl get --raw /apis/tools.example.com/v1/gadgets")).code).toBe(1);
    await shell.print("kubectl create -f crd.yaml");
    expect((await shell.run("kubectl get gadgets.tools.example.com")).stderr).toContain(
      "No resources found",
    );
  });
}

if (KUBECTL) {
  describe("custom resources with kubectl", walk);
} else {
  it("kubectl is not installed here: the walk through custom resources did not run", () => {
    expect(KUBECTL).toBeUndefined();
  });
}
