import protobuf from "protobufjs/minimal.js";
import {
  builtinMessage,
  isMessageType,
  type Message,
  type MessageField,
} from "../../registry/builtin-message.js";
import { decodeScalar, isNumeric, type Scalar } from "./scalar.js";
import { decodeSpecial, isSpecialType } from "./special.js";

type Json = Record<string, unknown>;
const lengthDelimited = 2;

/** The JSON form of one message. Fields that the facts do not know are skipped. Throws on malformed bytes. */
export function decodeMessage(bytes: Uint8Array, message: Message): Json {
  const fields = fieldsByNumber(message);
  const parts: Parts = { values: new Map(), lists: new Map(), maps: new Map() };
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const field = fields.get(tag >>> 3);
    if (field) readField(reader, tag & 7, field, parts);
    else reader.skipType(tag & 7);
  }
  const maps = [...parts.maps].map(
    ([name, entries]) => [name, Object.fromEntries(entries)] as const,
  );
  return Object.fromEntries([...parts.values, ...parts.lists, ...maps]);
}

/** What was read so far, by JSON name. Items and entries of one field may be scattered over the message. */
interface Parts {
  readonly values: Map<string, unknown>;
  readonly lists: Map<string, unknown[]>;
  readonly maps: Map<string, [string, unknown][]>;
}

const numbered = new WeakMap<Message, ReadonlyMap<number, MessageField>>();

function fieldsByNumber(message: Message): ReadonlyMap<number, MessageField> {
  const known = numbered.get(message);
  if (known) return known;
  const fields = new Map(message.fields.map((field) => [field.number, field]));
  numbered.set(message, fields);
  return fields;
}

function readField(
  reader: protobuf.Reader,
  wireType: number,
  field: MessageField,
  parts: Parts,
): void {
  const { name, shape } = field;
  if (shape === "map") {
    append(parts.maps, name, [readEntry(reader.bytes(), field.type)]);
  } else if (shape === "list") {
    append(parts.lists, name, readItems(reader, wireType, field));
  } else {
    const value = readValue(reader, wireType, field.type);
    if (field.inline)
      for (const [key, child] of Object.entries(asJson(value))) parts.values.set(key, child);
    else if (!isDropped(value, field)) parts.values.set(name, value);
  }
}

function append<T>(lists: Map<string, T[]>, name: string, items: readonly T[]): void {
  const list = lists.get(name);
  if (list) list.push(...items);
  else lists.set(name, [...items]);
}

function readItems(reader: protobuf.Reader, wireType: number, field: MessageField): unknown[] {
  const packed = wireType === lengthDelimited && isNumeric(field.type);
  if (!packed) return [readValue(reader, wireType, field.type)];
  const items: unknown[] = [];
  const inner = protobuf.Reader.create(reader.bytes());
  while (inner.pos < inner.len) items.push(decodeScalar(inner, field.type as Scalar));
  return items;
}

/** Entries are messages of 1 key and 2 value; either is left out when it is empty. */
function readEntry(bytes: Uint8Array, type: string): [string, unknown] {
  let key = "";
  let value: unknown;
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag >>> 3 === 1) key = reader.string();
    else if (tag >>> 3 === 2) value = readValue(reader, tag & 7, type);
    else reader.skipType(tag & 7);
  }
  return [key, value ?? emptyValue(type)];
}

function emptyValue(type: string): unknown {
  if (type === "Quantity") return "0";
  if (isNumeric(type)) return 0;
  return type === "string" || type === "bytes" ? "" : {};
}

function readValue(reader: protobuf.Reader, wireType: number, type: string): unknown {
  if (!isMessageType(type) && !isSpecialType(type)) {
    expectWireType(wireType, isNumeric(type) ? [0, 1] : [lengthDelimited]);
    return decodeScalar(reader, type as Scalar);
  }
  expectWireType(wireType, [lengthDelimited]);
  const bytes = reader.bytes();
  if (isSpecialType(type)) return decodeSpecial(bytes, type);
  const message = builtinMessage(type);
  const json = decodeMessage(bytes, message);
  return message.items ? (json[""] ?? []) : json;
}

function expectWireType(actual: number, expected: readonly number[]): void {
  if (!expected.includes(actual)) throw new Error(`unexpected wire type ${actual}`);
}

/**
 * Go writes every non-pointer field, set or not; a zero there says nothing, and a default may stand for it. A required
 * number or boolean has no default and is part of Go's JSON even when zero.
 */
function isDropped(value: unknown, field: MessageField): boolean {
  if (value === undefined) return true;
  if (field.pointer) return false;
  if (value === "") return true;
  if (value === 0 || value === false) return !field.required || field.type === "IntOrString";
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function asJson(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}
