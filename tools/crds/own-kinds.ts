import type { Kind } from "../../src/registry/kind.js";
import { hubKinds } from "../../src/registry/kinds.js";

/** The hub's kinds that a cluster does not have by itself, in discovery order. */
export function ownKinds(): readonly Kind[] {
  return hubKinds({ defaultRunState: "Run" }).filter(({ builtin }) => !builtin);
}
