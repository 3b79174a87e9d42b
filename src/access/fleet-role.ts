import { z } from "zod";

/** The app roles of the Entra application; `infra/app-roles.json` has them with ids, as the registration wants them. */
export const FleetRole = z.enum([
  "Fleet.Reader",
  "Fleet.Operator",
  "Fleet.Approver",
  "Fleet.Admin",
]);
export type FleetRole = z.infer<typeof FleetRole>;

/** A role somebody has. */
export interface Grant {
  readonly role: FleetRole;
  /** Absent: in the whole fleet. */
  readonly namespaces?: readonly string[] | undefined;
}
