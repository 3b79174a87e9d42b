import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { httpConnection } from "../../src/clusters/http-connection.js";
import { keepAliveAgent } from "../../src/clusters/http-exchange.js";
import type { MemberConnection } from "../../src/clusters/member-connection.js";
import { type Binaries, ensureBinaries } from "./binaries.js";
import { freePorts } from "./free-ports.js";
import { writeKubeconfig } from "./kubeconfig.js";
import { keepPodsReady } from "./pod-readiness.js";
import { type RunningProcess, startProcess } from "./process.js";

/** A real API server with its etcd, alone on this machine, reachable with a token of a cluster administrator. */
export interface Member {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  readonly kubeconfigPath: string;
  readonly connection: MemberConnection;
  /** Ends every process of this member and removes its files. */
  stop(): Promise<void>;
}

export interface MemberOptions {
  /**
   * Runs the workload, namespace and garbage collection controllers, and stands in for kubelets: pods become ready
   * unless their image name contains "broken". Default false: nothing ever becomes available or is garbage collected.
   * A list runs these controllers only, and no kubelets.
   */
  readonly controllers?: boolean | readonly string[];
  /** Shows this certificate instead of one of its own making. */
  readonly certificate?: { readonly key: string; readonly cert: string };
  /** Further users that it knows by a token, without any rights. */
  readonly users?: readonly { readonly name: string; readonly token: string }[];
}

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 100;

const CONTROLLERS = [
  "namespace-controller",
  "garbage-collector-controller",
  "deployment-controller",
  "replicaset-controller",
  "daemonset-controller",
  "statefulset-controller",
  "job-controller",
  "serviceaccount-controller",
  "root-ca-certificate-publisher-controller",
];

