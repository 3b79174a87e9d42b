import { describe, expect, it } from "vitest";
import { actsOf, yamlIn } from "./acts.js";
import { manifestOf, readSteps, restoreIndentation } from "./document.js";

const MARKDOWN = `---
title: Example
---
Words about kubectl and how to get it.

### [ClusterResourcePlacement](#tab/clusterresourceplacement)

\`\`\`bash
kubectl get crp example
NAME      GEN   AGE
example   1     8s
\`\`\`

### [ResourcePlacement](#tab/resourceplacement)

\`\`\`bash
kubectl patch areq example -n team \\
  --type=merge
\`\`\`

---

\`\`\`bash
cat << EOF > approval.json
"status": {}
EOF
\`\`\`
`;

/** As copied from a web page: without blank lines and indentation. */
const COPY = `Create it:
kubectl apply -f - << EOF
apiVersion: v1
kind: ConfigMap
metadata:
name: settings
EOF
kubectl get cm settings -o yaml
apiVersion: v1
kind: ConfigMap
metadata:
...
name: settings
We have one version of it.
kubectl get cm
NAME DATA AGE
settings 1 2m6s
Now wait a little bit more.
Namespace-Scoped Staged Updates
data:
key: value
`;

const brief = (text: string) =>
  readSteps(text).map(({ line, scope, kind, text: block }) => [
    line,
    scope,
    kind,
    block.split("\n").length,
  ]);

describe("reading a document", () => {
  it("takes commands and what they print from Markdown, by tab", () => {
    expect(brief(MARKDOWN)).toEqual([
      [9, "cluster", "command", 1],
      [10, "cluster", "table", 2],
      [17, "namespace", "command", 2],
      [24, "cluster", "command", 3],
    ]);
  });

  it("tells commands, outputs and prose apart in a copy without blank lines", () => {
    expect(brief(COPY)).toEqual([
      [2, "cluster", "command", 6],
      [8, "cluster", "command", 1],
      [9, "cluster", "object", 5],
      [15, "cluster", "command", 1],
      [16, "cluster", "table", 2],
      [20, "namespace", "object", 2],
    ]);
  });

  it("takes YAML that no server has touched for a file to apply", () => {
    const yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings";
    expect(readSteps(yaml)[0]?.kind).toBe("manifest");
    expect(readSteps(`${yaml}\n  uid: 1`)[0]?.kind).toBe("object");
    expect(readSteps(`${yaml}\nstatus: {}`)[0]?.kind).toBe("object");
  });

  it("gives a here-document its indentation back from YAML with the same lines", () => {
    const intact = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings";
    const [create] = actsOf(readSteps(COPY), "cluster", yamlIn(readSteps(intact)));
    expect(manifestOf(create?.commands[0] ?? "")).toBe(intact);
    expect(restoreIndentation("a: 1\nb: 2", [intact])).toBeUndefined();
  });

  it("looks up on every member what is shown without a command", () => {
    const [look] = actsOf(readSteps(COPY), "namespace");
    expect(look?.commands).toHaveLength(3);
    expect(look?.commands[0]).toContain("--context member1 get configmap");
  });
});
