const FIELD = /^\s+(optional|repeated)?\s*(map<string, ([\w.]+)>|[\w.]+) (\w+) = (\d+);/;

/** The messages of a generated.proto: name → fields with name, number, type, repeated, map. */
export function parseProtoMessages(text) {
  const messages = new Map();
  let fields;
  for (const line of text.split("\n")) {
    const start = /^message (\w+) \{/.exec(line);
    if (start) {
      fields = [];
      messages.set(start[1], fields);
      continue;
    }
    if (line === "}") fields = undefined;
    const field = fields && FIELD.exec(line);
    if (!field) continue;
    const [, label, type, mapValue, name, number] = field;
    fields.push({
      name,
      number: Number(number),
      type: mapValue ?? type,
      repeated: label === "repeated",
      map: mapValue !== undefined,
    });
  }
  return messages;
}
