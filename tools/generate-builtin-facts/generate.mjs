/**
 * Writes src/registry/builtin-facts.ts and a file per package beside it: what the wire, the patches and server-side
 * apply need to know of Kubernetes' built-in types. Facts only (numbers, names, types, markers), none of the descriptions.
 *
 * Source: `generated.proto` and `types.go` of the Go modules in MODULES, at VERSION, fetched with `go mod download`
 * (needs Go and a module proxy).
 *
 * Run by hand after raising VERSION: node tools/generate-builtin-facts/generate.mjs
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseGoStructs } from "./go-structs.mjs";
import { parseProtoMessages } from "./proto-messages.mjs";

const VERSION = "v0.35.4";
const OUTPUT = new URL("../../src/registry/builtin-facts.ts", import.meta.url);
const FOLDER = new URL("../../src/registry/builtin-facts/", import.meta.url);

/** Where the packages of a module lie in it. */
const MODULES = {
  "k8s.io/api": "",
  "k8s.io/apimachinery": "pkg/apis",
  "k8s.io/kube-aggregator": "pkg/apis",
};
/** The module of a package; of every other one it is the first. */
const MODULE_OF = {
  "meta/v1": "k8s.io/apimachinery",
  "apiregistration/v1": "k8s.io/kube-aggregator",
};

/** apiVersion → the package that holds its types, and the kinds to cover. */
const KINDS = {
  v1: [
    "core/v1",
    "Namespace ConfigMap Secret ServiceAccount Service Pod PersistentVolumeClaim PersistentVolume ResourceQuota " +
      "LimitRange Endpoints Event ReplicationController Node PodTemplate Binding",
  ],
  "apps/v1": ["apps/v1", "Deployment StatefulSet DaemonSet ReplicaSet ControllerRevision"],
  "batch/v1": ["batch/v1", "Job CronJob"],
  "networking.k8s.io/v1": ["networking/v1", "Ingress IngressClass NetworkPolicy"],
  "rbac.authorization.k8s.io/v1": ["rbac/v1", "Role ClusterRole RoleBinding ClusterRoleBinding"],
  "autoscaling/v1": ["autoscaling/v1", "HorizontalPodAutoscaler Scale"],
  "autoscaling/v2": ["autoscaling/v2", "HorizontalPodAutoscaler"],
  "policy/v1": ["policy/v1", "PodDisruptionBudget"],
  "scheduling.k8s.io/v1": ["scheduling/v1", "PriorityClass"],
  "storage.k8s.io/v1": ["storage/v1", "StorageClass CSIDriver VolumeAttributesClass"],
  "events.k8s.io/v1": ["events/v1", "Event"],
  "coordination.k8s.io/v1": ["coordination/v1", "Lease"],
  "discovery.k8s.io/v1": ["discovery/v1", "EndpointSlice"],
  "node.k8s.io/v1": ["node/v1", "RuntimeClass"],
  "admissionregistration.k8s.io/v1": [
    "admissionregistration/v1",
    "ValidatingWebhookConfiguration MutatingWebhookConfiguration ValidatingAdmissionPolicy " +
      "ValidatingAdmissionPolicyBinding",
  ],
  "apiregistration.k8s.io/v1": ["apiregistration/v1", "APIService"],
  "authorization.k8s.io/v1": ["authorization/v1", "SelfSubjectAccessReview SelfSubjectRulesReview"],
  "authentication.k8s.io/v1": ["authentication/v1", "SelfSubjectReview TokenRequest"],
  "meta.k8s.io/v1": ["meta/v1", "DeleteOptions"],
};

/** Types with a JSON form of their own: the reader of the facts knows them by name. */
const SPECIAL = new Map([
  ["k8s.io.apimachinery.pkg.apis.meta.v1.Time", "Time"],
  ["k8s.io.apimachinery.pkg.apis.meta.v1.MicroTime", "MicroTime"],
  ["k8s.io.apimachinery.pkg.apis.meta.v1.FieldsV1", "FieldsV1"],
  ["k8s.io.apimachinery.pkg.util.intstr.IntOrString", "IntOrString"],
  ["k8s.io.apimachinery.pkg.api.resource.Quantity", "Quantity"],
  ["k8s.io.apimachinery.pkg.runtime.RawExtension", "RawExtension"],
]);
const SCALARS = new Set(["string", "bytes", "bool", "int32", "int64", "double"]);

const modules = downloadModules();
const packages = new Map();
const messages = new Map();
const kinds = [];

for (const [apiVersion, [packageName, names]] of Object.entries(KINDS)) {
  for (const name of names.split(" ")) {
    const message = `${packageName}.${name}`;
    kinds.push(`  "${apiVersion} ${name}": "${message}",`);
    collect(message);
  }
}

const files = Map.groupBy([...messages].sort(byName), ([name]) => name.slice(0, name.indexOf(".")));
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER);
for (const [packageName, of] of files) {
  writeFileSync(new URL(`${fileName(packageName)}.ts`, FOLDER), renderMessages(packageName, of));
}
writeFileSync(OUTPUT, renderIndex([...files.keys()]));

