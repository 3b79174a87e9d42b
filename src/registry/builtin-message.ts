import { builtinMessages } from "./builtin-facts.js";

/** One field of a built-in message: how it is called, how it travels, how its list or map merges. */
export interface MessageField {
  /** JSON name; empty when `inline`. */
  readonly name: string;
  readonly number: number;
  /** A scalar (`string`, `int32`, …), a special type (`Time`, `Quantity`, …) or a message with its package. */
  readonly type: string;
  readonly shape: "single" | "list" | "map";
  /** Present and empty differ: an explicit zero is kept. */
  readonly pointer: boolean;
  /** The fields of the message belong to the parent in JSON. */
  readonly inline: boolean;
  /** Always present in Go's JSON. */
  readonly required: boolean;
  readonly listType?: string;
  readonly listMapKeys?: readonly string[];
  readonly atomic: boolean;
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
  readonly default?: unknown;
}

export interface Message {
  /** `apps/v1.DeploymentSpec`. */
  readonly name: string;
  /** Server-side apply owns it as one value. */
  readonly atomic: boolean;
  readonly fields: readonly MessageField[];
  /** In JSON the message is just the list in its only field. */
  readonly items: boolean;
}

const scalars = new Set(["string", "bytes", "bool", "int32", "int64", "double"]);
const specials = new Set([
  "Time",
  "MicroTime",
  "FieldsV1",
  "IntOrString",
  "Quantity",
  "RawExtension",
]);
const cache = new Map<string, Message>();

/** Whether a field's type is another message of the facts, rather than a value with a JSON form of its own. */
export function isMessageType(type: string): boolean {
  return !scalars.has(type) && !specials.has(type);
}

/** The message of that name, such as `core/v1.Pod`; parsed on first use. Throws when the facts do not hold it. */
export function builtinMessage(name: string): Message {
  const known = cache.get(name);
  if (known) return known;
  const text = builtinMessages[name];
  if (text === undefined) throw new Error(`${name}: not among the built-in facts`);
  const message = parseMessage(name, text);
  cache.set(name, message);
  return message;
}

function parseMessage(name: string, text: string): Message {
  const packageName = name.slice(0, name.lastIndexOf("."));
  const lines = text.split("\n").filter((line) => line !== "");
  return {
    name,
    atomic: lines.includes("@ map=atomic"),
    fields: lines
      .filter((line) => !line.startsWith("@"))
      .map((line) => parseField(packageName, line)),
    items: lines.some((line) => line.startsWith("(items)")),
  };
}

function parseField(packageName: string, line: string): MessageField {
  const [name = "", number = "", typeText = "", ...markers] = line.split(" ");
  return {
    name: name.startsWith("(") ? "" : name,
    number: Number(number),
    ...parseType(packageName, typeText),
    inline: name === "(inline)",
    required: markers.includes("required"),
    ...parseMarkers(markers),
  };
}

function parseType(packageName: string, text: string) {
  const pointer = text.startsWith("*");
  const bare = pointer ? text.slice(1) : text;
  const [shape, element]: [MessageField["shape"], string] = bare.startsWith("[]")
    ? ["list", bare.slice(2)]
    : bare.startsWith("map[")
      ? ["map", bare.slice(4, -1)]
      : ["single", bare];
  const type =
    isMessageType(element) && !element.includes("/") ? `${packageName}.${element}` : element;
  return { type, shape, pointer };
}

function parseMarkers(markers: readonly string[]) {
  const marked = (key: string) =>
    markers.find((marker) => marker.startsWith(`${key}=`))?.slice(key.length + 1);
  const list = splitCall(marked("list"));
  const patch = splitCall(marked("patch"));
  const value = marked("default");
  return {
    atomic: marked("map") === "atomic",
    ...(list && { listType: list.name }),
    ...(list?.argument && { listMapKeys: list.argument.split(",") }),
    ...(patch && { patchStrategy: patch.name }),
    ...(patch?.argument && { patchMergeKey: patch.argument }),
    ...(value !== undefined && { default: JSON.parse(value) as unknown }),
  };
}

/** `map(name,port)` → name `map`, argument `name,port`. */
function splitCall(text: string | undefined): { name: string; argument?: string } | undefined {
  if (text === undefined) return undefined;
  const open = text.indexOf("(");
  if (open < 0) return { name: text };
  return { name: text.slice(0, open), argument: text.slice(open + 1, -1) };
}