/** Starts a member; it takes about three seconds once the programs are built. */
export async function startMember(name: string, options: MemberOptions = {}): Promise<Member> {
  const binaries = await ensureBinaries();
  const directory = await mkdtemp(join(tmpdir(), `stagecoach-${name}-`));
  const stops: (() => Promise<void>)[] = [() => rm(directory, { recursive: true, force: true })];
  const stop = async () => {
    for (const undo of stops.splice(0).reverse()) await undo();
  };
  try {
    const start = (program: string, args: readonly string[], log: string) => {
      const running = startProcess(program, args, join(directory, log));
      stops.push(running.stop);
      return running;
    };
    const member = await startServers(name, directory, binaries, start, options);
    if (options.controllers) {
      const controllers = options.controllers === true ? CONTROLLERS : options.controllers;
      start(
        binaries.kubeControllerManager,
        managerFlags(member.kubeconfigPath, directory, controllers),
        "kcm.log",
      );
      if (options.controllers === true) stops.push(keepPodsReady(member.connection));
    }
    return { ...member, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Start = (program: string, args: readonly string[], log: string) => RunningProcess;

async function startServers(
  name: string,
  directory: string,
  binaries: Binaries,
  start: Start,
  options: MemberOptions,
): Promise<Omit<Member, "stop">> {
  const [client = 0, peer = 0, secure = 0] = await freePorts(3);
  const token = randomBytes(16).toString("hex");
  await writeCredentials(directory, token, options);
  const etcd = start(binaries.etcd, etcdFlags(directory, client, peer), "etcd.log");
  const server = start(
    binaries.kubeApiserver,
    [...serverFlags(directory, client, secure), ...certificateFlags(directory, options)],
    "apiserver.log",
  );
  const url = `https://127.0.0.1:${secure}`;
  const connection = connect(name, url, token);
  await untilReady(connection, [etcd, server]);
  const kubeconfigPath = join(directory, "kubeconfig");
  await writeKubeconfig(kubeconfigPath, [{ name, url, token }]);
  return { name, url, token, kubeconfigPath, connection };
}

async function writeCredentials(
  directory: string,
  token: string,
  { users = [], certificate }: MemberOptions,
): Promise<void> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = privateKey.export({ type: "pkcs1", format: "pem" });
  await mkdir(join(directory, "certs"));
  await writeFile(join(directory, "sa.key"), key, { mode: 0o600 });
  const lines = [
    `${token},admin,admin,"system:masters"`,
    ...users.map((user) => `${user.token},${user.name},${user.name}`),
  ];
  await writeFile(join(directory, "tokens.csv"), `${lines.join("\n")}\n`, { mode: 0o600 });
  if (!certificate) return;
  await writeFile(join(directory, "tls.crt"), certificate.cert);
  await writeFile(join(directory, "tls.key"), certificate.key, { mode: 0o600 });
}

function certificateFlags(directory: string, { certificate }: MemberOptions): readonly string[] {
  if (!certificate) return [];
  const [cert, key] = [join(directory, "tls.crt"), join(directory, "tls.key")];
  return ["--tls-cert-file", cert, "--tls-private-key-file", key];
}

function etcdFlags(directory: string, client: number, peer: number): readonly string[] {
  const clientUrl = `http://127.0.0.1:${client}`;
  const peerUrl = `http://127.0.0.1:${peer}`;
  return [
    ...["--data-dir", join(directory, "etcd")],
    ...["--listen-client-urls", clientUrl, "--advertise-client-urls", clientUrl],
    ...["--listen-peer-urls", peerUrl, "--initial-advertise-peer-urls", peerUrl],
    ...["--initial-cluster", `default=${peerUrl}`],
    ...["--unsafe-no-fsync", "--log-level", "error"],
  ];
}

function serverFlags(directory: string, etcd: number, secure: number): readonly string[] {
  const key = join(directory, "sa.key");
  return [
    ...["--etcd-servers", `http://127.0.0.1:${etcd}`],
    ...["--bind-address", "127.0.0.1", "--secure-port", String(secure)],
    ...["--cert-dir", join(directory, "certs")],
    ...["--token-auth-file", join(directory, "tokens.csv"), "--authorization-mode", "RBAC"],
    ...["--service-account-issuer", "https://kubernetes.default.svc"],
    ...["--service-account-key-file", key, "--service-account-signing-key-file", key],
    ...["--service-cluster-ip-range", "10.0.0.0/24"],
    ...["--disable-admission-plugins", "ServiceAccount", "--endpoint-reconciler-type", "none"],
  ];
}

function managerFlags(
  kubeconfigPath: string,
  directory: string,
  controllers: readonly string[],
): readonly string[] {
  return [
    ...["--kubeconfig", kubeconfigPath, "--leader-elect=false"],
    ...["--service-account-private-key-file", join(directory, "sa.key")],
    ...["--bind-address", "127.0.0.1", "--secure-port", "0"],
    `--controllers=${controllers.join(",")}`,
  ];
}

function connect(name: string, url: string, token: string): MemberConnection {
  const server = new URL(url);
  return httpConnection(name, {
    server,
    agent: keepAliveAgent(server, { rejectUnauthorized: false }),
    headers: () => Promise.resolve({ Authorization: `Bearer ${token}` }),
  });
}

async function untilReady(
  connection: MemberConnection,
  processes: readonly RunningProcess[],
): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await isReady(connection))) {
    for (const running of processes) {
      const failure = await running.failure();
      if (failure) throw new Error(`${connection.memberName}: ${failure}`);
    }
    if (Date.now() > deadline) throw new Error(`${connection.memberName} does not become ready`);
    await delay(POLL_MS);
  }
}

/** The default namespace is made last: without it nothing can be applied. */
async function isReady(connection: MemberConnection): Promise<boolean> {
  try {
    const ready = await connection.request({ method: "GET", path: "/readyz" });
    if (ready.status !== 200) return false;
    const namespace = { method: "GET", path: "/api/v1/namespaces/default" } as const;
    return (await connection.request(namespace)).status === 200;
  } catch {
    // Refused connections and early 401s belong to starting; the caller's deadline decides.
    return false;
  }
}
