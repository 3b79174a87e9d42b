import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { certificateAuthority } from "../support/azure/certificates.js";
import { listening, stopServer } from "../support/azure/servers.js";
import { KUBECTL } from "../support/kubectl.js";
import { ScriptRunner } from "./scripts.js";

const SETTINGS = {
  SERVICE_API_URI: "https://func-stagecoach.example",
  AUTH_CLIENT_ID: "the-app",
  AZURE_TENANT_ID: "the-tenant",
  AZURE_CLIENT_ID: "the-pipeline",
};

let scripts: ScriptRunner;

beforeEach(() => {
  scripts = new ScriptRunner({ environment: SETTINGS });
});
afterEach(() => scripts.end());

async function kubeconfig(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await scripts.run("kubeconfig", ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

describe("scripts/kubeconfig.mjs", () => {
  it.each([
    {
      login: "devicecode",
      more: ["--client-id", "80faf920-1908-4b52-b5ef-a8e7bedfc67a", "--tenant-id", "the-tenant"],
      interactiveMode: "IfAvailable",
    },
    { login: "azurecli", more: [], interactiveMode: "Never" },
    {
      login: "workloadidentity",
      more: ["--client-id", "the-pipeline", "--tenant-id", "the-tenant"],
      interactiveMode: "Never",
    },
  ])("lets kubelogin log in by $login", async ({ login, more, interactiveMode }) => {
    const { clusters, users } = JSON.parse(await kubeconfig("--login", login));
    expect(clusters).toEqual([
      { name: "stagecoach", cluster: { server: SETTINGS.SERVICE_API_URI } },
    ]);
    expect(users[0].user.exec).toMatchObject({
      command: "kubelogin",
      args: ["get-token", "--login", login, "--server-id", "the-app", ...more],
      interactiveMode,
    });
  });

  it.each([
    { args: ["--login", "magic"], says: "--login is one of devicecode, azurecli" },
    { args: ["--login", "azurecli", "x"], says: "what is x?" },
  ])("tells how it is called after $args", async ({ args, says }) => {
    const { code, stdout, stderr } = await scripts.run("kubeconfig", ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
  });

  it("names the setting that nobody knows", async () => {
    scripts.state = { ...scripts.state, environment: {} };
    const { code, stderr } = await scripts.run("kubeconfig");
    expect(code).toBe(2);
    expect(stderr).toContain("--server-id is missing, and azd has no AUTH_CLIENT_ID");
  });

  if (KUBECTL) {
    it("makes kubectl send kubelogin's token", async () => {
      const seen: (string | undefined)[] = [];
      const ca = certificateAuthority("hub");
      const server = createServer(ca.server(), (request, response) => {
        seen.push(request.headers.authorization);
        response.writeHead(200, { "content-type": "application/json" });
        response.end('{"major":"1","minor":"32"}');
      });
      const hub = `https://127.0.0.1:${await listening(server)}`;
      const config = join(scripts.folder, "kubeconfig");
      writeFileSync(config, await kubeconfig("--login", "azurecli", "--hub", hub));
      const credential = {
        apiVersion: "client.authentication.k8s.io/v1",
        kind: "ExecCredential",
        status: { token: "from-kubelogin" },
      };
      scripts.command("kubelogin", `echo '${JSON.stringify(credential)}'`);
      const caFile = join(scripts.folder, "ca.pem");
      writeFileSync(caFile, ca.cert);
      const run = (...args: readonly string[]) =>
        promisify(execFile)(KUBECTL ?? "kubectl", args, {
          env: {
            PATH: [scripts.folder, process.env.PATH].join(delimiter),
            HOME: scripts.folder,
            KUBECONFIG: config,
          },
        });
      try {
        const view = await run(
          "config",
          "view",
          "--minify",
          "-o",
          "jsonpath={.users[0].user.exec}",
        );
        expect(JSON.parse(view.stdout)).toMatchObject({ command: "kubelogin" });
        const version = await run("--certificate-authority", caFile, "get", "--raw", "/version");
        expect(JSON.parse(version.stdout)).toMatchObject({ minor: "32" });
      } finally {
        await stopServer(server);
      }
      expect(new Set(seen)).toEqual(new Set(["Bearer from-kubelogin"]));
    });
  } else {
    it("cannot be tried with kubectl: there is none on the PATH", () => {
      expect(KUBECTL).toBeUndefined();
    });
  }
});
