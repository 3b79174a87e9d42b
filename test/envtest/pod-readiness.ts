import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { MemberConnection } from "../../src/clusters/member-connection.js";

const PodList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        namespace: z.string(),
        deletionTimestamp: z.string().optional(),
      }),
      spec: z.object({ containers: z.array(z.object({ image: z.string().default("") })) }),
    }),
  ),
});
type Pod = z.infer<typeof PodList>["items"][number];

const POLL_MS = 200;
const PENDING = "/api/v1/pods?fieldSelector=status.phase%3DPending";
const LEAVING = "/api/v1/pods?fieldSelector=status.phase%3DRunning";

/**
 * Stands in for the kubelets of a member: pending pods become Running and Ready, unless an image name contains "broken";
 * deleted pods end at once.
 *
 * @returns how to stop it
 */
export function keepPodsReady(connection: MemberConnection): () => Promise<void> {
  const stopping = new AbortController();
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await tendPods(connection);
      await delay(POLL_MS);
    }
  };
  const ended = loop();
  // A failure is told by stop(); until then it must not end the process.
  ended.catch(() => undefined);
  return async () => {
    stopping.abort();
    await ended;
  };
}

async function tendPods(connection: MemberConnection): Promise<void> {
  for (const pod of await listPods(connection, PENDING)) {
    if (pod.metadata.deletionTimestamp) await endPod(connection, pod);
    else if (!isBroken(pod)) await markReady(connection, pod);
  }
  for (const pod of await listPods(connection, LEAVING)) {
    if (pod.metadata.deletionTimestamp) await endPod(connection, pod);
  }
}

async function listPods(connection: MemberConnection, path: string): Promise<readonly Pod[]> {
  const { body } = await connection.request({ method: "GET", path });
  return PodList.parse(body).items;
}

function isBroken(pod: Pod): boolean {
  return pod.spec.containers.some(({ image }) => image.includes("broken"));
}

function pathOf({ metadata }: Pod): string {
  return `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;
}

async function markReady(connection: MemberConnection, pod: Pod): Promise<void> {
  const since = new Date().toISOString();
  const condition = (type: string) => ({ type, status: "True", lastTransitionTime: since });
  await connection.request({
    method: "PATCH",
    path: `${pathOf(pod)}/status`,
    contentType: "application/merge-patch+json",
    body: { status: { phase: "Running", conditions: ["Ready", "ContainersReady"].map(condition) } },
  });
}

async function endPod(connection: MemberConnection, pod: Pod): Promise<void> {
  await connection.request({
    method: "DELETE",
    path: pathOf(pod),
    body: { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds: 0 },
  });
}
