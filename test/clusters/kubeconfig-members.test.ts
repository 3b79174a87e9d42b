import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { kubeconfigMembers } from "../../src/clusters/kubeconfig-members.js";

let directory: string;
let path: string;
let url: string;
let stop: () => Promise<void>;
let received: IncomingMessage[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "stagecoach-kubeconfig-"));
  path = join(directory, "config");
  received = [];
  const server = createServer((request, response) => {
    received.push(request);
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  stop = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
});
afterEach(async () => {
  await stop();
  await rm(directory, { recursive: true });
});

function member(context?: string): KubeObject {
  return {
    apiVersion: "cluster.kubernetes-fleet.io/v1beta1",
    kind: "MemberCluster",
    metadata: { name: "member1" },
    spec: context ? { kubeconfig: { context } } : {},
  };
}

async function writeConfig(user: object, server = url): Promise<void> {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "dev", context: { cluster: "c", user: "u" } }],
  };
  await writeFile(path, JSON.stringify(config));
}

/** A credential plug-in that prints a text. */
async function plugIn(output: string, exitCode = 0): Promise<object> {
  const command = join(directory, "plug-in");
  const stream = exitCode === 0 ? 1 : 2;
  await writeFile(command, `#!/bin/sh\nprintf '%s' '${output}' >&${stream}\nexit ${exitCode}\n`);
  await chmod(command, 0o700);
  const apiVersion = "client.authentication.k8s.io/v1";
  return { exec: { apiVersion, command, interactiveMode: "Never" } };
}

const credential = (token: string) =>
  JSON.stringify({
    apiVersion: "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    status: { token },
  });

async function authorizationSent(): Promise<string | undefined> {
  const connection = await kubeconfigMembers({ path }).connect(member("dev"));
  await connection.request({ method: "GET", path: "/version" });
  return received.at(-1)?.headers.authorization;
}

describe("kubeconfigMembers", () => {
  it.each([
    {
      behaviour: "a token",
      user: async () => ({ token: "secret" }),
      authorization: "Bearer secret",
    },
    {
      behaviour: "user name and password",
      user: async () => ({ username: "me", password: "secret" }),
      authorization: `Basic ${btoa("me:secret")}`,
    },
    {
      behaviour: "a credential plug-in",
      user: () => plugIn(credential("secret")),
      authorization: "Bearer secret",
    },
  ])("logs in with $behaviour", async ({ user, authorization }) => {
    await writeConfig(await user());

    expect(await authorizationSent()).toBe(authorization);
  });

  it("keeps a path of the server's URL", async () => {
    await writeConfig({ token: "t" }, `${url}/clusters/one/`);
    await authorizationSent();

    expect(received[0]?.url).toBe("/clusters/one/version");
  });

  it("keeps the connection while the context stays the same, and follows changes", async () => {
    const members = kubeconfigMembers({ path });
    await writeConfig({ token: "first" });
    const first = await members.connect(member("dev"));
    await writeConfig({ token: "first", "as-uid": "ignored" });
    const same = await members.connect(member("dev"));
    await writeConfig({ token: "second, and longer" });
    const changed = await members.connect(member("dev"));
    await changed.request({ method: "GET", path: "/version" });

    expect(same).toBe(first);
    expect(changed).not.toBe(first);
    expect(received[0]?.headers.authorization).toBe("Bearer second, and longer");
  });

  it("sees a file that comes into being later", async () => {
    const members = kubeconfigMembers({ path });
    await expect(members.connect(member("dev"))).rejects.toMatchObject({
      reason: "Misconfigured",
      message: `member1: the kubeconfig ${path} cannot be read`,
    });
    await writeConfig({ token: "t" });

    await expect(members.connect(member("dev"))).resolves.toMatchObject({ memberName: "member1" });
  });

  it.each([
    {
      behaviour: "a MemberCluster that does not say how",
      context: undefined,
      message:
        "member1: the MemberCluster does not say how to reach it: set spec.kubeconfig.context",
    },
    {
      behaviour: "a context that is missing",
      context: "prod",
      message: expect.stringMatching(/^member1: the kubeconfig .* has no context "prod"$/),
    },
  ])("tells about $behaviour", async ({ context, message }) => {
    await writeConfig({ token: "t" });

    await expect(kubeconfigMembers({ path }).connect(member(context))).rejects.toMatchObject({
      name: "MemberUnreachable",
      reason: "Misconfigured",
      message,
    });
  });

  it("quotes a credential plug-in that fails", async () => {
    await writeConfig(await plugIn("please log in first", 1));

    await expect(kubeconfigMembers({ path }).connect(member("dev"))).rejects.toMatchObject({
      reason: "Unauthorized",
      message: 'member1: user "u" of the kubeconfig cannot log in: please log in first',
    });
  });

  it("does not quote what a credential plug-in prints instead of JSON", async () => {
    await writeConfig(await plugIn("bare-secret-token"));
    const error = await kubeconfigMembers({ path })
      .connect(member("dev"))
      .catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ reason: "Unauthorized" });
    expect(String(error)).not.toContain("bare-secret");
    expect(error).not.toHaveProperty("cause");
  });
});
