const FIELD = /^\t(?:(\w+)\s+)?(\S+)\s+`(.*)`/;

/** The structs of a types.go: name → whether it is atomic, and its fields by protobuf number. */
export function parseGoStructs(text) {
  const structs = new Map();
  let comments = [];
  let current;
  for (const line of text.split("\n")) {
    const comment = /^\s*\/\/\s?(.*)$/.exec(line);
    if (comment) {
      comments.push(comment[1].trim());
      continue;
    }
    const start = /^type (\w+) struct \{/.exec(line);
    if (start) {
      current = { atomic: isAtomicStruct(comments), fields: new Map() };
      structs.set(start[1], current);
    } else if (line === "}") {
      current = undefined;
    } else if (current) {
      addField(current.fields, line, comments);
    }
    // A blank line separates a type's own comment from notes above it, yet markers may stand in either part.
    if (line !== "" || current) comments = [];
  }
  return structs;
}

function isAtomicStruct(comments) {
  return comments.includes("+structType=atomic") || comments.includes("+mapType=atomic");
}

function addField(fields, line, comments) {
  const match = FIELD.exec(line);
  if (!match) return;
  const [, , type, tags] = match;
  const number = /protobuf:"\w+,(\d+)/.exec(tags)?.[1];
  if (number === undefined) return;
  const [json = "", ...options] = (/json:"([^"]*)"/.exec(tags)?.[1] ?? "").split(",");
  fields.set(Number(number), {
    json,
    inline: options.includes("inline"),
    pointer: type.startsWith("*"),
    markers: markersOf(tags, options, comments),
  });
}

function markersOf(tags, options, comments) {
  const markers = [];
  const marked = (key) =>
    comments.find((text) => text.startsWith(`+${key}=`))?.slice(key.length + 2);
  const optional = comments.includes("+optional") || options.includes("omitempty");
  if (!optional && !options.includes("inline")) markers.push("required");

  const listType = marked("listType");
  const listKeys = comments
    .filter((text) => text.startsWith("+listMapKey="))
    .map((text) => text.slice("+listMapKey=".length));
  if (listType)
    markers.push(listType === "map" ? `list=map(${listKeys.join(",")})` : `list=${listType}`);
  if ([marked("mapType"), marked("structType")].includes("atomic")) markers.push("map=atomic");

  const strategy = /patchStrategy:"([^"]*)"/.exec(tags)?.[1];
  const mergeKey = /patchMergeKey:"([^"]*)"/.exec(tags)?.[1];
  if (strategy) markers.push(`patch=${strategy}${mergeKey ? `(${mergeKey})` : ""}`);

  const value = marked("default");
  if (value !== undefined && !value.includes(" ") && !value.startsWith("ref("))
    markers.push(`default=${value}`);
  return markers;
}
