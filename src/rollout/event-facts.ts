/** What an event is about besides its object, for whoever counts and measures. */
export interface EventFacts {
  readonly stage?: string | undefined;
  readonly cluster?: string | undefined;
  /** How long that took which has now ended. */
  readonly seconds?: number | undefined;
}
