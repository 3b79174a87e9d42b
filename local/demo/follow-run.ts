import { setTimeout as delay } from "node:timers/promises";
import { Difference } from "./difference.js";
import { PATHS } from "./manifests.js";
import { failureOf, progressLines, waitingReason } from "./run-progress.js";
import type { Terminal } from "./terminal.js";

const LOOK_EVERY_MS = 200;

/**
 * Shows a run move, line by line, until a line ends with `untilLine`.
 *
 * @returns every line seen, in order
 * @throws Difference when the run fails, or does not get that far within `withinMs`
 */
export async function followRun(
  { hub, narrator, now }: Terminal,
  name: string,
  untilLine: string,
  withinMs: number,
): Promise<readonly string[]> {
  narrator.command(`kubectl get csur ${name} -o yaml --watch    # in short, as it moves:`);
  const startedMs = now().getTime();
  const shown: string[] = [];
  const show = (line: string) => {
    if (shown.includes(line)) return;
    shown.push(line);
    narrator.output(`  ${secondsSince(startedMs, now())}  ${line}`);
  };
  while (!shown.includes(untilLine)) {
    const { status } = await hub.get(`${PATHS.runs}/${name}`);
    for (const line of progressLines(status)) show(line);
    const reason = waitingReason(status);
    if (reason) show(`waiting: ${reason}`);
    const failure = failureOf(status);
    if (failure) throw new Difference(`${name} failed: ${failure}`);
    if (now().getTime() - startedMs > withinMs) {
      throw new Difference(`${name} did not get to "${untilLine}" within ${withinMs / 1000} s`);
    }
    await delay(LOOK_EVERY_MS);
  }
  return shown;
}

function secondsSince(startedMs: number, now: Date): string {
  return `+${((now.getTime() - startedMs) / 1000).toFixed(1)} s`.padStart(8);
}

/** How the order of these lines differs from the order they should have come in. */
export function orderDifference(
  seen: readonly string[],
  expected: readonly string[],
): string | undefined {
  const found = seen.filter((line) => expected.includes(line));
  if (found.join("\n") === expected.join("\n")) return undefined;
  return `the order was ${found.join(" → ")} and should be ${expected.join(" → ")}`;
}
