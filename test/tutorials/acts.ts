import { parse } from "yaml";
import { manifestOf, restoreIndentation, type Scope, type Step } from "./document.js";

/** One thing a reader of a document does, and what the document shows for it. */
export interface Act {
  /** Line of the document where it begins. */
  readonly line: number;
  /** What is typed, one after the other. Only a look at every member needs several. */
  readonly commands: readonly string[];
  /** What is piped into the command. */
  readonly input?: string;
  readonly shown: readonly Step[];
}

const MEMBERS = ["member1", "member2", "member3"];

/**
 * The acts of one scope of a document, in its order.
 *
 * @param intact YAML with indentation, for a document that has lost its own
 */
export function actsOf(
  steps: readonly Step[],
  scope: Scope,
  intact: readonly string[] = [],
): readonly Act[] {
  const acts: Act[] = [];
  for (const step of steps.filter((each) => each.scope === scope)) {
    const restored = { ...step, text: restore(step.text, intact) };
    const last = acts.at(-1);
    if (last && isAnswer(last, restored)) {
      acts.splice(-1, 1, { ...last, shown: [...last.shown, restored] });
    } else {
      acts.push(actFrom(restored));
    }
  }
  return acts;
}

/** YAML answers only a command that prints YAML; what else is shown is to be looked up. */
function isAnswer(act: Act, step: Step): boolean {
  if (step.kind === "table" || step.kind === "message") return true;
  return step.kind === "object" && act.shown.length === 0 && /-o yaml/.test(act.commands[0] ?? "");
}

function actFrom(step: Step): Act {
  const { line, text } = step;
  if (step.kind === "command") return { line, commands: [text], shown: [] };
  if (step.kind === "manifest") {
    return { line, commands: ["kubectl apply -f -"], input: text, shown: [] };
  }
  return { line, commands: lookUp(text), shown: [step] };
}

/** The commands that print what a document shows without saying how. */
function lookUp(shown: string): string[] {
  const run = /kind: ClusterStagedUpdateRun[\s\S]*?name: (\S+)/.exec(shown)?.[1];
  if (run !== undefined) return [`kubectl get csur ${run} -o yaml`];
  return MEMBERS.map(
    (member) => `kubectl --context ${member} get configmap test-cm -n test-namespace -o yaml`,
  );
}

function restore(text: string, intact: readonly string[]): string {
  const body = manifestOf(text);
  const restored = restoreIndentation(body, intact);
  return restored === undefined ? text : text.replace(body, () => restored);
}

/** All YAML in a document: candidates for {@link restoreIndentation}. */
export function yamlIn(steps: readonly Step[]): readonly string[] {
  return steps.map((step) => manifestOf(step.text)).filter(isYaml);
}

function isYaml(text: string): boolean {
  return /^(apiVersion|data):/.test(text) && parse(text.replaceAll(/^\s*\.\.\.$/gm, "")) !== null;
}
