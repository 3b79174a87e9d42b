/**
 * A JSON value as Go's encoder writes it: keys sorted, and what HTML gives a meaning escaped. KubeFleet hashes this
 * text, so the same content has the same hash here and there. Source: Go `encoding/json`, `Marshal` and `HTMLEscape`.
 */
export function goJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(",")}]`;
  if (typeof value !== "object" || value === null)
    return escapeHtml(JSON.stringify(value) ?? "null");
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${goJson(key)}:${goJson(field)}`);
  return `{${fields.join(",")}}`;
}

function escapeHtml(text: string): string {
  return text.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
