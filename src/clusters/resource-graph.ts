import { setTimeout as delay } from "node:timers/promises";
import type { ResourceGraphClient } from "@azure/arm-resourcegraph";
import type { TokenCredential } from "@azure/identity";
import { z } from "zod";
import { DiscoveredCluster } from "../api/discovered-cluster.js";

/** Rows in a page. Source: Azure, "Work with large Azure resource data sets", the largest allowed. */
const PAGE = 1000;
/** Ids in one query: its text is bounded. */
const IDS = 200;
/** A pause asked for between pages that is worth staying for; a quota lasts five seconds. */
const SHORT_PAUSE_MS = 10_000;
/** When Azure refuses a query and does not say for how long. */
const DEFAULT_RETRY_MS = 60_000;

const CLUSTERS = "resources | where type =~ 'microsoft.containerservice/managedclusters'";

/** All rows, or why there are none. What is found is complete: half an answer is a failure. */
export type GraphAnswer<T> =
  | { readonly kind: "Found"; readonly rows: readonly T[] }
  | { readonly kind: "Throttled"; readonly retryAfterMs: number }
  /** In Azure's own words. */
  | { readonly kind: "Failed"; readonly message: string };

/** AKS clusters as Azure Resource Graph knows them: minutes late, and only those that the identity may read. */
export interface ClusterGraph {
  /** Those with the tag `fleet` of that value. */
  tagged(fleet: string): Promise<GraphAnswer<DiscoveredCluster>>;
  /** The resource ids, in lower case, of those among `resourceIds` that are visible, whatever their tags. */
  visible(resourceIds: readonly string[]): Promise<GraphAnswer<string>>;
}

/** The client library is loaded with the first query. */
export function clusterGraph(options: {
  /** Of Azure Resource Manager. */
  readonly endpoint: string;
  readonly credential: TokenCredential;
}): ClusterGraph {
  let loading: Promise<ResourceGraphClient> | undefined;
  const ask = async <T>(query: string, row: z.ZodType<T>): Promise<GraphAnswer<T>> => {
    loading ??= connect(options.endpoint, options.credential);
    return queryAll(await loading, query, row);
  };
  return {
    tagged: (fleet) => ask(taggedQuery(fleet), DiscoveredCluster),
    async visible(resourceIds) {
      const found: string[] = [];
      for (let start = 0; start < resourceIds.length; start += IDS) {
        const query = visibleQuery(resourceIds.slice(start, start + IDS));
        const answer = await ask(query, VisibleRow);
        if (answer.kind !== "Found") return answer;
        found.push(...answer.rows.map(({ resourceId }) => resourceId.toLowerCase()));
      }
      return { kind: "Found", rows: found };
    },
  };
}

const VisibleRow = z.object({ resourceId: z.string() });

async function connect(endpoint: string, credential: TokenCredential) {
  const { ResourceGraphClient } = await import("@azure/arm-resourcegraph");
  return new ResourceGraphClient(credential, {
    endpoint,
    credentials: { scopes: [`${new URL(endpoint).origin}/.default`] },
    // Being throttled is an answer: whoever asks waits with a timer that costs nothing.
    retryOptions: { maxRetries: 0 },
  });
}

/** Sorted, because only then no row is missed between two pages. Source: Azure, "Work with large Azure resource data sets". */
function taggedQuery(fleet: string): string {
  return [
    CLUSTERS,
    `where tags['fleet'] =~ ${textLiteral(fleet)}`,
    "project resourceId = id, name, location, resourceGroup, subscriptionId, tags",
    "order by resourceId asc",
  ].join(" | ");
}

function visibleQuery(resourceIds: readonly string[]): string {
  const ids = resourceIds.map(textLiteral).join(", ");
  return `${CLUSTERS} | where id in~ (${ids}) | project resourceId = id | order by resourceId asc`;
}

/** The query language knows JSON's escapes. Source: Kusto, "The string data type". */
function textLiteral(text: string): string {
  return JSON.stringify(text);
}

async function queryAll<T>(
  client: ResourceGraphClient,
  query: string,
  row: z.ZodType<T>,
): Promise<GraphAnswer<T>> {
  const rows: T[] = [];
  let skipToken: string | undefined;
  try {
    do {
      const page = await queryPage(client, query, skipToken);
      rows.push(...z.array(row).parse(page.data));
      skipToken = page.skipToken;
      if (skipToken && page.pauseMs > SHORT_PAUSE_MS) {
        return { kind: "Throttled", retryAfterMs: page.pauseMs };
      }
      if (skipToken) await delay(page.pauseMs);
    } while (skipToken);
  } catch (error) {
    return failure(error);
  }
  return { kind: "Found", rows };
}

interface Page {
  readonly data: unknown;
  readonly skipToken: string | undefined;
  /** How long to wait before the next query. */
  readonly pauseMs: number;
}

async function queryPage(
  client: ResourceGraphClient,
  query: string,
  skipToken: string | undefined,
): Promise<Page> {
  let pauseMs = 0;
  const answer = await client.resources(
    { query, options: { top: PAGE, resultFormat: "objectArray", ...(skipToken && { skipToken }) } },
    {
      onResponse: ({ headers }) => {
        const left = headers.get("x-ms-user-quota-remaining");
        if (left === "0") pauseMs = clockMs(headers.get("x-ms-user-quota-resets-after"));
      },
    },
  );
  return { data: answer.data, skipToken: answer.skipToken || undefined, pauseMs };
}

/** Milliseconds of `hh:mm:ss`. Source: Azure, "Guidance for throttled requests in Azure Resource Graph". */
function clockMs(text: string | undefined): number {
  const [, hours, minutes, seconds] = /^(\d+):(\d+):(\d+)/.exec(text ?? "") ?? [];
  if (seconds === undefined) return DEFAULT_RETRY_MS;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

/** What the client library throws about an answer that refuses. */
const Refusal = z.object({
  statusCode: z.number(),
  response: z.object({ headers: z.custom<{ get(name: string): string | undefined }>() }).optional(),
});

function failure(error: unknown): GraphAnswer<never> {
  const refusal = Refusal.safeParse(error).data;
  if (refusal?.statusCode === 429) {
    const headers = refusal.response?.headers;
    const seconds = Number(headers?.get("retry-after"));
    const retryAfterMs =
      seconds > 0 ? seconds * 1000 : clockMs(headers?.get("x-ms-user-quota-resets-after"));
    return { kind: "Throttled", retryAfterMs };
  }
  const words = error instanceof Error ? error.message : String(error);
  return {
    kind: "Failed",
    message: refusal ? `HTTP status ${refusal.statusCode}: ${words}` : words,
  };
}
