import { AsyncLocalStorage } from "node:async_hooks";
import type { InvocationContext } from "@azure/functions";

/** Logs lines with whatever invocation they are written in: a log line of a function app needs one to belong to. */
export class Announcements {
  private readonly invocation = new AsyncLocalStorage<InvocationContext>();

  /** Runs one invocation; lines announced meanwhile are its. */
  during<T>(context: InvocationContext, run: () => Promise<T>): Promise<T> {
    return this.invocation.run(context, run);
  }

  /** Outside an invocation nobody is told. */
  readonly announce = (line: string): void => {
    this.invocation.getStore()?.log(line);
  };

  /** For what nobody else is told. */
  readonly complain = (error: unknown): void => {
    this.invocation.getStore()?.error(error);
  };
}
