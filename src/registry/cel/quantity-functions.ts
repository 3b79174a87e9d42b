import type { Environment } from "@marcbachmann/cel-js";
import { parseQuantity } from "../../api/quantity.js";

const NANO = 10n ** 9n;

/** An amount such as `500m`, in billionths. */
class Quantity {
  readonly nano: bigint;

  constructor(nano: bigint) {
    this.nano = nano;
  }
}

/** Source: apiserver `pkg/cel/library/quantity.go`. */
export function registerQuantityFunctions(environment: Environment): void {
  const type = "kubernetes.Quantity";
  environment
    .registerType(type, { ctor: Quantity, fields: {} })
    .registerOperator(`${type} == ${type}`, (a: Quantity, b: Quantity) => a.nano === b.nano)
    .registerFunction("isQuantity(string): bool", (text: string) => parseQuantity(text).ok)
    .registerFunction(`quantity(string): ${type}`, quantity)
    .registerFunction(`${type}.sign(): int`, ({ nano }: Quantity) => sign(nano))
    .registerFunction(`${type}.isInteger(): bool`, ({ nano }: Quantity) => nano % NANO === 0n)
    .registerFunction(`${type}.asInteger(): int`, asInteger)
    .registerFunction(`${type}.asApproximateFloat(): double`, ({ nano }: Quantity) => {
      return Number(nano) / Number(NANO);
    })
    .registerFunction(`${type}.compareTo(${type}): int`, (a: Quantity, b: Quantity) =>
      sign(a.nano - b.nano),
    )
    .registerFunction(
      `${type}.isGreaterThan(${type}): bool`,
      (a: Quantity, b: Quantity) => a.nano > b.nano,
    )
    .registerFunction(
      `${type}.isLessThan(${type}): bool`,
      (a: Quantity, b: Quantity) => a.nano < b.nano,
    );
  for (const [name, factor] of [
    ["add", 1n],
    ["sub", -1n],
  ] as const) {
    environment
      .registerFunction(
        `${type}.${name}(${type}): ${type}`,
        (a: Quantity, b: Quantity) => new Quantity(a.nano + factor * b.nano),
      )
      .registerFunction(
        `${type}.${name}(int): ${type}`,
        (a: Quantity, b: bigint) => new Quantity(a.nano + factor * b * NANO),
      );
  }
}

function quantity(text: string): Quantity {
  const parsed = parseQuantity(text);
  if (!parsed.ok) throw new RangeError(parsed.message);
  return new Quantity(parsed.quantity.nano);
}

function sign(value: bigint): bigint {
  return value > 0n ? 1n : value < 0n ? -1n : 0n;
}

function asInteger({ nano }: Quantity): bigint {
  if (nano % NANO !== 0n) throw new RangeError("cannot convert value to integer");
  return nano / NANO;
}
