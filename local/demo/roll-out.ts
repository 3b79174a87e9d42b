import { stringify } from "yaml";
import { UpdateRunStatus } from "../../src/api/update-run.js";
import { Difference, expectSame, throwIf } from "./difference.js";
import { followRun, orderDifference } from "./follow-run.js";
import { approval, PATHS, updateRun, WAIT_SECONDS } from "./manifests.js";
import { applyNew, getTable, type Terminal } from "./terminal.js";

const RUN_WITHIN_MS = 40_000;
/** True while clusters are updated, False while the run waits; a run that rests has neither. */
const RUNNING = /^(True|False)$/;

export interface Rollout {
  readonly run: string;
  readonly index: string;
  /** What the config map holds in that snapshot. */
  readonly value: string;
}

/** Creates a run, watches it through wait and approval, and looks at what the members have then. */
export async function rollOut(terminal: Terminal, rollout: Rollout): Promise<void> {
  const { run, index } = rollout;
  await applyNew(terminal, PATHS.runs, updateRun(run, index));
  await getTable(terminal, `kubectl get csur ${run}`, `${PATHS.runs}/${run}`, [
    runRow(rollout, { PROGRESSING: RUNNING, SUCCEEDED: "" }),
  ]);
  const request = `${run}-after-canary`;
  const lines = await followRun(
    terminal,
    run,
    `canary: approval is asked for by ${request}`,
    RUN_WITHIN_MS,
  );
  const order = ["staging: member2", "canary: member3", "canary: member1"];
  const updates = order.flatMap((one) => [`${one} is being updated`, `${one} is updated`]);
  throwIf(orderDifference(lines, updates));
  await checkWait(terminal, run);

  await approve(terminal, run, request);
  await getTable(terminal, `kubectl get csur ${run}`, `${PATHS.runs}/${run}`, [
    runRow(rollout, { SUCCEEDED: "True" }),
  ]);
  await showOnMembers(terminal, rollout.value);
}

function runRow({ run, index }: Rollout, more: Readonly<Record<string, string | RegExp>>) {
  return {
    NAME: run,
    PLACEMENT: "example-placement",
    "RESOURCE-SNAPSHOT-INDEX": index,
    "POLICY-SNAPSHOT-INDEX": "0",
    INITIALIZED: "True",
    ...more,
  };
}

/** The stage may not end before its TimedWait has: from the last cluster's success to the stage's end. */
async function checkWait({ hub }: Terminal, run: string): Promise<void> {
  const { status } = await hub.get(`${PATHS.runs}/${run}`);
  const staging = UpdateRunStatus.parse(status).stagesStatus?.[0];
  const updated = staging?.clusters[0]?.conditions?.find(({ type }) => type === "Succeeded");
  const waitedMs =
    Date.parse(staging?.endTime ?? "") - Date.parse(updated?.lastTransitionTime ?? "");
  // Both times have whole seconds, so the difference may be off by one.
  if (!(waitedMs >= (WAIT_SECONDS - 1) * 1000)) {
    throw new Difference(
      `staging ended ${waitedMs / 1000} s after its update, not ${WAIT_SECONDS} s`,
    );
  }
}

async function approve(terminal: Terminal, run: string, request: string): Promise<void> {
  const { hub, narrator, now } = terminal;
  const list = "kubectl get clusterapprovalrequest";
  const row = { NAME: request, "UPDATE-RUN": run, STAGE: "canary" };
  await getTable(terminal, list, PATHS.approvals, [{ ...row, APPROVED: "", APPROVALACCEPTED: "" }]);

  const patch = approval(now());
  narrator.command(`cat << EOF > approval.json\n${JSON.stringify(patch, undefined, 2)}\nEOF`);
  narrator.say(`The document's name, ${run}-canary, stands for ${request}.`);
  narrator.command(
    `kubectl patch clusterapprovalrequests ${run}-canary --type='merge' --subresource=status --patch-file approval.json`,
  );
  const patched = await hub.mergePatch(`${PATHS.approvals}/${run}-canary/status`, patch);
  expectSame("the approved request", patched.metadata.name, request);
  narrator.output(
    `clusterapprovalrequest.placement.kubernetes-fleet.io/${patched.metadata.name} patched`,
  );
  await getTable(terminal, list, PATHS.approvals, [
    { ...row, APPROVED: "True", APPROVALACCEPTED: "True" },
  ]);
}

async function showOnMembers({ members, narrator }: Terminal, value: string): Promise<void> {
  for (const { name, api } of members) {
    narrator.command(`kubectl --context ${name} get cm test-cm -n test-namespace -o yaml`);
    const { data } = await api.get(`${PATHS.configMaps}/test-cm`);
    narrator.output(`...\n${stringify({ data })}`);
    expectSame(`test-cm on ${name}`, data, { key: value });
  }
}
