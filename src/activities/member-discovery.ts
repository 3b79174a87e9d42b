import { DISCOVERY_NAME } from "../api/member-discovery.js";
import type { KubeObject } from "../api/meta.js";
import { STAGECOACH_GROUP, STAGECOACH_VERSIONS } from "../api/names.js";
import { fieldAt } from "../registry/fields.js";
import type { Wake } from "../registry/kind.js";
import { wake } from "../registry/wake.js";
import type { ObjectRef } from "../storage/object-store.js";
import { changeObject, createIfAbsent, type Maker } from "./server-objects.js";

/** Where the MemberDiscovery is stored. */
export const discoveryRef: ObjectRef = {
  group: STAGECOACH_GROUP,
  resource: "memberdiscoveries",
  name: DISCOVERY_NAME,
};

/** Makes the MemberDiscovery what the app setting says; `isNews` when it was something else or nothing. */
export async function ensureDiscovery(
  maker: Maker,
  fleet: string,
): Promise<{ readonly look: Wake; readonly isNews: boolean }> {
  const existing = await maker.store.get(discoveryRef);
  const isNews = fieldAt(existing, "spec", "fleet") !== fleet;
  const object = existing ?? (await makeDiscovery(maker, fleet));
  if (existing && isNews) await changeObject(maker.store, discoveryRef, ofFleet(fleet), existing);
  return { look: wake("discoverMembers", object.kind, object), isNews };
}

async function makeDiscovery(maker: Maker, fleet: string): Promise<KubeObject> {
  const { object } = await createIfAbsent(maker, discoveryRef, {
    apiVersion: `${STAGECOACH_GROUP}/${STAGECOACH_VERSIONS[0]}`,
    kind: "MemberDiscovery",
    metadata: { name: DISCOVERY_NAME },
    spec: { fleet },
  });
  return object;
}

function ofFleet(fleet: string): (discovery: KubeObject) => KubeObject {
  return (discovery) => ({
    ...discovery,
    metadata: { ...discovery.metadata, generation: (discovery.metadata.generation ?? 0) + 1 },
    spec: { fleet },
  });
}
