import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { approvalNamed } from "../../src/registry/approval-names.js";
import { CONTEXT, cells, created, kindOf, updateRefusals } from "./support/written.js";

const kind = kindOf("ClusterApprovalRequest");
const spec = { parentStageRollout: "example-run", targetStage: "canary" };

const ACCEPTED = {
  type: "ApprovalAccepted",
  status: "True",
  reason: "ApprovalRequestApprovalAccepted",
  message: "The approval request has been approved and cannot be reverted",
  observedGeneration: 1,
  lastTransitionTime: "2026-11-21T09:00:00Z",
};
const APPROVED = {
  type: "Approved",
  status: "True",
  reason: "lgtm",
  message: "lgtm",
  observedGeneration: 1,
  lastTransitionTime: "2026-11-21T08:59:00Z",
};

function request(conditions?: readonly unknown[]): KubeObject {
  const object = created(kind, { spec, metadata: { name: "example-run-after-canary" } });
  const metadata = { ...object.metadata, generation: 1 };
  return { ...object, metadata, ...(conditions && { status: { conditions } }) };
}

function statusWritten(before: KubeObject, conditions: readonly unknown[]): unknown {
  const written = { ...before, status: { conditions } };
  return kind.prepareForStatusUpdate?.(written, before, CONTEXT).status;
}

describe("writing the status of an approval request", () => {
  it("fills in what a short approval leaves out", () => {
    const short = { type: "Approved", status: "True", reason: "approved", message: "approved" };
    expect(statusWritten(request(), [short])).toEqual({
      conditions: [{ ...short, observedGeneration: 1, lastTransitionTime: "2026-11-21T10:00:00Z" }],
      decision: { verdict: "Approved", user: "ada", time: "2026-11-21T10:00:00Z" },
    });
  });

  it.each([
    { what: "an approval", before: [], status: "True", verdict: "Approved" },
    { what: "a refusal", before: [APPROVED], status: "False", verdict: "Refused" },
  ])("notes who made $what, with what and from where", ({ before, status, verdict }) => {
    const user = { username: "grace", groups: ["sre"] };
    const client = { userAgent: "kubectl/v1.34.1", address: "10.0.0.7" };
    const asked = request(before);
    const written = { ...asked, status: { conditions: [{ type: "Approved", status }] } };
    const stored = kind.prepareForStatusUpdate?.(written, asked, { ...CONTEXT, user, client });
    expect(stored?.status).toMatchObject({
      conditions: [{ reason: verdict }],
      decision: { verdict, user: "grace", groups: ["sre"], ...client },
    });
  });

  it("keeps who decided when something else is written, or the same again", () => {
    const decision = { verdict: "Approved", user: "grace", time: "2026-11-21T08:59:00Z" };
    const before = { ...request([APPROVED]), status: { conditions: [APPROVED], decision } };
    const claimed = { conditions: [APPROVED], decision: { ...decision, user: "eve" } };
    const stored = kind.prepareForStatusUpdate?.({ ...before, status: claimed }, before, CONTEXT);
    expect(stored?.status).toEqual({ conditions: [APPROVED], decision });
  });

  it("forgets who decided when the decision is withdrawn", () => {
    const decision = { verdict: "Approved", user: "grace", time: "2026-11-21T08:59:00Z" };
    const before = { ...request([APPROVED]), status: { conditions: [APPROVED], decision } };
    expect(statusWritten(before, [])).toEqual({ conditions: [] });
  });

  it("keeps ApprovalAccepted when the whole list is replaced", () => {
    const before = request([APPROVED, ACCEPTED]);
    expect(statusWritten(before, [{ ...APPROVED, reason: "again" }])).toEqual({
      conditions: [{ ...APPROVED, reason: "again" }, ACCEPTED],
    });
  });

  it("does not let anybody but the run accept an approval", () => {
    expect(statusWritten(request(), [ACCEPTED])).toEqual({ conditions: [] });
  });

  it("keeps the time of an approval that is sent once more without one", () => {
    const { lastTransitionTime: _time, ...again } = APPROVED;
    expect(statusWritten(request([APPROVED]), [again])).toEqual({ conditions: [APPROVED] });
  });

  it.each([
    {
      behaviour: "needs a type",
      condition: { type: "", status: "True" },
      message: "status.conditions[0].type: Required value",
    },
    {
      behaviour: "needs a status",
      condition: { type: "Approved" },
      message: "status.conditions[0].status: Required value",
    },
    {
      behaviour: "needs a status that conditions know",
      condition: { type: "Approved", status: "Yes" },
      message:
        'status.conditions[0].status: Unsupported value: "Yes": supported values: "True", "False", "Unknown"',
    },
  ])("$behaviour", ({ condition, message }) => {
    const causes = kind.validateStatus?.(request([condition]), request()) ?? [];
    expect(causes.map((cause) => `${cause.field}: ${cause.message}`)).toEqual([message]);
  });
});

