import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { customResourceDefinition } from "../../tools/crds/custom-resource-definition.js";
import { ownKinds } from "../../tools/crds/own-kinds.js";
import { type Member, startMember } from "../envtest/member.js";
import { established, installDefinitions } from "./installed-definitions.js";

describe("the CustomResourceDefinitions of our kinds, on a real API server", () => {
  let member: Member;

  beforeAll(async () => {
    member = await startMember("crds");
    await installDefinitions(member.connection);
  });

  afterAll(() => member?.stop());

  it.each(ownKinds().map((kind) => [kind.kind, kind] as const))(
    "%s is served in every version without remarks",
    async (_name, kind) => {
      const { name } = customResourceDefinition(kind).metadata;
      expect(await established(member.connection, name)).toEqual({
        Established: "True",
        NamesAccepted: "True",
      });
      for (const version of kind.versions) {
        const path = `/apis/${kind.group}/${version}/${kind.plural}`;
        expect((await member.connection.request({ method: "GET", path })).status).toBe(200);
      }
    },
  );
});
