import { setImmediate as endOfTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { SlotsInStep } from "../../src/activities/slots-in-step.js";

/** Slots whose work ends when it is told to, by a clock of its own; `done` has who goes on, in order. */
function heldSlots() {
  let time = 0;
  const inStep = new SlotsInStep(() => time);
  const ends = new Map<string, () => void>();
  const done: string[] = [];
  const begin = async (name: string) => {
    await inStep.work(() => new Promise<void>((resolve) => ends.set(name, resolve)));
    done.push(name);
  };
  return {
    begin,
    done,
    end: (name: string) => ends.get(name)?.(),
    pass: (ms: number) => {
      time += ms;
    },
  };
}

describe("SlotsInStep", () => {
  it("lets those who are done go on together with the last one", async () => {
    const { begin, done, end, pass } = heldSlots();
    const all = ["a", "b", "c"].map(begin);
    pass(60_000);
    end("a");
    end("b");
    await endOfTurn();
    expect(done).toEqual([]);
    end("c");
    await Promise.all(all);
    expect(done.sort()).toEqual(["a", "b", "c"]);
  });

  it("does not wait for a slow one longer than the own work took", async () => {
    const { begin, done, end, pass } = heldSlots();
    const [quick, slow] = ["quick", "slow"].map(begin);
    pass(5);
    end("quick");
    await quick;
    expect(done).toEqual(["quick"]);
    end("slow");
    await slow;
  });

  it("holds up nobody when the work of one fails, and passes the failure on", async () => {
    const inStep = new SlotsInStep();
    const failed = inStep.work(() => Promise.reject(new Error("member is down")));
    const other = inStep.work(async () => "applied");
    await expect(failed).rejects.toThrow("member is down");
    await expect(other).resolves.toBe("applied");
  });

  it("does not wait when it is alone", async () => {
    await expect(new SlotsInStep().work(async () => 1)).resolves.toBe(1);
  });
});
