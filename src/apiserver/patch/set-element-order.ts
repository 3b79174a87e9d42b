import { isJsonObject, jsonEqual } from "../../api/json.js";

/**
 * A merged list in the order that `$setElementOrder` asks for. An item it does not mention stays in front of the mentioned
 * ones that it preceded in `before`; new items have no place there, so nothing is put in front of them.
 */
export function orderElements(
  list: readonly unknown[],
  order: readonly unknown[],
  before: readonly unknown[],
  mergeKey: string | undefined,
): readonly unknown[] {
  const identity = (item: unknown) =>
    mergeKey !== undefined && isJsonObject(item) ? item[mergeKey] : item;
  const indexIn = (items: readonly unknown[], item: unknown) =>
    items.findIndex((other) => jsonEqual(identity(other), identity(item)));

  const mentioned = list
    .filter((item) => indexIn(order, item) >= 0)
    .sort((a, b) => indexIn(order, a) - indexIn(order, b));
  const others = list.filter((item) => indexIn(order, item) < 0);

  const ordered: unknown[] = [];
  let next = 0;
  for (const item of mentioned) {
    const place = indexIn(before, item);
    while (next < others.length && indexIn(before, others[next]) < place) {
      ordered.push(others[next]);
      next += 1;
    }
    ordered.push(item);
  }
  return [...ordered, ...others.slice(next)];
}
