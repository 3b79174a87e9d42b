import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeKubeconfig } from "../test/envtest/kubeconfig.js";
import { type Member, startMember } from "../test/envtest/member.js";
import { startBenchApp } from "./bench-app.js";
import type { Note } from "./figures.js";
import { measureRepeatedRuns } from "./update-runs.js";

const NAMES = ["member1", "member2", "member3"];

/** The same small run over real API servers, each with its etcd. The first start builds them, which takes minutes. */
export async function measureRealMembers(note: Note): Promise<void> {
  const kubeconfig = join(tmpdir(), `stagecoach-bench-${process.pid}.kubeconfig`);
  const members: Member[] = [];
  try {
    for (const name of NAMES) members.push(await startMember(name));
    await writeKubeconfig(kubeconfig, members);
    const app = await startBenchApp(0, { names: NAMES, kubeconfig });
    try {
      await measureRepeatedRuns(app, note);
    } finally {
      await app.stop();
    }
  } finally {
    await Promise.all(members.map((member) => member.stop()));
    await rm(kubeconfig, { force: true });
  }
}
