import { serveApi } from "../../local/simulated-members/http-adapter.js";
import { createApiServer } from "../../src/apiserver/api-server.js";
import { serveHubKinds } from "../../src/registry/kinds.js";
import { connectStorage } from "../../src/storage/connect-storage.js";
import { startTestAzurite } from "../support/azurite.js";
import { Hub } from "../support/hub.js";

/** Short, so that every test outlives some of them. */
export const WATCH_SECONDS = 2;

/** One request that a client made. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly status: number;
  readonly encoding: string | null;
}

/** The hub's API over real storage, on loopback, whose watches end after two seconds. */
export interface ServedHub {
  readonly url: string;
  readonly hub: Hub;
  readonly requests: readonly SeenRequest[];
  /** The next watch from a resourceVersion is one from long ago, as of a client that slept over the log's end. */
  ageNextWatch(): void;
  stop(): Promise<void>;
}

export async function serveHub(): Promise<ServedHub> {
  const azurite = await startTestAzurite();
  const { connectionString } = azurite;
  const storage = connectStorage({ kind: "connectionString", connectionString });
  await storage.prepare();
  const { kinds, store } = serveHubKinds({ defaultRunState: "Run" }, storage.objects);
  const server = createApiServer({
    kinds,
    store,
    watchSeconds: WATCH_SECONDS,
  });
  const requests: SeenRequest[] = [];
  let aging = false;
  const served = await serveApi(
    {
      async handle(request, context) {
        const url = new URL(request.url);
        if (aging && url.searchParams.has("watch") && url.searchParams.get("resourceVersion")) {
          aging = false;
          url.searchParams.set("resourceVersion", "1");
        }
        const response = await server.handle({ ...request, url: url.href }, context);
        requests.push({
          method: request.method,
          path: url.pathname,
          query: url.searchParams,
          status: response.status,
          encoding: response.headers.get("content-encoding"),
        });
        return response;
      },
    },
    { port: 0, user: { username: "tester", groups: [] } },
  );
  return {
    url: served.url,
    hub: new Hub(served.url),
    requests,
    ageNextWatch() {
      aging = true;
    },
    async stop() {
      storage.close();
      await served.close();
      await azurite.stop();
    },
  };
}
