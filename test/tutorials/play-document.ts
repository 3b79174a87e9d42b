import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { freePort } from "../../local/ports.js";
import { KUBECTL, Shell } from "../support/kubectl.js";
import {
  removeDataDir,
  type Stagecoach,
  startStagecoach,
  temporaryDirectory,
} from "../support/stagecoach-process.js";
import { type Act, actsOf, yamlIn } from "./acts.js";
import { readSteps, type Scope } from "./document.js";
import { type DocumentName, findDocument } from "./documents-folder.js";
import { expectAsShown } from "./expect-as-shown.js";
import { type Note, type Scene, scenesOf } from "./scenes.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Whether a TimedWait is as long as the document says, or short. */
    waits: "as documented" | "short";
  }
}

/** A document to play, and how it differs from playing every line as it stands. */
export interface Playbill {
  readonly document: DocumentName;
  readonly scope: Scope;
  /** Every place where a person has to do something else than type the next line, with the reason. */
  readonly notes?: readonly Note[];
  /** Stands for the document's TimedWait where waits are short. */
  readonly shortWait?: string;
  /** Documents whose YAML lends its indentation to this one, which has lost its own. */
  readonly indentedLike?: readonly DocumentName[];
  /** The same, for YAML that no other document has. */
  readonly indented?: readonly string[];
  /** Types of conditions that the document shows as an older version left them. */
  readonly withoutConditions?: readonly string[];
}

/** Longest time the product may take for anything but a TimedWait: many start and work at once on a small machine. */
const PATIENCE_MS = 60_000;
const DOCUMENTED_WAIT_MS = 60_000;
const POLL_MS = 250;

/**
 * Registers one test per line to type: it is run as printed, in order, with a person's patience, and what the document
 * shows for it is looked for in what is printed.
 *
 * @param epilogue registers further tests, run after the last line
 */
export function playDocument(playbill: Playbill, epilogue?: (shell: () => Shell) => void): void {
  const title = `${playbill.document}, ${playbill.scope}-scoped`;
  const text = findDocument(playbill.document);
  if (text === undefined || KUBECTL === undefined) {
    it(`${title}: the documents or kubectl are not here, so it was not played`, () => {
      expect(text === undefined || KUBECTL === undefined).toBe(true);
    });
    return;
  }
  const scenes = scenesOf(readActs(playbill, text), playbill.notes ?? []);
  describe(title, () => playScenes(playbill, scenes, epilogue));
}

function readActs(playbill: Playbill, text: string): readonly Act[] {
  const lenders = (playbill.indentedLike ?? []).flatMap((name) =>
    yamlIn(readSteps(findDocument(name) ?? "")),
  );
  return actsOf(readSteps(text), playbill.scope, [...lenders, ...(playbill.indented ?? [])]);
}

function playScenes(
  playbill: Playbill,
  scenes: readonly Scene[],
  epilogue?: (shell: () => Shell) => void,
): void {
  const directory = temporaryDirectory(playbill.document.toLowerCase());
  const wait = inject("waits") === "short" ? (playbill.shortWait ?? "2s") : undefined;
  let stagecoach: Stagecoach | undefined;
  let shell: Shell | undefined;
  let failedAt: string | undefined;
  const theShell = () => {
    if (!shell) throw new Error("Stagecoach has not started");
    return shell;
  };

  beforeAll(async () => {
    stagecoach = await startAnywhere(`${directory}/data`);
    shell = new Shell(stagecoach.kubeconfig, directory, {
      KUBE_EDITOR: "sed -i s/value1/value2/",
    });
  }, 120_000);

  afterAll(async () => {
    await stagecoach?.interrupt();
    await removeDataDir(`${directory}/data`);
  }, 60_000);

  for (const scene of scenes) {
    it(scene.title, { timeout: DOCUMENTED_WAIT_MS + 2 * PATIENCE_MS }, async () => {
      if (failedAt !== undefined) throw new Error(`not played, because "${failedAt}" failed`);
      failedAt = scene.title;
      await playScene(theShell(), scene, { ...playbill, wait });
      failedAt = undefined;
    });
  }
  epilogue?.(theShell);
}

/** The port that was free a moment ago may belong to another document's kubectl by now. */
async function startAnywhere(dataDir: string): Promise<Stagecoach> {
  for (;;) {
    const started = await startStagecoach({ dataDir, port: await freePort() }).catch(
      (error: Error) => error,
    );
    if (!(started instanceof Error)) return started;
    if (!/port \d+ is in use|EADDRINUSE/.test(started.message)) throw started;
  }
}

interface Manner {
  readonly wait: string | undefined;
  readonly withoutConditions?: readonly string[];
}

/** A look is repeated until it shows what the document shows; everything else is done once. */
async function playScene(shell: Shell, scene: Scene, manner: Manner): Promise<void> {
  const input = scene.input === undefined ? undefined : withWait(scene.input, manner.wait);
  for (const command of scene.commands) {
    const play = async () => {
      const printed = await shell.print(withWait(command, manner.wait), {
        ...(input !== undefined && { input }),
      });
      if (scene.until) expect(printed).toMatch(scene.until);
      for (const shown of scene.shown) expectAsShown(printed, shown, manner);
    };
    const isLook = /^kubectl (--context \S+ )?(get|describe) /.test(command);
    if (isLook) {
      await vi.waitFor(play, { timeout: DOCUMENTED_WAIT_MS + PATIENCE_MS, interval: POLL_MS });
    } else await play();
  }
  await scene.check?.(shell);
}

function withWait(text: string, wait: string | undefined): string {
  return wait === undefined ? text : text.replaceAll(/waitTime: \S+/g, `waitTime: ${wait}`);
}
