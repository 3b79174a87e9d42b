import { setImmediate as endOfTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { SlotsInStep } from "../../src/activities/slots-in-step.js";

/** Slots whose work ends when it is told to, by a clock of its own; `done` has who goes on, in order. */
function heldSlots() {
  let time = 0;
  const slots = new SlotsInStep(() => time);
  const ends = new Map<string, () => void>();
  const done: string[] = [];
  const begin = async (name: string) => {
    await slots.turn((inStep) =>
      inStep(() => new Promise<void>((resolve) => ends.set(name, resolve))),
    );
    done.push(name);
  };
  return {
    slots,
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

  it("waits for those who have not begun to work, and not for those who find nothing to do", async () => {
    const { slots, begin, done, end, pass } = heldSlots();
    const { promise: found, resolve: find } = Promise.withResolvers<void>();
    const late = slots.turn(async (inStep) => {
      await found;
      return inStep(async () => "applied");
    });
    const idle = slots.turn(async () => "nothing to do");
    const quick = begin("quick");
    pass(60_000);
    end("quick");
    await idle;
    await endOfTurn();
    expect(done).toEqual([]);
    find();
    await expect(late).resolves.toBe("applied");
    await quick;
  });

  it("holds up nobody when the work of one fails, and passes the failure on", async () => {
    const slots = new SlotsInStep();
    const failed = slots.turn((inStep) =>
      inStep(() => Promise.reject(new Error("member is down"))),
    );
    const other = slots.turn((inStep) => inStep(async () => "applied"));
    await expect(failed).rejects.toThrow("member is down");
    await expect(other).resolves.toBe("applied");
  });

  it("does not wait for one that goes on after its work", async () => {
    const slots = new SlotsInStep();
    const { promise: available, resolve: becomeAvailable } = Promise.withResolvers<void>();
    const watching = slots.turn(async (inStep) => {
      await inStep(async () => undefined);
      await available;
    });
    await endOfTurn();
    await expect(slots.turn((inStep) => inStep(async () => "applied"))).resolves.toBe("applied");
    becomeAvailable();
    await watching;
  });
});
