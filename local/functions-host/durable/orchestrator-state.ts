import { z } from "zod";

const RetryOptions = z.looseObject({
  firstRetryIntervalInMilliseconds: z.number(),
  maxNumberOfAttempts: z.number(),
  backoffCoefficient: z.number().nullish(),
  maxRetryIntervalInMilliseconds: z.number().nullish(),
  retryTimeoutInMilliseconds: z.number().nullish(),
});
export type RetryOptions = z.infer<typeof RetryOptions>;

const functionCall = { functionName: z.string(), input: z.unknown().optional() };
const childCall = {
  ...functionCall,
  instanceId: z.string().nullish(),
  version: z.string().nullish(),
};

const SimpleAction = z.discriminatedUnion("actionType", [
  z.object({ actionType: z.literal(0), ...functionCall }),
  z.object({ actionType: z.literal(1), ...functionCall, retryOptions: RetryOptions }),
  z.object({ actionType: z.literal(2), ...childCall }),
  z.object({ actionType: z.literal(3), ...childCall, retryOptions: RetryOptions }),
  z.object({ actionType: z.literal(4), input: z.unknown().optional() }),
  z.object({
    actionType: z.literal(5),
    fireAt: z.string(),
    isCanceled: z.boolean().default(false),
  }),
  z.object({ actionType: z.literal(6), externalEventName: z.string() }),
]);
export type SimpleAction = z.infer<typeof SimpleAction>;

/** `Task.any` (11) or `Task.all` (12). */
export interface CompoundAction {
  readonly actionType: 11 | 12;
  readonly compoundActions: readonly Action[];
}

/** One thing an orchestrator asked for, in the order of its yields. */
export type Action = SimpleAction | CompoundAction;

const Action: z.ZodType<Action> = z.lazy(() =>
  z.union([
    SimpleAction,
    z.object({
      actionType: z.union([z.literal(11), z.literal(12)]),
      compoundActions: z.array(Action),
    }),
  ]),
);

/**
 * What an orchestrator function answers to one episode: all actions since the execution began.
 *
 * Actions of entities (7, 9, 10, 13, 14) and `callHttp` (8) are not known here and are refused.
 *
 * Source: durable-functions 3.5 `lib/src/orchestrations/OrchestratorState.js`, `lib/src/actions`.
 */
export const OrchestratorState = z.object({
  /** True on return and on continue-as-new. */
  isDone: z.boolean(),
  actions: z.array(z.array(Action)),
  output: z.unknown().optional(),
  error: z.string().nullish(),
  customStatus: z.unknown().optional(),
});
export type OrchestratorState = z.infer<typeof OrchestratorState>;
