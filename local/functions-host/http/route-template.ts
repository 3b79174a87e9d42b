/** A route template, taken apart. */
export interface RouteTemplate {
  readonly text: string;
  readonly segments: readonly Segment[];
}

type Segment =
  | { readonly kind: "parts"; readonly parts: readonly Part[] }
  | { readonly kind: "catchAll"; readonly name: string };

type Part =
  | { readonly kind: "literal"; readonly text: string }
  | {
      readonly kind: "parameter";
      readonly name: string;
      readonly optional: boolean;
      readonly defaultValue: string | undefined;
      readonly constraints: readonly string[];
    };

/** Takes an ASP.NET route template apart: `{id}`, `{id?}`, `{id=7}`, `{id:int:min(1)}`, `{*rest}`. */
export function parseRouteTemplate(text: string): RouteTemplate {
  const trimmed = text.replace(/^\/+|\/+$/g, "");
  const segments = trimmed === "" ? [] : splitOutsideBraces(trimmed).map(parseSegment);
  return { text: trimmed, segments };
}

function splitOutsideBraces(text: string): string[] {
  return [...text.matchAll(/(?:\{[^}]*\}|[^/{])+/g)].map(([segment]) => segment);
}

function parseSegment(text: string): Segment {
  const catchAll = /^\{\*+([^}:=?]+)[^}]*\}$/.exec(text);
  if (catchAll?.[1]) return { kind: "catchAll", name: catchAll[1] };
  const pieces = text.match(/\{[^}]*\}|[^{]+/g) ?? [];
  return { kind: "parts", parts: pieces.map(parsePart) };
}

function parsePart(text: string): Part {
  if (!text.startsWith("{")) return { kind: "literal", text };
  const inner = text.slice(1, -1);
  const optional = inner.endsWith("?");
  const [declaration = "", defaultValue] = (optional ? inner.slice(0, -1) : inner).split("=");
  const [name = "", ...constraints] = declaration.split(/:(?![^(]*\))/);
  return { kind: "parameter", name, optional, defaultValue, constraints };
}

/**
 * Matches a path with a template and returns the route values, decoded; `undefined` when it does not match. Literals
 * ignore case. In a catch-all `%2F` becomes a slash, elsewhere it stays as it is.
 *
 * @param path below the route prefix, still escaped, without slashes at its ends.
 */
export function matchRoute(
  template: RouteTemplate,
  path: string,
): Record<string, string> | undefined {
  const given = path === "" ? [] : path.split("/");
  const values: Record<string, string> = {};
  for (const [index, segment] of template.segments.entries()) {
    if (segment.kind === "catchAll") {
      const rest = given.slice(index).map(decoded).join("/");
      if (rest !== "") values[segment.name] = rest;
      return values;
    }
    if (!matchSegment(segment.parts, given[index], values)) return undefined;
  }
  return given.length > template.segments.length ? undefined : values;
}

function matchSegment(
  parts: readonly Part[],
  given: string | undefined,
  values: Record<string, string>,
): boolean {
  if (given === undefined || given === "") return parts.every((part) => absent(part, values));
  const names = parts.filter((part) => part.kind === "parameter");
  const pattern = parts
    .map((part) => (part.kind === "literal" ? escaped(part.text) : "(.+)"))
    .join("");
  const match = new RegExp(`^${pattern}$`, "i").exec(given);
  if (!match) return false;
  return names.every((part, index) => {
    const value = decoded((match[index + 1] ?? "").replace(/%2f/gi, "%252F"));
    values[part.name] = value;
    return part.constraints.every((constraint) => satisfies(value, constraint));
  });
}

function absent(part: Part, values: Record<string, string>): boolean {
  if (part.kind === "literal") return false;
  if (part.defaultValue !== undefined) values[part.name] = part.defaultValue;
  return part.optional || part.defaultValue !== undefined;
}

function escaped(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function decoded(text: string): string {
  return decodeURIComponent(text);
}

/** Whether a value keeps to one inline constraint. Source: ASP.NET Core route constraints. */
function satisfies(value: string, constraint: string): boolean {
  const [, kind = "", argument = ""] = /^(\w+)(?:\((.*)\))?$/.exec(constraint) ?? [];
  const numbers = argument.split(",").map(Number);
  const [first = 0, second = first] = numbers;
  switch (kind.toLowerCase()) {
    case "int":
    case "long":
      return /^[+-]?\d+$/.test(value);
    case "bool":
      return /^(true|false)$/i.test(value);
    case "alpha":
      return /^[a-z]*$/i.test(value);
    case "guid":
      return /^[{(]?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}[)}]?$/i.test(value);
    case "datetime":
      return !Number.isNaN(Date.parse(value));
    case "decimal":
    case "double":
    case "float":
      return value !== "" && !Number.isNaN(Number(value));
    case "min":
      return Number(value) >= first;
    case "max":
      return Number(value) <= first;
    case "range":
      return Number(value) >= first && Number(value) <= second;
    case "length":
      return value.length >= first && value.length <= second;
    case "minlength":
      return value.length >= first;
    case "maxlength":
      return value.length <= first;
    case "regex":
      return new RegExp(argument, "i").test(value);
    case "required":
      return value !== "";
    default:
      throw new Error(`The route constraint "${constraint}" is not known`);
  }
}
