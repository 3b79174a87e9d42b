import { readFileSync } from "node:fs";
import type { Scene } from "./scene.js";

const DEFINITIONS = ["certificate", "service-monitor", "scaled-object"] as const;

const CERTIFICATE = "  secretName: web-tls\n  issuerRef: {name: ca}\n";
const MONITOR = "  selector: {matchLabels: {app: web}}\n  endpoints: [{port: web}]\n";
const SCALED = "  triggers: [{type: cpu}]\n";

function certificate(spec: string, name = "web"): string {
  return `apiVersion: certs.example.com/v1\nkind: Certificate\nmetadata: {name: ${name}, namespace: shop}\nspec:\n${spec}`;
}

function monitor(spec: string): string {
  return `apiVersion: watch.example.com/v1\nkind: ServiceMonitor\nmetadata: {name: web, namespace: shop}\nspec:\n${spec}`;
}

function scaled(spec: string, name = "web"): string {
  return `apiVersion: scaling.example.com/v1\nkind: ScaledObject\nmetadata: {name: ${name}, namespace: shop}\nspec:\n${spec}`;
}

/** A definition with one schema for `spec.a`, to be refused. */
function wrongDefinition(schema: string): string {
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: wrongs.certs.example.com}
spec:
  group: certs.example.com
  scope: Namespaced
  names: {plural: wrongs, kind: Wrong}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {a: ${schema}}}}}}
