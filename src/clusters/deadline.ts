/**
 * The time that something may take, which somebody else may cut short. It is ended by hand: `AbortSignal.any` and
 * `AbortSignal.timeout` leave that to the garbage collector, at twice the cost of a whole request.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #given: AbortSignal | undefined;
  #hasPassed = false;

  /** @param given aborts as well */
  constructor(milliseconds: number, given?: AbortSignal) {
    this.#timer = setTimeout(() => {
      this.#hasPassed = true;
      this.#controller.abort();
    }, milliseconds);
    this.#given = given;
    if (given?.aborted) this.#giveUp();
    else given?.addEventListener("abort", this.#giveUp, { once: true });
  }

  /** Aborts when the time is over, or the given signal does. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether it was the time that ended it. */
  get hasPassed(): boolean {
    return this.#hasPassed;
  }

  /** To be called when what it is for is over. */
  end(): void {
    clearTimeout(this.#timer);
    this.#given?.removeEventListener("abort", this.#giveUp);
  }

  readonly #giveUp = () => this.#controller.abort(this.#given?.reason);
}
