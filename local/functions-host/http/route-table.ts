import type { TriggeredFunction } from "../functions-by-trigger.js";
import { matchRoute, parseRouteTemplate, type RouteTemplate } from "./route-template.js";

interface Route {
  readonly target: TriggeredFunction;
  readonly template: RouteTemplate;
  readonly methods: ReadonlySet<string>;
}

/** An app's HTTP routes in the order in which they are tried. */
export interface RouteTable {
  readonly routes: readonly Route[];
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
}

export interface RouteMatch {
  readonly target: TriggeredFunction;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Orders routes as Azure does: by the *name* of the function, ignoring case; the first match wins, however specific
 * another one is. Refused are routes that begin with `admin` or `runtime`, and a template that an earlier function
 * has for the same method.
 *
 * Source: Azure/azure-functions-host `FunctionMetadataManager.cs`, `WebScriptHostHttpRoutesManager.cs`.
 */
export function routeTable(functions: readonly TriggeredFunction[]): RouteTable {
  const routes: Route[] = [];
  const refused: { name: string; reason: string }[] = [];
  const byName = [...functions].sort((left, right) => compareNames(left.name, right.name));
  for (const target of byName) {
    const template = parseRouteTemplate(target.binding.route || target.name);
    const methods = new Set((target.binding.methods ?? []).map((method) => method.toUpperCase()));
    const twin = routes.find(
      (route) =>
        route.template.text.toLowerCase() === template.text.toLowerCase() &&
        [...methods].some((method) => route.methods.has(method)),
    );
    if (/^(admin|runtime)/i.test(template.text))
      refused.push({
        name: target.name,
        reason: `its route "${template.text}" begins with a reserved word`,
      });
    else if (twin)
      refused.push({
        name: target.name,
        reason: `its route "${template.text}" is taken by ${twin.target.name}`,
      });
    else routes.push({ target, template, methods });
  }
  return { routes, refused };
}

/**
 * Finds the function for a request. A method that is not listed makes the route not match, so it ends as 404, never
 * as 405.
 *
 * @param path below the route prefix, still escaped, without slashes at its ends.
 */
export function findRoute(
  { routes }: RouteTable,
  method: string,
  path: string,
): RouteMatch | undefined {
  for (const { target, template, methods } of routes) {
    if (methods.size > 0 && !methods.has(method)) continue;
    const params = matchRoute(template, path);
    if (params) return { target, params };
  }
  return undefined;
}

/** The path below the route prefix, without slashes at its ends; `undefined` when it lies elsewhere. */
export function pathBelow(prefix: string, pathname: string): string | undefined {
  const path = pathname.replace(/^\/+|\/+$/g, "");
  if (prefix === "") return path;
  if (path.toLowerCase() === prefix.toLowerCase()) return "";
  return path.toLowerCase().startsWith(`${prefix.toLowerCase()}/`)
    ? path.slice(prefix.length + 1)
    : undefined;
}

function compareNames(left: string, right: string): number {
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
