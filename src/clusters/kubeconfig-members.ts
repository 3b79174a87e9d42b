import { MemberClusterSpec } from "../api/member-cluster.js";
import type { KubeObject } from "../api/meta.js";
import { httpConnection } from "./http-connection.js";
import { kubeconfigAccess } from "./kubeconfig-access.js";
import { kubeconfigFile } from "./kubeconfig-file.js";
import {
  type MemberClusters,
  type MemberConnection,
  MemberUnreachable,
} from "./member-connection.js";

interface Cached {
  /** Equal when cluster and user are: then the open connections are still good. */
  readonly fingerprint: string;
  readonly connection: Promise<MemberConnection>;
}

/**
 * Members by the contexts of a kubeconfig file, as `spec.kubeconfig.context` of a MemberCluster names them. The file is
 * read again when it changes; connections whose cluster and user stay the same are kept.
 */
export function kubeconfigMembers({ path }: { readonly path: string | undefined }): MemberClusters {
  const connections = new Map<string, Cached>();
  const findLogin = path ? kubeconfigFile(path) : noKubeconfig;

  return {
    async connect(member) {
      const { name } = member.metadata;
      const login = await findLogin(name, contextOf(member));
      const fingerprint = JSON.stringify(login);
      const cached = connections.get(name);
      if (cached?.fingerprint === fingerprint) return await cached.connection;

      const connection = kubeconfigAccess(name, login).then((access) =>
        httpConnection(name, access),
      );
      connections.set(name, { fingerprint, connection });
      connection.catch(() => connections.delete(name));
      return await connection;
    },
  };
}

async function noKubeconfig(member: string): Promise<never> {
  throw new MemberUnreachable(
    "Misconfigured",
    `${member}: the app has no kubeconfig file, which is for local development (MEMBER_KUBECONFIG); reach the cluster through spec.aks instead of spec.kubeconfig`,
  );
}

function contextOf(member: KubeObject): string {
  const context = MemberClusterSpec.safeParse(member.spec).data?.kubeconfig?.context;
  if (context) return context;
  throw new MemberUnreachable(
    "Misconfigured",
    `${member.metadata.name}: the MemberCluster does not say how to reach it: set spec.kubeconfig.context`,
  );
}
