import { writeFile } from "node:fs/promises";

/** What a kubeconfig needs to know of one member. */
export interface KubeconfigEntry {
  readonly name: string;
  readonly url: string;
  readonly token: string;
}

/** Writes a kubeconfig with one context for each member, named after it; the first is the current one. */
export async function writeKubeconfig(
  path: string,
  members: readonly KubeconfigEntry[],
): Promise<void> {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": members[0]?.name ?? "",
    clusters: members.map(({ name, url }) => ({
      name,
      cluster: { server: url, "insecure-skip-tls-verify": true },
    })),
    users: members.map(({ name, token }) => ({ name, user: { token } })),
    contexts: members.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
  };
  // JSON is YAML: every reader of kubeconfigs takes it.
  await writeFile(path, JSON.stringify(config, null, 2), { mode: 0o600 });
}
