import { OverrideSnapshotNames } from "../api/override.js";
import type { ResourceBinding } from "../api/resource-binding.js";
import { hasOverrides, sameOverrides } from "./matching-overrides.js";

/**
 * On a binding that is rolled out without runs: the override snapshots that its cluster is to get with its next update.
 * Whoever updates it reads the binding anyway, and need not look for overrides.
 */
const ANNOTATION_OVERRIDE_SNAPSHOTS = "stagecoach.dev/override-snapshots";

type Annotated = Pick<ResourceBinding, "metadata">;

/** What the binding's next update brings; nothing when nobody wrote it down, or it was damaged. */
export function wantedOverrides({ metadata }: Annotated): OverrideSnapshotNames {
  const text = metadata.annotations?.[ANNOTATION_OVERRIDE_SNAPSHOTS];
  if (text === undefined) return {};
  try {
    const parsed = OverrideSnapshotNames.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}

/** The annotations of a binding whose next update is to bring these; undefined when they say so already. */
export function withWantedOverrides(
  binding: Annotated,
  wanted: OverrideSnapshotNames,
): Record<string, string> | undefined {
  if (sameOverrides(wantedOverrides(binding), wanted)) return undefined;
  const { [ANNOTATION_OVERRIDE_SNAPSHOTS]: _, ...others } = binding.metadata.annotations ?? {};
  return hasOverrides(wanted)
    ? { ...others, [ANNOTATION_OVERRIDE_SNAPSHOTS]: JSON.stringify(wanted) }
    : others;
}
