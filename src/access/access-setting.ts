import { z } from "zod";
import { FleetRole } from "./fleet-role.js";

/** Source: RFC 1123 labels, as Kubernetes wants them for namespaces. */
const Namespace = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, "must be the name of a namespace");

/** One entry of the app setting STAGECOACH_ACCESS: a role for one caller or group, here or everywhere. */
const AccessEntry = z
  .strictObject({
    /** Object id or user principal name of a person; object id or client id of an application. */
    principal: z.string().min(1).optional(),
    /** Object id of a group; tokens carry groups only where the registration says so. */
    group: z.string().min(1).optional(),
    role: FleetRole,
    namespaces: z.array(Namespace).min(1, "must name at least one, or be left out").optional(),
  })
  .refine(({ principal, group }) => (principal === undefined) !== (group === undefined), {
    error: "needs either principal or group",
  })
  .refine(({ role, namespaces }) => role !== "Fleet.Admin" || namespaces === undefined, {
    error: "Fleet.Admin is for the whole fleet: an administrator of some namespaces is an operator",
  });
export type AccessEntry = z.infer<typeof AccessEntry>;

/**
 * Reads the app setting STAGECOACH_ACCESS: a JSON list of entries.
 *
 * @throws Error naming the entry and what is wrong with it
 */
export function parseAccessSetting(text: string): readonly AccessEntry[] {
  const parsed = z.array(AccessEntry).safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join(".")}: ${message}` : message,
  );
  throw new Error(`app settings are wrong: STAGECOACH_ACCESS: ${problems.join("; ")}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`app settings are wrong: STAGECOACH_ACCESS is not JSON: ${why}`, { cause });
  }
}
