import protobuf from "protobufjs/minimal.js";

/** What goes into a field: how it is written, and its wire type. */
interface Value {
  readonly wireType: 0 | 2;
  write(writer: protobuf.Writer): void;
}

export function int(value: number): Value {
  return { wireType: 0, write: (writer) => writer.int64(value) };
}

export function text(value: string): Value {
  return { wireType: 2, write: (writer) => writer.string(value) };
}

export function field(number: number, value: Value | Uint8Array): Uint8Array {
  const writer = protobuf.Writer.create();
  if (value instanceof Uint8Array)
    return writer
      .uint32((number << 3) | 2)
      .bytes(value)
      .finish();
  value.write(writer.uint32((number << 3) | value.wireType));
  return writer.finish();
}

/** A message of these fields. */
export function message(...fields: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(fields);
}

/** The object in the frame in which Kubernetes sends protobuf. */
export function frame(apiVersion: string, kind: string, object: Uint8Array): Uint8Array {
  const typeMeta = message(field(1, text(apiVersion)), field(2, text(kind)));
  const unknown = message(field(1, typeMeta), field(2, object), field(3, text("")));
  return Buffer.concat([Buffer.from([0x6b, 0x38, 0x73, 0x00]), unknown]);
}
