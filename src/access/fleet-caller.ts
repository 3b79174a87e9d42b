import type { UserInfo } from "../registry/kind.js";
import { CLIENT_PRINCIPAL_HEADER, parseClientPrincipal } from "./client-principal.js";

/** Under this key of a user's `extra` are the app roles of the token. */
export const EXTRA_ROLES = "stagecoach.dev/roles";

/** Source: Kubernetes, whose own administrators are in this group. Nobody gets into it by a token. */
export const SUPERUSERS = "system:masters";

/** Who makes requests while nothing in front of the app authenticates: local development. */
export const DEVELOPER: UserInfo = {
  username: "developer",
  groups: [SUPERUSERS, "system:authenticated"],
};

/** How the app learns who calls. */
export type Door =
  /** Whatever headers say: everybody is the developer. */
  | { readonly kind: "Development" }
  /** App Service authentication stands in front, and takes such headers from outside away. */
  | { readonly kind: "Platform" }
  /** Nobody could tell, so nobody gets in. */
  | { readonly kind: "Closed"; readonly why: string };

export type Identified =
  | { readonly ok: true; readonly user: UserInfo }
  | { readonly ok: false; readonly problem: string };

/** Who makes a request with these headers. */
export function identify(door: Door, headers: Pick<Headers, "get">): Identified {
  if (door.kind === "Development") return { ok: true, user: DEVELOPER };
  if (door.kind === "Closed") return { ok: false, problem: door.why };
  const header = headers.get(CLIENT_PRINCIPAL_HEADER);
  if (!header) {
    const problem =
      "the platform names no caller: App Service authentication has to require it (unauthenticatedClientAction: Return401)";
    return { ok: false, problem };
  }
  const parsed = parseClientPrincipal(header);
  if (!parsed.ok)
    return { ok: false, problem: `header ${CLIENT_PRINCIPAL_HEADER}: ${parsed.problem}` };
  const { objectId, name, groups, roles } = parsed.principal;
  return {
    ok: true,
    user: {
      username: name,
      uid: objectId,
      groups: [...groups, "system:authenticated"],
      ...(roles.length > 0 && { extra: { [EXTRA_ROLES]: roles } }),
    },
  };
}

/** What decides about the door. */
export interface Surroundings {
  readonly onAppService: boolean;
  /** Whether the platform says that it authenticates callers before the app sees them. */
  readonly authenticated: boolean;
  /** Whether the state is in the storage emulator. */
  readonly emulatedStorage: boolean;
}

/** The developer stands in only where nothing is at stake: outside Azure, over the emulator. */
export function chooseDoor({ onAppService, authenticated, emulatedStorage }: Surroundings): Door {
  if (!onAppService && emulatedStorage) return { kind: "Development" };
  if (authenticated) return { kind: "Platform" };
  const what = onAppService
    ? "switch on App Service authentication with Entra for this app, and require it"
    : "use the storage emulator for local development, or run the app in Azure with App Service authentication";
  return { kind: "Closed", why: `nothing says who calls: ${what}` };
}
