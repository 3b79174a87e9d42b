import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { MemberClusters } from "../../../src/clusters/member-connection.js";
import { certificateAuthority, type KeyAndCertificate } from "../../support/azure/certificates.js";
import type { AzureStandIn } from "../../support/azure/stand-in.js";
import { ask, FleetAtAzure, idOf, startTrustedAzure, storedRows } from "./fleet-at-azure.js";

const MINUTE = 60_000;
const LOCAL_ACCOUNTS = { allowLocalAccounts: true };

function sectionOf({ cert, key }: KeyAndCertificate): object {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return { "client-certificate-data": base64(cert), "client-key-data": base64(key) };
}

let azure: AzureStandIn;
let fleet: FleetAtAzure;
let members: MemberClusters;

beforeAll(async () => {
  azure = await startTrustedAzure();
});
afterAll(async () => {
  await azure.stop();
  vi.unstubAllEnvs();
});

beforeEach(async () => {
  fleet = await FleetAtAzure.start(azure);
  members = fleet.newProcess(await storedRows());
  return fleet.server.stop;
});

describe("an AKS cluster", () => {
  it("is reached with the token of the app's identity", async () => {
    const member = fleet.join();
    expect(await ask(members, member)).toMatchObject({
      status: 200,
      body: { gitVersion: "v1.35.4" },
    });
    expect(fleet.server.callers).toEqual([`Bearer ${azure.identity.aksToken}`]);
    expect(fleet.asked(member)).toEqual(["GET", "POST /listClusterUserCredential"]);
  });

  it("is asked for at Azure once, whatever many processes do afterwards", async () => {
    const rows = await storedRows();
    const member = fleet.join();
    for (const process of [fleet.newProcess(rows), fleet.newProcess(rows)]) {
      await Promise.all([ask(process, member), ask(process, member)]);
    }
    expect(fleet.asked(member)).toHaveLength(2);
    expect(azure.identity.given.filter((token) => token === azure.identity.aksToken)).toHaveLength(
      1,
    );
  });

  it("is asked for again on demand", async () => {
    const member = fleet.join();
    const before = await members.connect(member);
    fleet.clock += MINUTE;
    const notOlderThan = new Date(fleet.clock).toISOString();
    const after = await members.connect(member, { notOlderThan });
    expect(before.found?.refreshedAt).not.toBe(notOlderThan);
    expect(after.found).toEqual({ server: fleet.server.url, refreshedAt: notOlderThan });
    expect(fleet.asked(member)).toHaveLength(4);
  });

  it("leaves host and CA in storage, and no kubeconfig", async () => {
    const rows = await storedRows();
    const member = fleet.join({ user: { token: "planted", "client-key-data": "cGxhbnRlZA==" } });
    await ask(fleet.newProcess(rows), member);
    const [row] = await rows.list(idOf(member).toLowerCase());
    expect(row?.value).toEqual({
      server: fleet.server.url,
      ca: fleet.clusterCa.cert,
      location: "westeurope",
      entra: true,
      azureRbac: true,
      refreshedAt: new Date(fleet.clock).toISOString(),
    });
  });

  it("is found again when its CA has been rotated", async () => {
    const member = fleet.join();
    await ask(members, member);
    const rotated = certificateAuthority("rotated");
    fleet.server.rotate(rotated);
    fleet.change(member, { ca: rotated.cert });
    fleet.clock += 11 * MINUTE;
    expect(await ask(members, member)).toMatchObject({ status: 200 });
    expect(fleet.asked(member)).toHaveLength(4);
  });

  it("is found again when it has been made anew under another name", async () => {
    const member = fleet.join({ server: "https://localhost:1" });
    await members.connect(member);
    fleet.change(member, {});
    expect(await ask(members, member)).toMatchObject({ status: 200 });
  });

  it("without Entra is reached with its local account when that is allowed, and nobody keeps it", async () => {
    const rows = await storedRows();
    const process = fleet.newProcess(rows);
    const account = fleet.clusterCa.client("local-admin", "system:masters");
    const member = fleet.join({ aadProfile: undefined, user: sectionOf(account) }, LOCAL_ACCOUNTS);
    await ask(process, member);
    await ask(process, member);
    expect(fleet.server.callers).toEqual(["local-admin", "local-admin"]);
    const stored = JSON.stringify(await rows.list(idOf(member).toLowerCase()));
    expect(stored).toContain("BEGIN CERTIFICATE");
    expect(stored).not.toContain(JSON.stringify(account.key).slice(1, 80));
    // Once for the host, and then for each connection.
    expect(fleet.asked(member).filter((line) => line.startsWith("POST"))).toHaveLength(3);
  });
});
