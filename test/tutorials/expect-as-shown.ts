import { expect } from "vitest";
import { printedApprovalName } from "./approval-names.js";
import type { Step } from "./document.js";
import { expectObject } from "./shown-object.js";
import { expectTable } from "./shown-table.js";

/** What to allow for in a document's output. */
export interface ShownOptions {
  /** What stands for the document's TimedWait; as documented when undefined. */
  readonly wait: string | undefined;
  readonly withoutConditions?: readonly string[];
}

/** Checks what a command printed against what the document shows for it. */
export function expectAsShown(printed: string, shown: Step, options: ShownOptions): void {
  switch (shown.kind) {
    case "table":
      expectTable(printed, shown.text);
      return;
    case "object":
      expectObject(printed, shown.text, {
        waitTime: options.wait,
        ...(options.withoutConditions && { withoutConditions: options.withoutConditions }),
      });
      return;
    case "message":
      expect(printed.trim()).toBe(printedMessage(shown.text));
      return;
    default:
      throw new Error(`line ${shown.line} is a ${shown.kind}, not an output`);
  }
}

/** `<kind>/<name> patched` with the name as it is printed. */
function printedMessage(documented: string): string {
  return documented.replace(/\/(\S+) /, (_all, name: string) => `/${printedApprovalName(name)} `);
}
