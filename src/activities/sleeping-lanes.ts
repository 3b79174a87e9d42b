import { sleepingLanes } from "../rollout/cluster-progress.js";
import type { Dependencies } from "./dependencies.js";

/** Finds the lanes of a run, by its uid, that sleep until a cluster's next try. */
export const makeSleepingLanes =
  ({ clusters }: Pick<Dependencies, "clusters">) =>
  async (runUid: string): Promise<readonly string[]> =>
    sleepingLanes((await clusters.list(runUid)).map(({ value }) => value));
