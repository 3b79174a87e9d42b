import { stat } from "node:fs/promises";
import type { Cluster, KubeConfig, User } from "@kubernetes/client-node";
import { MemberUnreachable } from "./member-connection.js";

/** What a context stands for: a server and how to log in to it. */
export interface Login {
  readonly cluster: Cluster;
  readonly user: User;
}

/** Finds logins by context, for messages on behalf of a member. */
export type LoginFinder = (member: string, context: string) => Promise<Login>;

/** Looks contexts up in a kubeconfig file and reads it again when its size or time of modification changes. */
export function kubeconfigFile(path: string): LoginFinder {
  let last: { readonly stamp: string; readonly config: Promise<KubeConfig> } | undefined;

  const read = async (): Promise<KubeConfig> => {
    const { mtimeMs, size } = await stat(path);
    const stamp = `${mtimeMs}/${size}`;
    if (last?.stamp !== stamp) last = { stamp, config: load(path) };
    return await last.config;
  };

  return async (member, context) => {
    const problem = (what: string, cause?: unknown) =>
      new MemberUnreachable("Misconfigured", `${member}: ${what}`, { cause });
    const config = await read().catch((cause: unknown) => {
      throw problem(`the kubeconfig ${path} cannot be read`, cause);
    });
    const entry = config.getContextObject(context);
    if (!entry) throw problem(`the kubeconfig ${path} has no context "${context}"`);
    const cluster = config.getCluster(entry.cluster);
    if (!cluster) throw problem(`the kubeconfig ${path} has no cluster "${entry.cluster}"`);
    return { cluster, user: config.getUser(entry.user) ?? { name: entry.user } };
  };
}

async function load(path: string): Promise<KubeConfig> {
  const config = await emptyConfig();
  config.loadFromFile(path);
  return config;
}

/** The client library is loaded only where a kubeconfig is in use: that takes 150 ms and 35 MB. */
export async function emptyConfig(): Promise<KubeConfig> {
  const library = await import("@kubernetes/client-node");
  return new library.KubeConfig();
}
