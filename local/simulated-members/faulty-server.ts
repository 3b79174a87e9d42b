import { setTimeout as delay } from "node:timers/promises";
import type { ApiServer } from "../../src/apiserver/api-server.js";
import { failure } from "../../src/apiserver/respond.js";
import type { Kind } from "../../src/registry/kind.js";
import { type MemberFaults, passesWhileDown, refusal } from "./member-faults.js";

/** The server with the faults of the moment in front of it. A member that is down throws, which cuts the connection. */
export function faultyServer(
  server: ApiServer,
  kinds: () => readonly Kind[],
  faultsNow: () => MemberFaults,
): ApiServer {
  const kindOf = (group: string, resource: string) =>
    kinds().find((kind) => kind.group === group && kind.plural === resource)?.kind;
  return {
    async handle(request, context) {
      const faults = faultsNow();
      if (faults.slowMs) await delay(faults.slowMs);
      if (!faults.down && !faults.refuse?.length) return server.handle(request, context);
      const { pathname } = new URL(request.url);
      if (faults.down && !passesWhileDown(pathname))
        throw new Error("this simulated member is down");
      const refused = refusal(request.method, pathname, kindOf, faults);
      if (refused) return failure(refused);
      return server.handle(request, context);
    },
  };
}
