/** How a quantity writes its magnitude. */
type Format = "BinarySI" | "DecimalSI" | "DecimalExponent";

interface Quantity {
  /** Billionths: nothing finer is kept. */
  readonly nano: bigint;
  readonly format: Format;
}

export type ParsedQuantity =
  | { readonly ok: true; readonly quantity: Quantity }
  | { readonly ok: false; readonly message: string };

const NANO = 10n ** 9n;
const KIBI = 1024n;
/** Larger magnitudes in powers of two become this one. */
const LIMIT = (2n ** 63n - 1n) * NANO;

const WRONG_FORMAT =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const WRONG_SUFFIX = "unable to parse quantity's suffix";

const SHAPE = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/;
/** Powers of ten from 10⁻⁹ to 10¹⁸, by thousands. */
const DECIMAL: readonly string[] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const DECIMAL_ORIGIN = 3;
/** Powers of 1024. */
const BINARY: readonly string[] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** Reads a quantity such as `500m`, `1.5Gi` or `2e3`. Source: apimachinery `resource.ParseQuantity`: rules and texts. */
export function parseQuantity(text: string): ParsedQuantity {
  const found = SHAPE.exec(text.trim());
  if (!found) return refuse(WRONG_FORMAT);
  const [, sign, whole = "", fraction = "", suffix = ""] = found;
  if (text.trim() === "") return refuse(WRONG_FORMAT);
  const scale = readSuffix(suffix);
  if (!scale) return refuse(WRONG_SUFFIX);
  const digits = BigInt(whole + fraction || "0") * scale.factor;
  const rounded = roundedUp(digits, scale.exponent + 9 - fraction.length);
  const magnitude = scale.format === "BinarySI" && rounded > LIMIT ? LIMIT : rounded;
  const nano = sign === "-" ? -magnitude : magnitude;
  return { ok: true, quantity: { nano, format: scale.format } };
}

function refuse(message: string): ParsedQuantity {
  return { ok: false, message };
}

interface Scale {
  readonly format: Format;
  readonly factor: bigint;
  /** A power of ten on top of the factor. */
  readonly exponent: number;
}

function readSuffix(suffix: string): Scale | undefined {
  const binary = BINARY.indexOf(suffix);
  if (binary > 0) return { format: "BinarySI", factor: KIBI ** BigInt(binary), exponent: 0 };
  const decimal = DECIMAL.indexOf(suffix);
  if (decimal >= 0) {
    return { format: "DecimalSI", factor: 1n, exponent: (decimal - DECIMAL_ORIGIN) * 3 };
  }
  const [, exponent] = /^[eE]([-+]?\d{1,4})$/.exec(suffix) ?? [];
  if (exponent === undefined) return undefined;
  return { format: "DecimalExponent", factor: 1n, exponent: Number(exponent) };
}

/** `digits` × 10^`exponent`; what does not fit into whole numbers is rounded away from zero. */
function roundedUp(digits: bigint, exponent: number): bigint {
  if (exponent >= 0) return digits * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return (digits + divisor - 1n) / divisor;
}

/**
 * A quantity as an API server stores it: no fraction, the largest suffix that needs none, in the family of suffixes it
 * was written with. Texts that are no quantity stay as they are; they are refused elsewhere.
 * Source: apimachinery `Quantity.CanonicalizeBytes`.
 */
export function canonicalQuantity(text: string): string {
  const parsed = parseQuantity(text);
  if (!parsed.ok) return text;
  const { nano, format } = parsed.quantity;
  if (nano === 0n) return "0";
  if (format === "DecimalExponent") return exponentText(nano, text);
  if (format === "DecimalSI") return decimalText(nano);
  const small = nano > -KIBI * NANO && nano < KIBI * NANO;
  return small || nano % NANO !== 0n ? decimalText(nano) : binaryText(nano / NANO);
}

function binaryText(value: bigint): string {
  let rest = value;
  let power = 0;
  for (; rest % KIBI === 0n && power < BINARY.length - 1; power += 1) rest /= KIBI;
  return `${rest}${BINARY[power] ?? ""}`;
}

function decimalText(nano: bigint): string {
  const { rest, step } = byThousands(nano);
  return `${rest}${DECIMAL[step] ?? ""}`;
}

/** As it was written, when that is canonical but for the letter. */
function exponentText(nano: bigint, written: string): string {
  const { rest, step } = byThousands(nano);
  const exponent = (step - DECIMAL_ORIGIN) * 3;
  const canonical = exponent === 0 ? `${rest}` : `${rest}e${exponent}`;
  return written.replace("E", "e") === canonical ? written : canonical;
}

/** The number without its factors of a thousand, and how many there were. */
function byThousands(nano: bigint): { readonly rest: bigint; readonly step: number } {
  let rest = nano;
  let step = 0;
  for (; rest % 1000n === 0n && step < DECIMAL.length - 1; step += 1) rest /= 1000n;
  return { rest, step };
}
