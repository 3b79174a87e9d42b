// Prints the history of an orchestration in the form of test/fixtures/histories, out of the data directory of a start
// that has ended. Usage: node tools/history.mjs DATA_DIR [INSTANCE_ID WHAT_HAPPENED]; without an id it lists instances.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const [dataDir, instanceId, what] = process.argv.slice(2);
if (!dataDir || (instanceId && !what)) {
  process.stderr.write("usage: node tools/history.mjs DATA_DIR [INSTANCE_ID WHAT_HAPPENED]\n");
  process.exit(2);
}

function print(lines) {
  process.stdout.write(`${lines}\n`);
}

const hub = new DatabaseSync(join(dataDir, "durable", "durable.db"), { readOnly: true });
const instances = hub.prepare("SELECT instance_id, name, runtime_status FROM instances").all();
const instance = instances.find(({ instance_id }) => instance_id === instanceId);
if (!instanceId) {
  for (const { instance_id, name, runtime_status } of instances) {
    print(`${instance_id}\t${name}\t${runtime_status}`);
  }
} else if (!instance) {
  process.stderr.write(`${dataDir} has no instance ${instanceId}\n`);
  process.exitCode = 1;
} else {
  const rows = hub.prepare("SELECT event FROM history WHERE instance_id = ? ORDER BY seq");
  const events = rows.all(instanceId).map(({ event }) => JSON.parse(event));
  const source = `Task hub of the local host after ${what}. Nothing cut.`;
  print(JSON.stringify({ source, runtimeStatus: instance.runtime_status, events }, null, 2));
}
