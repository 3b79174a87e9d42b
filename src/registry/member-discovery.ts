import { MemberDiscovery } from "../api/member-discovery.js";
import type { KubeObject } from "../api/meta.js";
import { ageText } from "./age.js";
import { ageColumn, column, conditionColumn, pathColumn } from "./columns.js";
import { fieldAt, fieldsOf, stringAt } from "./fields.js";
import type { Action, Change, Kind, Wake } from "./kind.js";
import { stagecoachGroupKind } from "./own-kind.js";
import { wake } from "./wake.js";

/** MemberDiscovery. It says what the app does by itself: only its verb can be posted. */
export function memberDiscoveryKind(): Kind {
  return stagecoachGroupKind(
    {
      kind: "MemberDiscovery",
      plural: "memberdiscoveries",
      singular: "memberdiscovery",
      shortNames: [],
    },
    MemberDiscovery,
    {
      subresources: { status: false, scale: false },
      readOnly: true,
      columns: [
        pathColumn("Fleet", ["spec", "fleet"]),
        pathColumn("Clusters", ["status", "clusters"], { type: "integer" }),
        pathColumn("Missing", ["status", "missing"], { type: "integer" }),
        conditionColumn("Visible", "ClustersVisible"),
        column("Last-Look", lastLook, { type: "date", jsonPath: ".status.lookTime" }),
        ageColumn("date"),
      ],
      actions: [DISCOVER],
      setsInMotion: whenAskedFor,
    },
  );
}

function lastLook(discovery: KubeObject, now: Date): string | undefined {
  return ageText(stringAt(discovery, "status", "lookTime"), now);
}

const DISCOVER: Action = {
  name: "discover",
  description: "Looks for the clusters of the fleet now, and not only when the timer says so.",
  target: "status",
  apply: (discovery, _body, { now }) => ({
    ...discovery,
    status: { ...fieldsOf(discovery.status), requestTime: now.toISOString() },
  }),
};

async function whenAskedFor({ before, after }: Change): Promise<readonly Wake[]> {
  const asked = (discovery: KubeObject | undefined) => fieldAt(discovery, "status", "requestTime");
  if (!after || asked(before) === asked(after)) return [];
  return [wake("discoverMembers", after.kind, after)];
}
