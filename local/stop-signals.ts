/** Longest stop that a person at a terminal is left waiting for. */
const STOP_WITHIN_MS = 4_500;

/**
 * On Ctrl-C or a request to end: stops once, then ends the process. A second Ctrl-C, or a stop that hangs, ends it at
 * once with exit code 1.
 */
export function stopOnSignals(
  stop: () => Promise<void>,
  exitCode: number,
  complain: (message: string) => void,
): void {
  let stopping = false;
  const onSignal = () => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => {
      complain(`not everything stopped within ${STOP_WITHIN_MS / 1000} s`);
      process.exit(1);
    }, STOP_WITHIN_MS).unref();
    stop().then(
      () => process.exit(exitCode),
      (error: unknown) => {
        complain(`stopping failed: ${String(error)}`);
        process.exit(1);
      },
    );
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
}