function downloadModules() {
  const folder = mkdtempSync(join(tmpdir(), "builtin-facts-"));
  try {
    writeFileSync(join(folder, "go.mod"), "module facts\n");
    const download = (module) =>
      JSON.parse(
        execFileSync("go", ["mod", "download", "-json", `${module}@${VERSION}`], {
          cwd: folder,
          encoding: "utf8",
        }),
      ).Dir;
    return Object.fromEntries(Object.keys(MODULES).map((name) => [name, download(name)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function loadPackage(name) {
  const known = packages.get(name);
  if (known) return known;
  const module = MODULE_OF[name] ?? "k8s.io/api";
  const folder = join(modules[module], MODULES[module], ...name.split("/"));
  const loaded = {
    messages: parseProtoMessages(readFileSync(join(folder, "generated.proto"), "utf8")),
    structs: parseGoStructs(readFileSync(join(folder, "types.go"), "utf8")),
  };
  packages.set(name, loaded);
  return loaded;
}

/** Adds the message and every message it reaches. */
function collect(fullName) {
  if (messages.has(fullName)) return;
  messages.set(fullName, []);
  const dot = fullName.lastIndexOf(".");
  const packageName = fullName.slice(0, dot);
  const name = fullName.slice(dot + 1);
  const { messages: protos, structs } = loadPackage(packageName);
  const proto = protos.get(name);
  if (!proto) throw new Error(`${fullName}: not in generated.proto`);
  const struct = structs.get(name);
  const lines = struct?.atomic ? ["@ map=atomic"] : [];
  for (const field of proto) lines.push(describeField(packageName, field, struct));
  messages.set(fullName, lines);
}

function describeField(packageName, field, struct) {
  const type = resolveType(packageName, field.type);
  if (!struct) return `(items) ${field.number} []${type}`;
  const go = struct.fields.get(field.number);
  if (!go)
    throw new Error(`${packageName} ${field.name}: no struct field has number ${field.number}`);
  const shape = field.map ? `map[${type}]` : field.repeated ? `[]${type}` : type;
  const parts = [go.inline ? "(inline)" : go.json, field.number, (go.pointer ? "*" : "") + shape];
  return [...parts, ...go.markers].join(" ");
}

/** A scalar, a special type, `Name` of the same package, or `package/version.Name`. */
function resolveType(packageName, type) {
  if (SCALARS.has(type)) return type;
  if (!type.startsWith(".")) {
    const special =
      packageName === "meta/v1" && SPECIAL.get(`k8s.io.apimachinery.pkg.apis.meta.v1.${type}`);
    if (special) return special;
    collect(`${packageName}.${type}`);
    return type;
  }
  const full = type.slice(1);
  const special = SPECIAL.get(full);
  if (special) return special;
  const match = /^k8s\.io\.(?:api|apimachinery\.pkg\.apis)\.(\w+)\.(\w+)\.(\w+)$/.exec(full);
  if (!match) throw new Error(`${full}: do not know where it is`);
  const name = `${match[1]}/${match[2]}.${match[3]}`;
  collect(name);
  return name;
}

function byName([a], [b]) {
  return a < b ? -1 : 1;
}

/** `apps/v1` → `apps-v1`. */
function fileName(packageName) {
  return packageName.replace("/", "-");
}

/** `apps/v1` → `appsV1`. */
function variableName(packageName) {
  const [group, version] = packageName.split("/");
  return group + version[0].toUpperCase() + version.slice(1);
}

function header() {
  const modules = Object.keys(MODULES).join(", ");
  return `// Generated by tools/generate-builtin-facts/generate.mjs from ${modules} ${VERSION}.\n`;
}

function renderMessages(packageName, of) {
  const bodies = of.map(([name, lines]) => `  "${name}": \`\n${lines.join("\n")}\`,`);
  return `${header()}
/** The messages of ${packageName}; \`builtinMessages\` says how they are written. */
export const ${variableName(packageName)}: Readonly<Record<string, string>> = {
${bodies.join("\n")}
};
`;
}

function renderIndex(packageNames) {
  const imports = packageNames.map(
    (name) => `import { ${variableName(name)} } from "./builtin-facts/${fileName(name)}.js";`,
  );
  return `${header()}
${imports.join("\n")}

/** apiVersion and kind of the built-in objects → their message in \`builtinMessages\`. */
export const builtinKinds: Readonly<Record<string, string>> = {
${kinds.join("\n")}
};

/**
 * One line per field: JSON name, protobuf number, Go-like type (\`*\` pointer, \`[]\` repeated, \`map[T]\` map from string
 * to T), then markers: \`required\`, \`list=atomic|set|map(keys)\`, \`map=atomic\`, \`patch=strategies(mergeKey)\`,
 * \`default=JSON\`. A line \`@\` is about the message itself. \`(inline)\` fields belong to the parent in JSON; a message of one
 * \`(items)\` field is that list in JSON. Types without a package are of the same one.
 */
export const builtinMessages: Readonly<Record<string, string>> = {
${packageNames.map((name) => `  ...${variableName(name)},`).join("\n")}
};
`;
}
