import { hubKinds } from "../../../src/registry/kinds.js";
import { openTestApi, type TestAnswer } from "../../apiserver/support/test-api.js";
import { type Role, type Scope, scopedKinds } from "./scoped-kinds.js";

/** The hub's API over a store in memory, for one scope of its kinds: every object is called `x` unless said otherwise. */
export async function openPlacementApi(scope: Scope) {
  const api = openTestApi({ kinds: hubKinds({ defaultRunState: "Run" }) });
  const { manifest, path, prepare } = scopedKinds(scope);
  await prepare(api);
  return {
    create: (role: Role, spec: object, name = "x"): Promise<TestAnswer> =>
      api.post(path(role), manifest(role, name, spec)),
    patch: (role: Role, spec: object): Promise<TestAnswer> => api.patch(path(role, "x"), { spec }),
    get: (role: Role): Promise<TestAnswer> => api.get(path(role, "x")),
    close: () => api.close(),
  };
}

export type PlacementApi = Awaited<ReturnType<typeof openPlacementApi>>;