`;
}

const rule = (text: string, more = "") =>
  `{type: string, maxLength: 9, x-kubernetes-validations: [{rule: ${JSON.stringify(text)}${more}}]}`;

/** What people place: their definitions, and objects of the kinds these define, right and wrong ones. */
const OBJECTS: Readonly<Record<string, string>> = {
  "cert.yaml": certificate(CERTIFICATE),
  "cert-other.yaml": certificate(
    "  secretName: other-tls\n  issuerRef: {name: other}\n  isCA: true\n",
    "other",
  ),
  "cert-changed.yaml": certificate(`${CERTIFICATE}  dnsNames: [a.example.com, b.example.com]\n`),
  "cert-null.yaml": certificate(`${CERTIFICATE}  notBefore: null\n  duration: null\n`, "nulls"),
  "cert-beta.yaml": certificate(CERTIFICATE, "beta").replace("/v1\n", "/v1beta1\n"),
  "cert-unknown.yaml": certificate(`${CERTIFICATE}  bogus: 1\n`),
  "cert-immutable.yaml": certificate("  secretName: else\n  issuerRef: {name: ca}\n"),
  "cert-rule.yaml": certificate(`${CERTIFICATE}  duration: 1h\n  renewBefore: 2h\n`),
  "cert-required.yaml": certificate("  duration: 1h\n", "bad"),
  "cert-type.yaml": certificate(`${CERTIFICATE}  isCA: "yes"\n  revision: 1.5\n`, "bad"),
  "cert-range.yaml": certificate(`${CERTIFICATE}  revision: 0\n`, "bad"),
  "cert-length.yaml": certificate('  secretName: ""\n  issuerRef: {name: ca}\n', "bad"),
  "cert-date.yaml": certificate(`${CERTIFICATE}  notBefore: tomorrow\n`, "bad"),
  "cert-duration.yaml": certificate(`${CERTIFICATE}  duration: long\n`, "bad"),
  "cert-host.yaml": certificate(`${CERTIFICATE}  dnsNames: ["-a"]\n`, "bad"),
  "cert-email.yaml": certificate(`${CERTIFICATE}  emailAddresses: [a]\n  uris: ["a b"]\n`, "bad"),
  "cert-ip.yaml": certificate(`${CERTIFICATE}  ipAddresses: [10.0.0.1, "::1"]\n`, "bad"),
  "cert-bytes.yaml": certificate(`${CERTIFICATE}  caBundle: "@@"\n`, "bad"),
  "cert-enum.yaml": certificate(`${CERTIFICATE}  usages: [coffee]\n`, "bad"),
  "cert-set.yaml": certificate(`${CERTIFICATE}  dnsNames: [a.io, c.io, a.io]\n`, "bad"),
  "cert-map.yaml": certificate(
    `${CERTIFICATE}  keystores: [{type: p}, {type: p, create: true}]\n`,
    "bad",
  ),
  "smon.yaml": monitor(MONITOR),
  "smon-full.yaml": monitor(
    `  selector: {}\n  endpoints: [{targetPort: 80, params: {a: [b]}}, {targetPort: web, basicAuth: {token: t}}]\n  sampleLimit: 5000000000\n  ratio: 1.5\n  relabelings: [{any: {thing: 1}}]\n  template: {apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {}}\n`,
  ),
  "smon-empty.yaml": monitor("  selector: {}\n  endpoints: []\n"),
  "smon-port.yaml": monitor("  selector: {}\n  endpoints: [{targetPort: 1.5}]\n"),
  "smon-pattern.yaml": monitor("  selector: {}\n  endpoints: [{interval: soon}]\n"),
  "smon-one.yaml": monitor("  selector: {}\n  endpoints: [{basicAuth: {secret: a, token: b}}]\n"),
  "smon-numbers.yaml": monitor(`${MONITOR}  sampleLimit: -1\n  ratio: 0.7\n`),
  "smon-embedded.yaml": monitor(`${MONITOR}  template: {spec: {}}\n`),
  "so.yaml": scaled(SCALED),
  "so-name.yaml": scaled(SCALED, "bad-one"),
  "so-rules.yaml": scaled("  minReplicas: 5\n  maxReplicas: 1\n  triggers: [{type: memory}]\n"),
  "so-quota.yaml": scaled(`${SCALED}  quota: 2Gi\n`),
  "so-quota-text.yaml": scaled(`${SCALED}  quota: lots\n`),
  "so-map.yaml": scaled('  triggers: [{type: cpu, metadata: {value: ""}}]\n'),
  "so-blocked.yaml": scaled("  minReplicas: many\n  triggers: [{type: memory}]\n"),
  "crd-field.yaml": wrongDefinition(rule("self.nosuch == 1")),
  "crd-name.yaml": wrongDefinition(rule("other == 'a' && 1 < 2")),
  "crd-function.yaml": wrongDefinition(rule("nosuch(self)")),
  "crd-overload.yaml": wrongDefinition(rule("self == 1")),
  "crd-result.yaml": wrongDefinition(rule("self")),
  "crd-message.yaml": wrongDefinition(rule("self == 'a'", ", messageExpression: '1'")),
  "crd-reason.yaml": wrongDefinition(rule("self == 'a'", ", reason: Because")),
  "crd-old.yaml": wrongDefinition(`{type: array, maxItems: 2, items: ${rule("self == oldSelf")}}`),
  "crd-optional.yaml": wrongDefinition(rule("self == 'a'", ", optionalOldSelf: true")),
  "crd-blank.yaml": wrongDefinition(rule(" ")),
  "crd-untyped.yaml": wrongDefinition("{description: x}"),
  "crd-type.yaml": wrongDefinition("{type: text}"),
  "crd-unknown.yaml": wrongDefinition("{type: string, bogus: 1}"),
  "crd-list.yaml": wrongDefinition("{type: array}"),
  "crd-format.yaml": wrongDefinition("{type: string, format: colour}"),
  "crd-selectable.yaml": wrongDefinition("{type: object}").replace(
    "    schema:",
    "    selectableFields: [{jsonPath: .spec.a}, {jsonPath: .spec.b}, {jsonPath: .metadata.name}]\n    schema:",
  ),
};

export const DEFINITION_DOCUMENTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    DEFINITIONS.map((name) => [
      `${name}.yaml`,
      readFileSync(`test/fixtures/definitions/${name}.yaml`, "utf8"),
    ]),
  ),
  ...OBJECTS,
};

const refused = (start: string, verb: string) =>
  Object.keys(OBJECTS)
    .filter((name) => name.startsWith(start))
    .map((name) => `kubectl ${verb} -f ${name}`);

const established = (name: string) =>
  `kubectl wait --for=condition=Established crd/${name} --timeout=10s`;

export const DEFINITION_SCENES: readonly Scene[] = [
  {
    name: "definitions that are wrong",
    steps: [...refused("crd-", "create"), "kubectl delete crd wrongs.certs.example.com"],
  },
  {
    name: "certificates, as others define them",
    steps: [
      "kubectl create ns shop",
      "kubectl apply -f certificate.yaml",
      established("certificates.certs.example.com"),
      "kubectl apply -f cert.yaml",
      "kubectl apply -f cert-other.yaml",
      "kubectl apply -f cert-null.yaml",
      "kubectl apply -f cert-beta.yaml",
      "kubectl get cert -n shop",
      "kubectl get certs -n shop -o wide",
      "kubectl get cert web -n shop -o yaml",
      "kubectl get cert nulls -n shop -o yaml",
      "kubectl get certificates.v1beta1.certs.example.com beta -n shop -o yaml",
      "kubectl get cert -n shop --field-selector spec.issuerRef.name=other -o name",
      "kubectl get cert -n shop --field-selector spec.isCA=false,metadata.name!=beta -o name",
      "kubectl get cert -n shop --field-selector spec.secretName=web-tls -o name",
      "kubectl explain certificate.spec",
      "kubectl explain certificate.spec.keystores --recursive",
      "kubectl apply -f cert-changed.yaml",
      ...refused("cert-", "apply").filter(
        (step) => !/-(other|changed|null|beta|unknown)\.yaml/.test(step),
      ),
      "kubectl apply -f cert-unknown.yaml --validate=warn",
      'kubectl patch cert web -n shop --type=merge -p \'{"spec":{"secretName":"x"}}\'',
      'kubectl patch cert web -n shop --subresource=status --type=merge -p \'{"status":{"conditions":[{"type":"Ready","status":"True"}]}}\'',
      "kubectl get cert web -n shop",
      "kubectl describe cert web -n shop",
      "kubectl apply --server-side -f cert-changed.yaml",
      "kubectl apply --server-side --force-conflicts -f cert-changed.yaml",
      "kubectl delete crd certificates.certs.example.com",
    ],
  },
  {
    name: "monitors, as others define them",
    steps: [
      "kubectl apply -f service-monitor.yaml",
      established("servicemonitors.watch.example.com"),
      "kubectl apply -f smon.yaml",
      "kubectl get smon -n shop",
      ...refused("smon-", "apply"),
      "kubectl get smon web -n shop -o yaml",
      "kubectl delete crd servicemonitors.watch.example.com",
    ],
  },
  {
    name: "scalers, as others define them",
    steps: [
      "kubectl apply -f scaled-object.yaml",
      established("scaledobjects.scaling.example.com"),
      "kubectl apply -f so.yaml",
      "kubectl get so -n shop",
      "kubectl scale so web -n shop --replicas=3",
      "kubectl get so web -n shop -o yaml",
      "kubectl get so web -n shop --subresource=scale -o yaml",
      "kubectl get scaling -n shop",
      ...refused("so-", "apply"),
      "kubectl delete so web -n shop",
      "kubectl delete crd scaledobjects.scaling.example.com",
      "kubectl delete ns shop",
    ],
  },
];
