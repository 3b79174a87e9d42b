import { ApprovalRequest } from "../api/approval-request.js";
import type { KubeObject } from "../api/meta.js";
import { UpdateRunSpec } from "../api/update-run.js";
import type { EventFacts } from "../rollout/event-facts.js";
import type { Maker } from "./server-objects.js";

/** What happened to an object, as a line of the log tells it. */
export interface Milestone {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  readonly facts?: EventFacts & {
    /** Of a run, and the one before it. */
    readonly state?: string;
    readonly was?: string | undefined;
    /** Seconds since the object was made. */
    readonly age?: number | undefined;
  };
}

/** A line is cut by Application Insights, and a cut one is no JSON. */
const MAX_MESSAGE = 4096;

/** Tells whoever reads logs. Alerts and the workbook in `infra/app` look for these lines; docs/telemetry.md lists them. */
export function announceMilestone(
  maker: Pick<Maker, "announce">,
  about: KubeObject,
  milestone: Milestone,
): void {
  maker.announce?.(eventLine(about, milestone));
}

function eventLine(about: KubeObject, { type, reason, message, facts }: Milestone): string {
  const { kind, metadata } = about;
  const { namespace, name, uid } = metadata;
  const subject = [kind, namespace, name].filter((part) => part !== undefined).join("/");
  const text = message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message;
  const fields = { type, reason, subject, uid, ...relations(about), ...facts, message: text };
  return `event ${JSON.stringify(fields)}`;
}

/** The run, stage, placement or cluster that an object stands for. */
function relations(about: KubeObject): Readonly<Record<string, string | number | undefined>> {
  const { name, namespace } = about.metadata;
  const here = (other: string) => (namespace === undefined ? other : `${namespace}/${other}`);
  switch (about.kind) {
    case "ClusterStagedUpdateRun":
    case "StagedUpdateRun": {
      const spec = UpdateRunSpec.safeParse(about.spec).data;
      return { run: here(name), placement: spec && here(spec.placementName) };
    }
    case "ClusterApprovalRequest":
    case "ApprovalRequest": {
      const approval = ApprovalRequest.safeParse(about).data;
      return approval ? approvalFacts(approval, here(approval.spec.parentStageRollout)) : {};
    }
    case "ClusterResourcePlacement":
    case "ResourcePlacement":
      return { placement: here(name) };
    case "MemberCluster":
      return { cluster: name };
    default:
      return {};
  }
}

/** Who decided, and how long it took them. */
function approvalFacts({ metadata, spec, status }: ApprovalRequest, run: string) {
  const { decision } = status ?? {};
  return {
    run,
    stage: spec.targetStage,
    by: decision?.user,
    seconds: secondsBetween(metadata.creationTimestamp, decision?.time),
  };
}

/** Of two RFC 3339 times; undefined unless both are known. */
export function secondsBetween(
  from: string | undefined,
  to: string | undefined,
): number | undefined {
  if (from === undefined || to === undefined) return undefined;
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
}
