import protobuf from "protobufjs/minimal.js";

/** Types whose JSON form is not the one of their message. */
const specialTypes = [
  "Time",
  "MicroTime",
  "IntOrString",
  "Quantity",
  "FieldsV1",
  "RawExtension",
] as const;
export type SpecialType = (typeof specialTypes)[number];

export function isSpecialType(type: string): type is SpecialType {
  return specialTypes.some((special) => special === type);
}

/** The JSON form; undefined for a time or raw value that is not set. */
export function decodeSpecial(bytes: Uint8Array, type: SpecialType): unknown {
  const fields = readFields(bytes);
  switch (type) {
    case "Time":
      return timestamp(fields, 0);
    case "MicroTime":
      return timestamp(fields, 6);
    case "IntOrString":
      return number(fields, 1) === 1 ? text(fields, 3) : number(fields, 2);
    case "Quantity":
      return text(fields, 1) || "0";
    case "FieldsV1":
    case "RawExtension":
      return parsed(text(fields, 1));
  }
}

/** All these messages have only varints and length-delimited fields. */
type Fields = ReadonlyMap<number, number | Uint8Array>;

function readFields(bytes: Uint8Array): Fields {
  const fields = new Map<number, number | Uint8Array>();
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if ((tag & 7) === 0) fields.set(tag >>> 3, Number(reader.int64().toString()));
    else if ((tag & 7) === 2) fields.set(tag >>> 3, reader.bytes());
    else reader.skipType(tag & 7);
  }
  return fields;
}

function number(fields: Fields, field: number): number {
  const value = fields.get(field);
  return typeof value === "number" ? value : 0;
}

function text(fields: Fields, field: number): string {
  const value = fields.get(field);
  return value instanceof Uint8Array ? Buffer.from(value).toString("utf8") : "";
}

function parsed(json: string): unknown {
  return json === "" ? undefined : (JSON.parse(json) as unknown);
}

/** Seconds before year 1 begins: Go's zero time. */
const goZeroTime = -62_135_596_800;

/** 1 seconds, 2 nanos → RFC 3339 with that many digits behind the point. */
function timestamp(fields: Fields, digits: 0 | 6): string | undefined {
  const seconds = number(fields, 1);
  const nanos = number(fields, 2);
  if ((seconds === 0 && nanos === 0) || seconds === goZeroTime) return undefined;
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  if (digits === 0) return `${whole}Z`;
  return `${whole}.${String(Math.floor(nanos / 1000)).padStart(6, "0")}Z`;
}
