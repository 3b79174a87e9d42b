import { stringify } from "yaml";
import { Difference, eventually, expectSame } from "./difference.js";
import { PATHS, PLACEMENT, STRATEGY, WAIT_SECONDS } from "./manifests.js";
import { rollOut } from "./roll-out.js";
import { applyNew, deleteAll, getTable, type Terminal } from "./terminal.js";

/** One part of the tutorial. It throws a Difference when something is not as the document says. */
export interface Step {
  readonly title: string;
  play(terminal: Terminal): Promise<void>;
}

const PARENT = "kubernetes-fleet.io/parent-CRP=example-placement";

/** The staged-rollout tutorial of Azure Kubernetes Fleet Manager, first command to clean-up. */
export const TUTORIAL: readonly Step[] = [
  { title: "The fleet", play: showFleet },
  { title: "Prepare workloads for placement", play: prepareWorkloads },
  { title: "Place them on every member", play: placeThem },
  { title: "Work with resource snapshots", play: workWithSnapshots },
  { title: "Deploy a strategy: staging, then canary", play: deployStrategy },
  {
    title: "Roll out the latest change",
    play: (terminal) => rollOut(terminal, { run: "example-run", index: "1", value: "value2" }),
  },
  { title: "The placement after the rollout", play: showAvailablePlacement },
  {
    title: "Roll back to the previous version",
    play: (terminal) => rollOut(terminal, { run: "example-run-2", index: "0", value: "value1" }),
  },
  { title: "Clean up", play: cleanUp },
];

async function showFleet(terminal: Terminal): Promise<void> {
  await getTable(terminal, "kubectl get memberclusters --show-labels", PATHS.memberClusters, [
    { NAME: "member1", LABELS: "environment=canary,order=2" },
    { NAME: "member2", LABELS: "environment=staging" },
    { NAME: "member3", LABELS: "environment=canary,order=1" },
  ]);
}

async function prepareWorkloads({ hub, narrator }: Terminal): Promise<void> {
  narrator.command("kubectl create ns test-namespace");
  await hub.create(PATHS.namespaces, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "test-namespace" },
  });
  narrator.output("namespace/test-namespace created");
  narrator.command("kubectl create cm test-cm --from-literal=key=value1 -n test-namespace");
  await hub.create(PATHS.configMaps, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "test-cm", namespace: "test-namespace" },
    data: { key: "value1" },
  });
  narrator.output("configmap/test-cm created");
}

async function placeThem(terminal: Terminal): Promise<void> {
  await applyNew(terminal, PATHS.placements, PLACEMENT);
  await getTable(
    terminal,
    "kubectl get crp example-placement",
    `${PATHS.placements}/example-placement`,
    [
      {
        NAME: "example-placement",
        GEN: "1",
        SCHEDULED: "True",
        "SCHEDULED-GEN": "1",
        AVAILABLE: "",
      },
    ],
  );
  terminal.narrator.say("All three clusters are scheduled; without a run nothing is deployed yet.");
  for (const { name, api } of terminal.members) {
    if (await api.find(`${PATHS.namespaces}/test-namespace`)) {
      throw new Difference(`${name} has test-namespace before any run`);
    }
  }
}

async function workWithSnapshots(terminal: Terminal): Promise<void> {
  const { hub, narrator } = terminal;
  const command = "kubectl get clusterresourcesnapshots --show-labels";
  await getTable(terminal, command, PATHS.snapshots, [snapshotRow("0", true)]);

  narrator.say("Change the config map: key becomes value2 (kubectl edit does the same).");
  narrator.command(
    `kubectl patch cm test-cm -n test-namespace --type merge -p '{"data":{"key":"value2"}}'`,
  );
  await hub.mergePatch(`${PATHS.configMaps}/test-cm`, { data: { key: "value2" } });
  narrator.output("configmap/test-cm patched");
  await getTable(terminal, command, PATHS.snapshots, [
    snapshotRow("0", false),
    snapshotRow("1", true),
  ]);
  await showSnapshot(terminal, "example-placement-1-snapshot");
}

function snapshotRow(index: string, latest: boolean) {
  return {
    NAME: `example-placement-${index}-snapshot`,
    GEN: "1",
    LABELS: `kubernetes-fleet.io/is-latest-snapshot=${latest},${PARENT},kubernetes-fleet.io/resource-index=${index}`,
  };
}

async function showSnapshot({ hub, narrator }: Terminal, name: string): Promise<void> {
  narrator.command(`kubectl get clusterresourcesnapshots ${name} -o yaml`);
  const { spec } = await hub.get(`${PATHS.snapshots}/${name}`);
  const expected = [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        labels: { "kubernetes.io/metadata.name": "test-namespace" },
        name: "test-namespace",
      },
      spec: { finalizers: ["kubernetes"] },
    },
    {
      apiVersion: "v1",
      data: { key: "value2" },
      kind: "ConfigMap",
      metadata: { name: "test-cm", namespace: "test-namespace" },
    },
  ];
  narrator.output(`...\n${stringify({ spec }, { sortMapEntries: true })}`);
  expectSame("the snapshot's content", sorted(spec), sorted({ selectedResources: expected }));
}

async function deployStrategy(terminal: Terminal): Promise<void> {
  terminal.narrator.say(`The document waits 1m after staging; here it is ${WAIT_SECONDS}s.`);
  await applyNew(terminal, PATHS.strategies, STRATEGY);
}

async function showAvailablePlacement(terminal: Terminal): Promise<void> {
  await getTable(
    terminal,
    "kubectl get crp example-placement",
    `${PATHS.placements}/example-placement`,
    [
      {
        NAME: "example-placement",
        GEN: "1",
        SCHEDULED: "True",
        "SCHEDULED-GEN": "1",
        AVAILABLE: "True",
        "AVAILABLE-GEN": "1",
      },
    ],
  );
}

async function cleanUp(terminal: Terminal): Promise<void> {
  const fleet = "placement.kubernetes-fleet.io";
  await deleteAll(
    terminal,
    "kubectl delete csur example-run example-run-2",
    PATHS.runs,
    `clusterstagedupdaterun.${fleet}`,
    ["example-run", "example-run-2"],
  );
  await deleteAll(
    terminal,
    "kubectl delete csus example-strategy",
    PATHS.strategies,
    `clusterstagedupdatestrategy.${fleet}`,
    ["example-strategy"],
  );
  await deleteAll(
    terminal,
    "kubectl delete crp example-placement",
    PATHS.placements,
    `clusterresourceplacement.${fleet}`,
    ["example-placement"],
  );
  await deleteAll(
    terminal,
    "kubectl delete namespace test-namespace",
    PATHS.namespaces,
    "namespace",
    ["test-namespace"],
  );
  await checkNothingIsLeft(terminal);
}

async function checkNothingIsLeft({ hub, members, narrator }: Terminal): Promise<void> {
  for (const path of [PATHS.snapshots, PATHS.approvals]) {
    const left = await eventually(
      () => hub.list(path),
      (items) => (items.length === 0 ? undefined : `${items.length} objects are left at ${path}`),
    );
    expectSame(`what is left at ${path}`, left, []);
  }
  for (const { name, api } of members) {
    narrator.command(`kubectl --context ${name} get ns test-namespace`);
    await eventually(
      () => api.find(`${PATHS.namespaces}/test-namespace`),
      (left) => (left ? `${name} still has test-namespace` : undefined),
    );
    narrator.output('Error from server (NotFound): namespaces "test-namespace" not found');
  }
}

/** The same value with the keys of every object in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, part]): [string, unknown] => [
    key,
    sorted(part),
  ]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
