import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { StatusError } from "../../../src/api/status-error.js";
import { decodeProtobuf } from "../../../src/apiserver/protobuf/decode.js";
import { field, frame, int, message, text } from "./encode.js";

const Recording = z.object({
  command: z.string(),
  protobuf: z.string(),
  json: z.record(z.string(), z.unknown()).optional(),
});
const recordings = z
  .array(Recording)
  .parse(parse(readFileSync("test/fixtures/protobuf/kubectl-create.yaml", "utf8")));

describe("decodeProtobuf", () => {
  it.each(recordings.filter((recording) => recording.json))(
    "reads what `$command` means",
    ({ protobuf, json }) => {
      expect(meaningful(decodeProtobuf(Buffer.from(protobuf, "hex")))).toEqual(meaningful(json));
    },
  );

  it.each([
    {
      behaviour: "reads an access review",
      command: "kubectl auth can-i get pods",
      object: {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: {
          resourceAttributes: { namespace: "default", verb: "get", resource: "pods" },
        },
        status: { allowed: false },
      },
    },
    {
      behaviour: "reads a rules review",
      command: "kubectl auth can-i --list",
      object: {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectRulesReview",
        spec: { namespace: "default" },
        status: { incomplete: false },
      },
    },
    {
      behaviour: "reads a subject review, which is empty",
      command: "kubectl auth whoami",
      object: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
    },
    {
      behaviour: "reads a token request",
      command: "kubectl create token sa1 --duration=1h --audience=a",
      object: {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { audiences: ["a"], expirationSeconds: 3600 },
      },
    },
  ])("$behaviour", ({ command, object }) => {
    const recording = recordings.find((entry) => entry.command === command);
    expect(decodeProtobuf(Buffer.from(recording?.protobuf ?? "", "hex"))).toEqual(object);
  });

  it("keeps an explicit zero of an optional field and drops one that was never set", () => {
    const spec = message(field(1, int(0)), field(5, int(0)), field(7, int(0)));
    const deployment = decodeProtobuf(frame("apps/v1", "Deployment", message(field(2, spec))));
    expect(deployment.spec).toEqual({ replicas: 0 });
  });

  it("keeps zeros that Go always writes", () => {
    const priorityClass = message(field(2, int(0)), field(3, int(0)));
    const decoded = decodeProtobuf(frame("scheduling.k8s.io/v1", "PriorityClass", priorityClass));
    expect(decoded).toMatchObject({ value: 0 });
    expect(decoded).not.toHaveProperty("globalDefault");
  });

  it("writes bytes as base64 and times as RFC 3339", () => {
    const metadata = message(field(8, message(field(1, int(1_700_000_000)))));
    const data = message(field(1, text("k")), field(2, text("hello")));
    const secret = frame("v1", "Secret", message(field(1, metadata), field(2, data)));
    expect(decodeProtobuf(secret)).toMatchObject({
      metadata: { creationTimestamp: "2023-11-14T22:13:20Z" },
      data: { k: "aGVsbG8=" },
    });
  });

  it("puts the fields of an inline message into its parent", () => {
    const emptyDir = message(field(2, message()));
    const volume = message(field(1, text("v")), field(2, emptyDir));
    const pod = frame("v1", "Pod", message(field(2, message(field(1, volume)))));
    expect(decodeProtobuf(pod).spec).toEqual({ volumes: [{ name: "v", emptyDir: {} }] });
  });

  it("reads negative numbers and skips fields it does not know", () => {
    const spec = message(field(2, int(-5)), field(900, text("future")));
    const hpa = frame("autoscaling/v1", "HorizontalPodAutoscaler", message(field(2, spec)));
    expect(decodeProtobuf(hpa).spec).toEqual({ minReplicas: -5 });
  });

  it("takes a key named __proto__ for a key", () => {
    const entry = message(field(1, text("__proto__")), field(2, text("x")));
    const configMap = decodeProtobuf(frame("v1", "ConfigMap", message(field(2, entry))));
    expect(Object.entries(configMap.data ?? {})).toEqual([["__proto__", "x"]]);
  });

  it("reads delete options under the version of any group", () => {
    const options = message(field(1, int(0)), field(4, text("Background")));
    expect(decodeProtobuf(frame("apps/v1", "DeleteOptions", options))).toEqual({
      apiVersion: "apps/v1",
      kind: "DeleteOptions",
      gracePeriodSeconds: 0,
      propagationPolicy: "Background",
    });
  });

  it.each([
    { behaviour: "refuses bytes without the frame", bytes: Buffer.from("{}"), code: 400 },
    { behaviour: "refuses an empty body", bytes: Buffer.alloc(0), code: 400 },
    {
      behaviour: "refuses a message that is cut off",
      bytes: frame("v1", "ConfigMap", Buffer.from([0x0a, 0x7f, 0x01])),
      code: 400,
    },
    {
      behaviour: "refuses a field of the wrong wire type",
      bytes: frame("v1", "Secret", message(field(3, int(7)))),
      code: 400,
    },
    {
      behaviour: "refuses a kind whose fields are not known",
      bytes: frame("example.com/v1", "Widget", message()),
      code: 415,
    },
  ])("$behaviour", ({ bytes, code }) => {
    expect(() => decodeProtobuf(bytes)).toThrow(expect.objectContaining({ code }));
  });

  it("tells how else to send a kind it does not know", () => {
    const unknown = () => decodeProtobuf(frame("example.com/v1", "Widget", message()));
    expect(unknown).toThrow(StatusError);
    expect(unknown).toThrow(/application\/json, application\/yaml.*kubectl create -f or apply -f/);
  });
});

/** kubectl's own JSON writes zero structs and null timestamps, which say nothing. */
function meaningful(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(meaningful);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key]) => key !== "status")
    .map(([key, child]) => [key, meaningful(child)] as const)
    .filter(([, child]) => child !== null && !isEmptyObject(child));
  return Object.fromEntries(entries);
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
