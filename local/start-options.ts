import { isAbsolute, resolve } from "node:path";
import { parseArgs } from "node:util";

/** A real cluster to be a member: the context of the given kubeconfig through which it is reached. */
export interface RealMemberOption {
  readonly name: string;
  readonly context: string;
}

/** What `npm start` was asked for. Paths are absolute. */
export interface StartOptions {
  readonly port: number;
  /** How many simulated members there are: member1, member2, … */
  readonly members: number;
  readonly realMembers: readonly RealMemberOption[];
  /** Where the contexts of `realMembers` are. */
  readonly kubeconfig: string | undefined;
  readonly dataDir: string;
  /** Forget the state of earlier starts. */
  readonly fresh: boolean;
  readonly help: boolean;
}

/** A command line that cannot be followed. The message is one line for the person who typed it. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UsageError";
  }
}

export const START_USAGE = `npm start [-- options]

  --port N               port of the API (default 7071)
  --members N            simulated members, named member1 to memberN (default 3; 0 for none)
  --member NAME=CONTEXT  a real cluster as a member, through a context of --kubeconfig; repeatable
  --kubeconfig FILE      where those contexts are
  --data-dir DIR         where the state is kept (default .stagecoach)
  --fresh                start without the state of earlier starts
  --help                 this text
`;

const MAX_SIMULATED_MEMBERS = 200;
/** A DNS label: it becomes the name of a MemberCluster. */
const MEMBER_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Reads the arguments after the script's name. @throws UsageError */
export function parseStartOptions(args: readonly string[], cwd: string): StartOptions {
  const values = parseValues(args);
  const options: StartOptions = {
    port: wholeNumber("--port", values.port, 65_535),
    members: wholeNumber("--members", values.members, MAX_SIMULATED_MEMBERS),
    realMembers: values.member.map(realMember),
    kubeconfig: values.kubeconfig === undefined ? undefined : absolute(cwd, values.kubeconfig),
    dataDir: absolute(cwd, values["data-dir"]),
    fresh: values.fresh,
    help: values.help,
  };
  checkMembers(options);
  return options;
}

function parseValues(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        port: { type: "string", default: "7071" },
        members: { type: "string", default: "3" },
        member: { type: "string", multiple: true, default: [] },
        kubeconfig: { type: "string" },
        "data-dir": { type: "string", default: ".stagecoach" },
        fresh: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${firstSentence(message)} (npm start -- --help lists the options)`, {
      cause: error,
    });
  }
}

/** `parseArgs` adds advice about positional arguments, which there are none of here. */
function firstSentence(message: string): string {
  return message.split("\n")[0]?.split(". ")[0] ?? message;
}

function wholeNumber(option: string, text: string, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max) {
    throw new UsageError(`${option} takes a whole number from 0 to ${max}, not "${text}"`);
  }
  return value;
}

function realMember(text: string): RealMemberOption {
  const split = text.indexOf("=");
  const name = text.slice(0, split);
  const context = text.slice(split + 1);
  if (split < 1 || context === "") {
    throw new UsageError(`--member takes NAME=CONTEXT, not "${text}"`);
  }
  if (!MEMBER_NAME.test(name)) {
    throw new UsageError(
      `--member ${text}: "${name}" is no member name: lower-case letters, digits and hyphens, at most 63`,
    );
  }
  return { name, context };
}

function checkMembers({ members, realMembers, kubeconfig }: StartOptions): void {
  if (realMembers.length > 0 && kubeconfig === undefined) {
    throw new UsageError("--member needs --kubeconfig FILE, where its context is");
  }
  const taken = new Set(simulatedMemberNames(members));
  for (const { name } of realMembers) {
    if (taken.has(name)) {
      throw new UsageError(
        `--member ${name}=…: there is a member ${name} already; choose another name or --members 0`,
      );
    }
    taken.add(name);
  }
}

/** member1 … memberN. */
export function simulatedMemberNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `member${index + 1}`);
}

function absolute(cwd: string, path: string): string {
  return isAbsolute(path) ? path : resolve(cwd, path);
}
