import { parseArgs } from "node:util";
import { faultSwitches } from "./durable/faults.js";
import { startFunctionsHost } from "./host.js";
import type { HostLogLine } from "./host-log.js";

const usage =
  "usage: functions-host --root DIR --port N --data-dir DIR [--unknown-functions hang|fail] [--idle-timeout-ms N] [--fault NAME]...";

const { values } = parseArgs({
  options: {
    root: { type: "string" },
    port: { type: "string", default: "7071" },
    "data-dir": { type: "string" },
    "unknown-functions": { type: "string", default: "hang" },
    "idle-timeout-ms": { type: "string" },
    fault: { type: "string", multiple: true, default: [] },
  },
});
if (!values.root || !values["data-dir"]) {
  process.stderr.write(`${usage}\n`);
  process.exit(2);
}

const idleTimeoutMs = values["idle-timeout-ms"];
const host = await startFunctionsHost({
  scriptRoot: values.root,
  port: Number(values.port),
  dataDir: values["data-dir"],
  unknownFunctions: values["unknown-functions"] === "fail" ? "fail" : "hang",
  ...(idleTimeoutMs && { idleTimeoutMs: Number(idleTimeoutMs) }),
  faults: Object.fromEntries(
    faultSwitches.map((name) => [name, values.fault.some((given) => given === name)]),
  ),
  log: writeLogLine,
});
process.stdout.write(`listening on ${host.url}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, async () => {
    await host.stop();
    process.exit(0);
  });

function writeLogLine({ level, message, functionName, invocationId }: HostLogLine): void {
  if (level === "debug") return;
  const source = [functionName, invocationId].filter((part) => part !== undefined).join(" ");
  process.stderr.write(`${level} ${source === "" ? "" : `[${source}] `}${message}\n`);
}
