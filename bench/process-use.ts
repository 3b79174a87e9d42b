const MEBIBYTE = 1024 * 1024;
const LOOK_MS = 100;

/** What this process uses: the app and its host, but neither the storage nor the members. */
export interface ProcessUse {
  /** Milliseconds of processor time, which a busy machine stretches less than the clock's. */
  readonly cpuMs: number;
  /** Largest resident set in MiB, looked at ten times a second. */
  readonly memoryMiB: number;
}

/** Watches from now on until the function that it returns is called. */
export function watchProcess(): () => ProcessUse {
  let most = 0;
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const before = process.cpuUsage();
  const timer = setInterval(look, LOOK_MS);
  return () => {
    clearInterval(timer);
    look();
    const { user, system } = process.cpuUsage(before);
    return { cpuMs: (user + system) / 1000, memoryMiB: most / MEBIBYTE };
  };
}
