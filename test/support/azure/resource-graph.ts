import { type AzureAnswer, type AzureHandler, azureError } from "./azure-answers.js";

const PATH = "/providers/Microsoft.ResourceGraph/resources";
/** Source: Azure, "Work with large Azure resource data sets". */
const LARGEST_PAGE = 1000;

/** An AKS cluster as a query may answer it. */
export interface GraphCluster {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly resourceGroup: string;
  readonly subscriptionId: string;
  readonly tags: Readonly<Record<string, string>> | null;
}

interface Query {
  readonly query: string;
  readonly options: { readonly $top: number; readonly $skipToken?: string };
}

/** Azure Resource Graph over clusters that a test changes; it answers the two queries of discovery. */
export class ResourceGraph {
  /** Those that the identity may read. */
  clusters: readonly GraphCluster[] = [];
  /** How many queries the user has left; after every query one less. */
  quota = Number.POSITIVE_INFINITY;
  /** One entry for each query so far: the page that it got. */
  readonly pages: { readonly rows: number; readonly continued: boolean }[] = [];

  readonly handle: AzureHandler = ({ method, path, body }) => {
    if (method !== "POST" || path !== PATH) return undefined;
    const { query, options } = JSON.parse(body) as Query;
    const rows = this.rowsOf(query);
    if (!rows) return azureError(400, "BadRequest", `the stand-in does not know ${query}`);
    return this.page(rows, options);
  };

  private rowsOf(query: string): readonly object[] | undefined {
    const [, value] = /tags\['fleet'\] =~ ("[^|]*")/.exec(query) ?? [];
    if (value !== undefined) {
      const fleet = (JSON.parse(value) as string).toLowerCase();
      return sorted(this.clusters.filter(({ tags }) => tags?.fleet?.toLowerCase() === fleet)).map(
        ({ id, ...cluster }) => ({ resourceId: id, ...cluster }),
      );
    }
    const [, list] = /id in~ \(([^)]*)\)/.exec(query) ?? [];
    if (list === undefined) return undefined;
    const ids = (JSON.parse(`[${list}]`) as string[]).map((id) => id.toLowerCase());
    return sorted(this.clusters.filter(({ id }) => ids.includes(id.toLowerCase()))).map(
      ({ id }) => ({ resourceId: id }),
    );
  }

  private page(rows: readonly object[], options: Query["options"]): AzureAnswer {
    const start = Number(options.$skipToken ?? 0);
    const data = rows.slice(start, start + Math.min(options.$top, LARGEST_PAGE));
    const end = start + data.length;
    this.pages.push({ rows: data.length, continued: start > 0 });
    this.quota -= 1;
    const skipToken = end < rows.length ? { $skipToken: String(end) } : {};
    return {
      status: 200,
      body: {
        totalRecords: rows.length,
        count: data.length,
        resultTruncated: "false",
        data,
        facets: [],
        ...skipToken,
      },
      headers: {
        "x-ms-user-quota-remaining": String(Math.min(15, Math.max(0, this.quota))),
        "x-ms-user-quota-resets-after": "00:00:05",
      },
    };
  }
}

function sorted(clusters: readonly GraphCluster[]): readonly GraphCluster[] {
  return [...clusters].sort((a, b) => (a.id < b.id ? -1 : 1));
}
