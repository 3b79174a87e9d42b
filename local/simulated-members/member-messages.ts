import { z } from "zod";

/** What the process of the simulated members is to start, in the message that begins its work. */
export const MembersToStart = z.object({
  members: z.array(z.object({ name: z.string(), file: z.string(), port: z.number() })),
});
export type MembersToStart = z.infer<typeof MembersToStart>;

/** What it says. */
export const MembersMessage = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("Started"), urls: z.array(z.string()) }),
  z.object({ kind: z.literal("Failed"), message: z.string() }),
  /** Something went wrong inside a member. */
  z.object({ kind: z.literal("Report"), message: z.string() }),
]);
export type MembersMessage = z.infer<typeof MembersMessage>;
