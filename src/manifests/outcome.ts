import type { EnvelopeIdentifier } from "../api/envelope.js";
import type { PatchDetail } from "./diff.js";

/** Names one object on a member. Source: KubeFleet placement v1 `ResourceIdentifier`. */
export interface ResourceIdentifier {
  readonly group?: string | undefined;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
  /** The envelope that it came in. */
  readonly envelope?: EnvelopeIdentifier | undefined;
}

/** One entry of the inventory: an object that a placement put, or may have put, on a member. */
export interface InventoryEntry extends ResourceIdentifier {
  /** uid on the member, once known: pruning never removes a namesake made by somebody else. */
  readonly uid?: string | undefined;
  /** Hash of the manifest that was applied last: tells whether this pass changed anything. */
  readonly specHash?: string | undefined;
}

/** Who places: written on every placed object, compared before overwriting or removing one. */
export interface Owner {
  readonly kind: "ClusterResourcePlacement" | "ResourcePlacement";
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly uid: string;
}

/** Why an object is not applied. Names as in the manifest conditions of KubeFleet's Work. */
export type ApplyFailure =
  | "FailedToFindObjInMemberCluster"
  | "ManifestApplyFailed"
  | "NotTakenOver"
  | "FailedToTakeOver"
  | "FoundDrifts"
  | "FoundDriftsInDegradedMode"
  | "FailedToRunDriftDetection"
  | "FailedToReportDiff"
  | "DecodingErred"
  | "FoundGenerateName"
  | "Duplicated";

/** What happened to one manifest on one member, as data. */
export type ObjectOutcome =
  | {
      readonly applied: true;
      readonly identifier: ResourceIdentifier;
      readonly change: "created" | "configured" | "unchanged";
      readonly uid: string;
      readonly availability: Availability;
    }
  | {
      readonly applied: false;
      readonly identifier: ResourceIdentifier;
      readonly reason: ApplyFailure;
      /** One sentence with the API server's own words. */
      readonly message: string;
      /** Whether trying again later can help (network, 429, 5xx, a kind not yet served) or a person has to act. */
      readonly retryable: boolean;
    };

/** Whether a live object does what it is for. Source: KubeFleet work applier, availability tracker. */
export type Availability =
  | { readonly state: "Available" }
  /** Nothing tells whether it works (Jobs, custom resources): counts as available. */
  | { readonly state: "NotTrackable" }
  | { readonly state: "NotAvailableYet"; readonly message: string };

/** What became of one member: every manifest of the snapshot, and what was pruned. */
export interface ApplyReport {
  readonly outcomes: readonly ObjectOutcome[];
  /** What is on the member after this pass: the next inventory. */
  readonly inventory: readonly InventoryEntry[];
  readonly pruned: readonly ResourceIdentifier[];
  /** Objects that should have been pruned but could not be, with the server's words; they stay in `inventory`. */
  readonly pruneFailures: readonly {
    readonly identifier: ResourceIdentifier;
    readonly message: string;
  }[];
  /** Objects that differ from their manifests, as far as the apply strategy asks for it. */
  readonly diffs?: readonly ObjectDiff[] | undefined;
  /** Namespaces that were missing and have been created without becoming the placement's. */
  readonly createdNamespaces?: readonly string[] | undefined;
}

/** How one object on a member differs from its manifest. */
export interface ObjectDiff {
  readonly identifier: ResourceIdentifier;
  /**
   * Drift: something else changed an object after it was placed. Diff: the object was never placed, either because it
   * was there before or because the placement only reports.
   */
  readonly kind: "Drift" | "Diff";
  /** Of the object on the member; absent when it is not there, or its kind does not count generations. */
  readonly generation?: number | undefined;
  /** At most 100. */
  readonly details: readonly PatchDetail[];
}
