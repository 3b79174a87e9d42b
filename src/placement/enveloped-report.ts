import { identityKey } from "../manifests/identifier.js";
import type { ApplyReport, ResourceIdentifier } from "../manifests/outcome.js";
import type { Envelopes } from "./cluster-manifests.js";

/** A report in which every object that came in an envelope names it; so does the inventory, for later passes. */
export function enveloped(report: ApplyReport, envelopes: Envelopes): ApplyReport {
  if (envelopes.size === 0) return report;
  const named = <T extends ResourceIdentifier>(identifier: T): T => {
    const envelope = envelopes.get(identityKey(identifier));
    return envelope ? { ...identifier, envelope } : identifier;
  };
  return {
    ...report,
    outcomes: report.outcomes.map((outcome) => ({
      ...outcome,
      identifier: named(outcome.identifier),
    })),
    inventory: report.inventory.map(named),
    ...(report.diffs && {
      diffs: report.diffs.map((diff) => ({ ...diff, identifier: named(diff.identifier) })),
    }),
  };
}
