import type { Agent, OutgoingHttpHeaders } from "node:http";
import type { RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { keepAliveAgent, type ServerAccess, type TlsOptions } from "./http-exchange.js";
import { emptyConfig, type Login } from "./kubeconfig-file.js";
import { MemberUnreachable } from "./member-connection.js";

/**
 * Turns a login into TLS options and credentials: certificates, tokens, credential plug-ins such as
 * kubelogin, basic authentication, proxies.
 *
 * @throws MemberUnreachable without any secret in its message
 */
export async function kubeconfigAccess(member: string, login: Login): Promise<ServerAccess> {
  const server = URL.parse(login.cluster.server);
  if (!server) {
    const message = `${member}: the server of cluster "${login.cluster.name}" is not a URL`;
    throw new MemberUnreachable("Misconfigured", message);
  }
  const config = await configOf(login);
  const options = await authenticate(member, login, config);
  const agent = login.cluster.proxyUrl
    ? proxyAgent(options)
    : keepAliveAgent(server, tlsOptions(options));
  const headers = headersOf(options);
  return {
    server,
    agent: agent ?? keepAliveAgent(server, tlsOptions(options)),
    // A plug-in's credentials expire; the library keeps them until then.
    headers: changesOverTime(login)
      ? async () => headersOf(await authenticate(member, login, config))
      : () => Promise.resolve(headers),
  };
}

async function configOf({ cluster, user }: Login): Promise<KubeConfig> {
  const config = await emptyConfig();
  // The library wants TLS verification to be off for http://, where there is nothing to verify.
  const skipTLSVerify = cluster.skipTLSVerify || cluster.server.startsWith("http:");
  config.loadFromClusterAndUser({ ...cluster, skipTLSVerify }, user);
  return config;
}

async function authenticate(
  member: string,
  { user }: Login,
  config: KubeConfig,
): Promise<RequestOptions> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
    return options;
  } catch (cause) {
    const subject = `${member}: user "${user.name}" of the kubeconfig cannot log in`;
    if (cause instanceof SyntaxError) {
      // The parser quotes what it read, which may be a token.
      throw new MemberUnreachable("Unauthorized", `${subject}: its plug-in did not answer in JSON`);
    }
    const words = cause instanceof Error ? cause.message.trim() : String(cause);
    throw new MemberUnreachable("Unauthorized", `${subject}: ${words}`, { cause });
  }
}

function changesOverTime({ user }: Login): boolean {
  return user.exec !== undefined || user.authProvider !== undefined;
}

function proxyAgent({ agent }: RequestOptions): Agent | undefined {
  return typeof agent === "object" ? agent : undefined;
}

function tlsOptions({ ca, cert, key, passphrase, rejectUnauthorized, servername }: RequestOptions) {
  const tls: TlsOptions = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(passphrase !== undefined && { passphrase }),
    ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
    ...(servername !== undefined && { servername }),
  };
  return tls;
}

function headersOf({ headers, auth }: RequestOptions): Readonly<Record<string, string>> {
  const given = Object.entries((headers ?? {}) as OutgoingHttpHeaders);
  const basic = auth && { Authorization: `Basic ${Buffer.from(auth).toString("base64")}` };
  return { ...Object.fromEntries(given.map(([name, value]) => [name, String(value)])), ...basic };
}
