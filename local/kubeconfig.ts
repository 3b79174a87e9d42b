import { dirname, isAbsolute, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { UsageError } from "./start-options.js";

const Named = z.looseObject({ name: z.string() });

/** As much of a kubeconfig as copying a context needs. Source: client-go `clientcmd/api/v1` `Config`. */
const Kubeconfig = z.looseObject({
  clusters: z.array(Named.extend({ cluster: z.looseObject({}) })).nullish(),
  users: z.array(Named.extend({ user: z.looseObject({}) })).nullish(),
  contexts: z
    .array(
      Named.extend({ context: z.looseObject({ cluster: z.string(), user: z.string().nullish() }) }),
    )
    .nullish(),
});

/** One context with all that belongs to it. `user` holds credentials: it goes into kubeconfig files only. */
export interface KubeContext {
  readonly name: string;
  readonly cluster: Readonly<Record<string, unknown>>;
  readonly user: Readonly<Record<string, unknown>>;
}

/** Entries that name a file, relative to the kubeconfig they stand in. */
const FILE_ENTRIES = ["certificate-authority", "client-certificate", "client-key", "tokenFile"];

/** A server on loopback without TLS or credentials, as the simulated members and the local hub are. */
export function plainContext(name: string, url: string): KubeContext {
  return { name, cluster: { server: url }, user: {} };
}

/**
 * Takes a context out of somebody's kubeconfig, under the name the member gets here.
 *
 * @param text the file's content, `file` its path: relative entries are resolved from there
 * @throws UsageError when the file is no kubeconfig or lacks the context
 */
export function copyContext(
  text: string,
  file: string,
  context: string,
  name: string,
): KubeContext {
  const config = parseKubeconfig(text, file);
  const contexts = config.contexts ?? [];
  const found = contexts.find((entry) => entry.name === context)?.context;
  if (!found) {
    const known = contexts.map((entry) => entry.name).join(", ") || "none";
    throw new UsageError(`${file} has no context "${context}" (it has: ${known})`);
  }
  const cluster = config.clusters?.find((entry) => entry.name === found.cluster)?.cluster;
  if (!cluster) {
    throw new UsageError(
      `${file}: context "${context}" names a missing cluster "${found.cluster}"`,
    );
  }
  const user = config.users?.find((entry) => entry.name === found.user)?.user;
  if (found.user && !user) {
    throw new UsageError(`${file}: context "${context}" names a missing user "${found.user}"`);
  }
  return { name, cluster: absoluteFiles(cluster, file), user: absoluteFiles(user ?? {}, file) };
}

function parseKubeconfig(text: string, file: string): z.infer<typeof Kubeconfig> {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not YAML: ${String(error).split("\n")[0]}`, { cause: error });
  }
  const parsed = Kubeconfig.safeParse(document);
  if (!parsed.success) throw new UsageError(`${file} is not a kubeconfig`, { cause: parsed.error });
  return parsed.data;
}

function absoluteFiles(
  entry: Readonly<Record<string, unknown>>,
  file: string,
): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...entry };
  for (const key of FILE_ENTRIES) {
    const value = copy[key];
    if (typeof value === "string" && value !== "" && !isAbsolute(value)) {
      copy[key] = resolve(dirname(file), value);
    }
  }
  return copy;
}

/** A kubeconfig of these contexts, the first one current. */
export function kubeconfigOf(contexts: readonly KubeContext[]): object {
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: contexts.map(({ name, cluster }) => ({ name, cluster })),
    users: contexts.map(({ name, user }) => ({ name, user })),
    contexts: contexts.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
    "current-context": contexts[0]?.name ?? "",
  };
}
