import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { freePort } from "../../local/ports.js";
import { Hub } from "./hub.js";
import {
  removeDataDir,
  type StartOptions,
  startStagecoach,
  temporaryDirectory,
} from "./stagecoach-process.js";

/** Source: `local/simulated-members/fault-annotation.ts`. */
const FAULT = "simulated.stagecoach.dev/fault";

const Kubeconfig = z.object({
  clusters: z.array(z.object({ name: z.string(), cluster: z.object({ server: z.string() }) })),
});

/** The whole app with its simulated members, as a person starts it. */
export interface RunningFleet {
  readonly hub: Hub;
  /** API servers by the names of the kubeconfig's clusters. */
  readonly members: Record<string, Hub>;
  /** Makes a simulated member misbehave; null mends it. */
  setFault(member: string, fault: string | null): Promise<void>;
  /** Ends it, and removes what it has stored. */
  stop(): Promise<void>;
}

/** @param name of its data directory, to tell it from those of other tests */
export async function startFleet(
  name: string,
  settings: StartOptions["settings"] = {},
): Promise<RunningFleet> {
  const dataDir = temporaryDirectory(name);
  const stagecoach = await startStagecoach({ dataDir, port: await freePort(), settings });
  const { clusters } = Kubeconfig.parse(parse(readFileSync(stagecoach.kubeconfig, "utf8")));
  const members = Object.fromEntries(
    clusters.map(({ name: cluster, cluster: { server } }) => [cluster, new Hub(server)]),
  );
  return {
    hub: new Hub(stagecoach.url),
    members,
    async setFault(member, fault) {
      await members[member]?.merge("/api/v1/namespaces/kube-system", {
        metadata: { annotations: { [FAULT]: fault } },
      });
    },
    async stop() {
      await stagecoach.interrupt();
      await removeDataDir(dataDir);
    },
  };
}
