import type { Environment } from "@marcbachmann/cel-js";

/** The parts of a URL as Go reads them; the fragment belongs to what comes before it. */
class Url {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;

  constructor(scheme: string, host: string, path: string, query: string) {
    this.scheme = scheme;
    this.host = host;
    this.path = path;
    this.query = query;
  }
}

/** Source: apiserver `pkg/cel/library/urls.go`, Go `url.ParseRequestURI`. */
export function registerUrlFunctions(environment: Environment): void {
  const type = "kubernetes.URL";
  environment
    .registerType(type, { ctor: Url, fields: {} })
    .registerFunction("isURL(string): bool", isRequestUri)
    .registerFunction(`url(string): ${type}`, url)
    .registerFunction(`${type}.getScheme(): string`, ({ scheme }: Url) => scheme)
    .registerFunction(`${type}.getHost(): string`, ({ host }: Url) => host)
    .registerFunction(`${type}.getHostname(): string`, ({ host }: Url) =>
      host.replace(/:\d*$/, "").replace(/^\[|\]$/g, ""),
    )
    .registerFunction(
      `${type}.getPort(): string`,
      ({ host }: Url) => /:(\d*)$/.exec(host)?.[1] ?? "",
    )
    .registerFunction(`${type}.getEscapedPath(): string`, ({ path }: Url) =>
      encodeURI(path).replaceAll("%25", "%"),
    )
    .registerFunction(`${type}.getQuery(): map<string, list<string>>`, ({ query }: Url) => {
      const values = new URLSearchParams(query);
      return new Map([...new Set(values.keys())].map((key) => [key, values.getAll(key)]));
    });
}

const SHAPE = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/(?:[^/?@]*@)?([^/?]*))?([^?]*)(?:\?(.*))?$/s;
/** Control characters, and percent signs before anything but two hexadecimal digits. */
const FORBIDDEN = /\p{Cc}|%(?![0-9a-fA-F]{2})/u;
const HOST = /^(?:\[[0-9a-fA-F:.%]+\]|[^\s:[\]<>"]*)(?::\d*)?$/;

/** Whether it is an absolute URL or a path. Source: Go `url.ParseRequestURI`. */
export function isRequestUri(text: string): boolean {
  return parseUrl(text) !== undefined;
}

function parseUrl(text: string): Url | undefined {
  const [whole, scheme = "", host = "", path = "", query = ""] = SHAPE.exec(text) ?? [];
  if (whole === undefined || text === "" || FORBIDDEN.test(text) || !HOST.test(host)) {
    return undefined;
  }
  return scheme === "" && !text.startsWith("/") ? undefined : new Url(scheme, host, path, query);
}

function url(text: string): Url {
  const parsed = parseUrl(text);
  if (!parsed)
    throw new RangeError(`URL parse error during conversion from string: ${JSON.stringify(text)}`);
  return parsed;
}
