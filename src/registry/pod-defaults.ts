import { chain, fillIn, within, withinEach } from "./defaults.js";
import { type Fields, fieldsOf, isEmpty } from "./fields.js";

/**
 * A pod spec as the API server stores it.
 * Source: Kubernetes `pkg/apis/core/v1/defaults.go` and `zz_generated.defaults.go`.
 */
export function withPodSpecDefaults(spec: Fields): Fields {
  return chain(
    fillIn(spec, {
      restartPolicy: "Always",
      terminationGracePeriodSeconds: 30,
      dnsPolicy: "ClusterFirst",
      securityContext: {},
      schedulerName: "default-scheduler",
    }),
    withServiceAccount,
    (fields) => withinEach(fields, "containers", withContainerDefaults),
    (fields) => withinEach(fields, "initContainers", withContainerDefaults),
    (fields) => withinEach(fields, "volumes", withVolumeDefaults),
    (fields) => (fields.hostNetwork === true ? withHostPorts(fields) : fields),
  );
}

/** The pod template below `spec` of a workload: the object with the template's pod spec completed. */
export function withTemplateDefaults(spec: Fields): Fields {
  return within(spec, "template", (template) => ({
    ...template,
    spec: withPodSpecDefaults(fieldsOf(template.spec)),
  }));
}

/** `serviceAccount` is the old name of `serviceAccountName`; both are stored. */
function withServiceAccount(spec: Fields): Fields {
  const name = spec.serviceAccountName || spec.serviceAccount;
  return name ? { ...spec, serviceAccountName: name, serviceAccount: name } : spec;
}

function withHostPorts(spec: Fields): Fields {
  const open = (container: Fields) =>
    withinEach(container, "ports", (port) => fillIn(port, { hostPort: port.containerPort }));
  return withinEach(withinEach(spec, "containers", open), "initContainers", open);
}

function withContainerDefaults(container: Fields): Fields {
  return chain(
    fillIn(container, {
      imagePullPolicy: pullPolicy(container.image),
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
      resources: {},
    }),
    (fields) => withinEach(fields, "ports", (port) => fillIn(port, { protocol: "TCP" })),
    (fields) => withinEach(fields, "env", withEnvDefaults),
    ...["livenessProbe", "readinessProbe", "startupProbe"].map(
      (probe) => (fields: Fields) => within(fields, probe, withProbeDefaults),
    ),
    (fields) => within(fields, "lifecycle", withLifecycleDefaults),
  );
}

/** A tag that moves is pulled each time. */
function pullPolicy(image: unknown): "Always" | "IfNotPresent" {
  const text = typeof image === "string" ? image : "";
  if (text.includes("@")) return "IfNotPresent";
  const tag = /:([^/:]+)$/.exec(text)?.[1] ?? "latest";
  return tag === "latest" ? "Always" : "IfNotPresent";
}

function withEnvDefaults(env: Fields): Fields {
  return within(env, "valueFrom", (source) =>
    within(source, "fieldRef", (ref) => fillIn(ref, { apiVersion: "v1" })),
  );
}

function withProbeDefaults(probe: Fields): Fields {
  return chain(
    fillIn(probe, {
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    }),
    withHttpDefaults,
    (fields) =>
      within(fields, "grpc", (grpc) =>
        grpc.service === undefined ? { ...grpc, service: "" } : grpc,
      ),
  );
}

function withLifecycleDefaults(lifecycle: Fields): Fields {
  return within(within(lifecycle, "postStart", withHttpDefaults), "preStop", withHttpDefaults);
}

function withHttpDefaults(handler: Fields): Fields {
  return within(handler, "httpGet", (get) => fillIn(get, { path: "/", scheme: "HTTP" }));
}

const FILE_MODE = 0o644;

function withVolumeDefaults(volume: Fields): Fields {
  const { name, ...source } = volume;
  if (isEmpty(source)) return { name, emptyDir: {} };
  return chain(
    volume,
    ...["configMap", "secret", "downwardAPI", "projected"].map(
      (kind) => (fields: Fields) =>
        within(fields, kind, (files) => fillIn(files, { defaultMode: FILE_MODE })),
    ),
    (fields) => within(fields, "projected", withProjectedDefaults),
    (fields) =>
      within(fields, "hostPath", (path) =>
        path.type === undefined ? { ...path, type: "" } : path,
      ),
  );
}

function withProjectedDefaults(projected: Fields): Fields {
  return withinEach(projected, "sources", (source) =>
    within(source, "serviceAccountToken", (token) => fillIn(token, { expirationSeconds: 3600 })),
  );
}
