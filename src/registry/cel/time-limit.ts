import { createContext, Script } from "node:vm";
import { fieldAt } from "../fields.js";

/** Milliseconds that the rules of one request may take together; they take less than one as a rule. */
const LIMIT_MS = 1000;

/** What runs is not in this context: it only knows whom to call, so that somebody can interrupt it. */
const holder = { run: (): void => undefined };
const context = createContext(holder);
const script = new Script("run()");

/**
 * Runs something that may hang, such as a regular expression over a text that somebody sent.
 *
 * @param instead what to answer when it takes too long
 */
export function withTimeLimit<T>(run: () => T, instead: () => T): T {
  let answer: T | undefined;
  holder.run = () => {
    answer = run();
  };
  try {
    script.runInContext(context, { timeout: LIMIT_MS });
  } catch (error) {
    if (isTimeout(error)) return instead();
    throw error;
  } finally {
    holder.run = () => undefined;
  }
  return answer as T;
}

/** The error is of the context's own world, where `Error` is another class. */
function isTimeout(error: unknown): boolean {
  return fieldAt(error, "code") === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}
