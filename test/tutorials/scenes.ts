import type { Shell } from "../support/kubectl.js";
import type { Act } from "./acts.js";
import type { Step } from "./document.js";

/** What to know about one line of a document besides the line. */
export interface Note {
  /** Line of the document where the command, manifest or output begins. */
  readonly line: number;
  readonly reason: string;
  /** Turns the line into what it evidently means, where it cannot work as printed. */
  readonly meaning?: (command: string) => string;
  /** The document shows nothing here, but says in prose what there is to wait for. */
  readonly until?: RegExp;
  /** What the document shows cannot be seen here. */
  readonly unseen?: true;
  /** Something to look at afterwards that the document only says in words. */
  readonly check?: (shell: Shell) => Promise<void>;
  /** Lines to play after this one, although they stand elsewhere. */
  readonly alsoPlay?: readonly number[];
  /** In those lines, a name to replace by another. */
  readonly renamed?: readonly [string, string];
}

/** An act with what the notes say about it: ready to be played. */
export interface Scene extends Act {
  readonly title: string;
  readonly until?: RegExp;
  readonly check?: (shell: Shell) => Promise<void>;
}

/** The acts in the order in which they are played; a note for a line that is none is an error. */
export function scenesOf(acts: readonly Act[], notes: readonly Note[]): readonly Scene[] {
  for (const note of notes) actAt(acts, note.line);
  return acts.flatMap((act) => {
    const note = notes.find(({ line }) => line === act.line);
    const again = (note?.alsoPlay ?? []).map((line) => {
      const repeated = sceneOf(actAt(acts, line), elsewhere(notes, line));
      const scene = renamed(repeated, note?.renamed);
      return { ...scene, title: `${act.line}, then ${scene.title}` };
    });
    return [sceneOf(act, note), ...again];
  });
}

function actAt(acts: readonly Act[], line: number): Act {
  const act = acts.find((each) => each.line === line);
  if (!act) throw new Error(`nothing to play begins at line ${line}`);
  return act;
}

/** Where a line is played in another place, what it shows can be seen, and nothing follows it. */
function elsewhere(notes: readonly Note[], line: number): Note | undefined {
  const note = notes.find((each) => each.line === line);
  if (!note) return undefined;
  const { unseen: _unseen, alsoPlay: _alsoPlay, check: _check, ...rest } = note;
  return rest;
}

function sceneOf(act: Act, note: Note | undefined): Scene {
  const commands = note?.meaning ? act.commands.map(note.meaning) : act.commands;
  return {
    ...act,
    commands,
    title: `${act.line}: ${titleOf(commands, act)}`,
    shown: note?.unseen ? [] : act.shown,
    ...(note?.until && { until: note.until }),
    ...(note?.check && { check: note.check }),
  };
}

/** The first line of what is typed; for a file, what it declares. */
function titleOf(commands: readonly string[], act: Act): string {
  const yaml = act.input ?? commands[0] ?? "";
  const kind = /^kind: (\S+)$/m.exec(yaml)?.[1];
  const name = /^ +name: (\S+)$/m.exec(yaml)?.[1];
  const command = commands[0]?.split("\n")[0] ?? "";
  return kind === undefined ? command : `kubectl apply of ${kind} ${name}`;
}

function renamed(scene: Scene, names: Note["renamed"]): Scene {
  if (!names) return scene;
  const [from, to] = names;
  const rename = (text: string) => text.replaceAll(from, to);
  return {
    ...scene,
    title: rename(scene.title),
    commands: scene.commands.map(rename),
    ...(scene.until && { until: new RegExp(rename(scene.until.source)) }),
    shown: scene.shown.map((step: Step) => ({ ...step, text: rename(step.text) })),
  };
}
