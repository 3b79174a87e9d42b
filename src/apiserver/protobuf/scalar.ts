import type protobuf from "protobufjs/minimal.js";

/** The scalar types that occur in Kubernetes' messages. */
export type Scalar = "string" | "bytes" | "bool" | "int32" | "int64" | "double";

/** Whether the type may be packed in a repeated field. */
export function isNumeric(type: string): boolean {
  return type === "bool" || type === "int32" || type === "int64" || type === "double";
}

/** The JSON form of the scalar at the reader's position; bytes become base64. */
export function decodeScalar(reader: protobuf.Reader, type: Scalar): string | number | boolean {
  switch (type) {
    case "string":
      return reader.string();
    case "bytes":
      return Buffer.from(reader.bytes()).toString("base64");
    case "bool":
      return reader.bool();
    case "int32":
      return reader.int32();
    case "int64":
      // With the optional package `long` it is an object, without it a number.
      return Number(reader.int64().toString());
    case "double":
      return reader.double();
  }
}
