import { join } from "node:path";
import { writeKubeconfig } from "../envtest/kubeconfig.js";
import { type Member, startMember } from "../envtest/member.js";
import { temporaryDirectory } from "./stagecoach-process.js";

/** The tutorial's three members as real API servers, and how `npm start` is told of them. */
export interface RealMembers {
  readonly members: readonly Member[];
  /** Options for `npm start`. */
  readonly arguments: readonly string[];
  stop(): Promise<void>;
}

/** Labels of the tutorial's members, as `kubectl label` takes them. */
export const TUTORIAL_LABELS = {
  member1: "environment=canary order=2",
  member2: "environment=staging",
  member3: "environment=canary order=1",
} as const;

/** Starts three API servers with the controllers that finish namespaces and Deployments. */
export async function startRealMembers(): Promise<RealMembers> {
  const names = Object.keys(TUTORIAL_LABELS);
  const members: Member[] = [];
  const stop = async () => {
    await Promise.all(members.map((member) => member.stop()));
  };
  try {
    for (const name of names) members.push(await startMember(name, { controllers: true }));
    const kubeconfig = join(temporaryDirectory("real-members"), "kubeconfig");
    await writeKubeconfig(kubeconfig, members);
    return {
      members,
      arguments: [
        "--members",
        "0",
        "--kubeconfig",
        kubeconfig,
        ...names.flatMap((name) => ["--member", `${name}=${name}`]),
      ],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
