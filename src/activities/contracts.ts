import { z } from "zod";

/** Names an object for an activity: what travels through Durable instead of the object. */
export const TargetRef = z.object({
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
  /** Guards against a namesake that was made after the original was deleted. */
  uid: z.string(),
});
export type TargetRef = z.infer<typeof TargetRef>;

/** Lanes to run side by side; each works through the clusters of one stage. */
const Lanes = {
  stage: z.number().int(),
  lanes: z.number().int(),
  /** Clusters worked at side by side in all lanes together; as many as lanes when absent. */
  slots: z.number().int().optional(),
  round: z.number().int(),
  /** Finish what was started, begin nothing: the run is stopping. */
  inFlightOnly: z.boolean(),
};

/** `advanceRun`: takes a run as far as storage alone can, and says what the orchestration has to do. */
export const AdvanceRunResult = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("Finished") }),
  z.object({ kind: z.literal("Wait"), until: z.string().optional() }),
  z.object({ kind: z.literal("UpdateClusters"), ...Lanes }),
  z.object({ kind: z.literal("RemoveClusters"), ...Lanes }),
  /** Members of a waiting stage are to be looked at; `at` is when that was decided. */
  z.object({ kind: z.literal("CheckStage"), stage: z.number().int(), at: z.string() }),
]);
export type AdvanceRunResult = z.infer<typeof AdvanceRunResult>;

/** Input of `checkStage`: looks at some of the members of a stage that waits. */
export const CheckStageInput = z.object({
  run: TargetRef,
  stage: z.number().int(),
  at: z.string(),
});
export type CheckStageInput = z.infer<typeof CheckStageInput>;

/** Input of `updateLane`, and of its only activities, `updateNextCluster` and `removeNextCluster`. */
export const LaneInput = z.object({
  run: TargetRef,
  stage: z.number().int(),
  /** Number of its first slot; each slot holds one cluster at a time. */
  lane: z.number().int(),
  /** One when absent. */
  slots: z.number().int().optional(),
  round: z.number().int(),
  inFlightOnly: z.boolean(),
  work: z.enum(["Update", "Remove"]),
  /** The lane's own instance: its activities have it from their trigger, it is never scheduled. */
  instanceId: z.string().optional(),
});
export type LaneInput = z.infer<typeof LaneInput>;

/** What became of the clusters that the lane has taken. */
export const LaneResult = z.discriminatedUnion("kind", [
  /** Those that could be done are done, one way or the other: take the next. */
  z.object({ kind: z.literal("Finished") }),
  /** What the lane has claimed needs another look later. */
  z.object({ kind: z.literal("Pending"), retryAfterSeconds: z.number() }),
  /** Nothing left for this lane: no cluster, or the run was stopped, failed or deleted. */
  z.object({ kind: z.literal("Drained") }),
]);
export type LaneResult = z.infer<typeof LaneResult>;

/** `syncPlacement`: schedules, snapshots, and refreshes the status of a placement. */
export const SyncPlacementResult = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("Gone") }),
  /** Nothing to do before something changes, or before `until`. */
  z.object({
    kind: z.literal("Synced"),
    until: z.string().optional(),
    /** How long to let changes gather before the next look; half a second when absent. */
    quietSeconds: z.number().optional(),
  }),
  /** Clusters of a RollingUpdate placement can be worked at, by so many lanes side by side. */
  z.object({ kind: z.literal("RollOut"), lanes: z.number().int() }),
]);
export type SyncPlacementResult = z.infer<typeof SyncPlacementResult>;

/** Input of `rolloutLane` and of its only activity, `rollOutNextCluster`. */
export const RolloutLaneInput = z.object({
  placement: TargetRef,
  lane: z.number().int(),
  /** When the lanes were started, ISO 8601 with milliseconds. */
  round: z.string(),
});
export type RolloutLaneInput = z.infer<typeof RolloutLaneInput>;

export const RolloutLaneResult = z.discriminatedUnion("kind", [
  /** One cluster is done for now, one way or the other: take the next. */
  z.object({ kind: z.literal("Finished") }),
  /** Nothing left that may be begun at present. */
  z.object({ kind: z.literal("Drained") }),
]);
export type RolloutLaneResult = z.infer<typeof RolloutLaneResult>;

/** `listPlacedMembers`: who may still hold something of a placement that is being deleted. */
export const PlacedMembers = z.object({ members: z.array(z.string()) });
export type PlacedMembers = z.infer<typeof PlacedMembers>;

/** Input of `removePlacement`: takes a placement's objects off one member. */
export const RemovePlacementInput = z.object({ placement: TargetRef, member: z.string() });
export type RemovePlacementInput = z.infer<typeof RemovePlacementInput>;

export const RemovePlacementResult = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("Removed") }),
  z.object({ kind: z.literal("Pending"), message: z.string() }),
]);
export type RemovePlacementResult = z.infer<typeof RemovePlacementResult>;

/** `syncOverride`: makes the snapshot of an override, or takes all of them away with it. */
export const SyncOverrideResult = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("Synced") }),
  /** It changed once more meanwhile. */
  z.object({ kind: z.literal("Again") }),
  /** It is to go, and an unfinished run still needs it. */
  z.object({ kind: z.literal("InUse") }),
]);
export type SyncOverrideResult = z.infer<typeof SyncOverrideResult>;

/** `syncMember`: joins a member, or lets it leave. */
export const SyncMemberResult = z.discriminatedUnion("kind", [
  /** Nothing to do before somebody changes the MemberCluster. */
  z.object({ kind: z.literal("Settled") }),
  z.object({ kind: z.literal("Wait"), until: z.string() }),
]);
export type SyncMemberResult = z.infer<typeof SyncMemberResult>;

/** `discoverMembers`: looks once for the clusters of the fleet, and makes their members what they should be. */
export const DiscoverMembersResult = z.discriminatedUnion("kind", [
  /** Nothing to do before the timer or somebody asks. */
  z.object({ kind: z.literal("Settled") }),
  /** Azure wants no query before. */
  z.object({ kind: z.literal("Wait"), until: z.string() }),
]);
export type DiscoverMembersResult = z.infer<typeof DiscoverMembersResult>;

/** Activity names, as registered. Renaming one breaks running instances. */
export const Activity = {
  advanceRun: "advanceRun",
  updateNextCluster: "updateNextCluster",
  removeNextCluster: "removeNextCluster",
  checkStage: "checkStage",
  syncPlacement: "syncPlacementOnce",
  rollOutNextCluster: "rollOutNextCluster",
  listPlacedMembers: "listPlacedMembers",
  removePlacement: "removePlacement",
  finishPlacementDeletion: "finishPlacementDeletion",
  syncOverride: "syncOverrideOnce",
  syncMember: "syncMemberOnce",
  discoverMembers: "discoverMembersOnce",
} as const;

/** Orchestration names, as registered. */
export const Orchestration = {
  updateRun: "updateRun",
  updateLane: "updateLane",
  syncPlacement: "syncPlacement",
  rolloutLane: "rolloutLane",
  deletePlacement: "deletePlacement",
  syncOverride: "syncOverride",
  syncMember: "syncMember",
  discoverMembers: "discoverMembers",
} as const;

/** The one external event: look again. */
export const WAKE_EVENT = "Wake";
