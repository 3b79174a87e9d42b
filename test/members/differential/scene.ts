/** A command that prints until it is ended: it is, when both sides have shown `until`. */
export interface Watching {
  readonly watch: string;
  /** Changes something that the watch shows. Repeated until it does, since no watch says that it has begun. */
  readonly meanwhile: string;
  readonly until: RegExp;
}

export type Step = string | Watching;

/** One behaviour to compare, as the commands a person types one after the other. */
export interface Scene {
  readonly name: string;
  readonly steps: readonly Step[];
}
