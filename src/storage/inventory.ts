import { z } from "zod";
import { EnvelopeIdentifier } from "../api/envelope.js";

/** What a placement put, or may have put, on one member. Partition = placement uid, row = member name. */
export const Inventory = z.object({
  entries: z.array(
    z.object({
      group: z.string().optional(),
      version: z.string(),
      kind: z.string(),
      name: z.string(),
      namespace: z.string().optional(),
      envelope: EnvelopeIdentifier.optional(),
      uid: z.string().optional(),
      /** Hash of the manifest that was applied last. */
      specHash: z.string().optional(),
    }),
  ),
  /** Who changes the member now, and until when nobody else may. */
  lease: z.object({ holder: z.string(), until: z.string() }).optional(),
});
export type Inventory = z.infer<typeof Inventory>;

/** Table that holds the inventories. */
export const INVENTORY_TABLE = "inventory";