describe("the spec of an approval request", () => {
  it("cannot be changed", () => {
    const other = { spec: { ...spec, targetStage: "staging" } };
    expect(updateRefusals(kind, { spec }, other)).toEqual([
      "spec: Invalid value: The spec field is immutable",
    ]);
  });
});

describe("the row of an approval request", () => {
  it("prints whether it is approved and accepted", () => {
    expect(cells(kind, request([APPROVED, ACCEPTED]))).toEqual([
      "example-run",
      "canary",
      "True",
      "True",
      "<unknown>",
    ]);
  });

  it("prints in wide output what the approver has to know, and who decided", () => {
    const names = (...names: string[]) => ({ count: names.length, names });
    const summary = {
      progress: "1/3",
      changes: [
        { from: "0", to: "1", clusters: 1, added: names("ConfigMap/web/a"), unchanged: 1 },
        { to: "1", clusters: 1, unknown: "one of the snapshots is gone" },
      ],
      stages: [{ name: "canary", available: "0/1", notAvailable: names("member1") }],
    };
    const decision = { verdict: "Approved", user: "grace", time: "2026-11-21T08:59:00Z" };
    const told = { ...request(), status: { conditions: [], summary, decision } };
    const wide = cells(kind, told, true).slice(-5);
    expect(wide).toEqual(["1/3", "0->1, none->1", "+1 ~0 -0, ?", "member1", "grace"]);
  });
});

describe("approving without kubectl", () => {
  const approve = (object: KubeObject, body?: unknown) =>
    kind.actions?.find(({ name }) => name === "approve")?.apply(object, body, CONTEXT);

  it("adds an approval that names who gave it", () => {
    expect(approve(request())?.status).toEqual({
      conditions: [
        {
          type: "Approved",
          status: "True",
          reason: "Approved",
          message: "Approved by ada",
          observedGeneration: 1,
          lastTransitionTime: "2026-11-21T10:00:00Z",
        },
      ],
    });
  });

  it("takes reason and message from the body", () => {
    const body = { reason: "TestsPassed", message: "smoke tests are green" };
    expect(approve(request(), body)?.status).toMatchObject({ conditions: [body] });
  });

  it("replaces a refusal", () => {
    const refused = { ...APPROVED, status: "False" };
    expect(approve(request([refused]))?.status).toMatchObject({
      conditions: [{ type: "Approved", status: "True" }],
    });
  });

  it("changes nothing when it is approved already", () => {
    const before = request([APPROVED, ACCEPTED]);
    expect(approve(before)).toBe(before);
  });

  it.each([
    { behaviour: "refuses a sentence as the reason", body: { reason: "looks good to me" } },
    { behaviour: "refuses fields that it does not know", body: { because: "x" } },
    { behaviour: "refuses a body that is no object", body: "yes" },
  ])("$behaviour", ({ body }) => {
    expect(() => approve(request(), body)).toThrow(
      expect.objectContaining({ code: 400, message: expect.stringContaining("body of approve") }),
    );
  });
});

describe("older spellings of an approval's name", () => {
  const named = (run: string, position: string, stage: string): KubeObject => ({
    ...request(),
    metadata: { name: `${run}-${position}-${stage}` },
    spec: { parentStageRollout: run, targetStage: stage },
  });
  const both = [named("run", "before", "canary"), named("run", "after", "canary")];

  it.each([
    {
      behaviour: "run and stage stand for the approval after the stage",
      requests: both,
      spelling: "run-canary",
      name: "run-after-canary",
    },
    {
      behaviour: "run and stage stand for the approval before it when there is no other",
      requests: [named("run", "before", "canary")],
      spelling: "run-canary",
      name: "run-before-canary",
    },
    {
      behaviour: "a trailing before stands for the approval before the stage",
      requests: both,
      spelling: "run-canary-before",
      name: "run-before-canary",
    },
    {
      behaviour: "a trailing after stands for the approval after the stage",
      requests: both,
      spelling: "run-canary-after",
      name: "run-after-canary",
    },
    {
      behaviour: "hyphens in names of runs and stages do not matter",
      requests: [named("run-2", "after", "prod-clusters"), ...both],
      spelling: "run-2-prod-clusters",
      name: "run-2-after-prod-clusters",
    },
    {
      behaviour: "the start of a name stands for nothing",
      requests: both,
      spelling: "run",
      name: undefined,
    },
    {
      behaviour: "a spelling that fits two runs stands for neither",
      requests: [named("a-b", "after", "c"), named("a", "after", "b-c")],
      spelling: "a-b-c",
      name: undefined,
    },
    {
      behaviour: "an approval that is named otherwise has no older spelling",
      requests: [{ ...request(), metadata: { name: "mine" } }],
      spelling: "example-run-canary",
      name: undefined,
    },
  ])("$behaviour", ({ requests, spelling, name }) => {
    expect(approvalNamed(spelling, requests)).toBe(name);
  });
});
