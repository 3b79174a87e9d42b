/**
 * Tables of the task hub. WAL with `synchronous=NORMAL` survives a killed process (not a power cut), which is what
 * a development host has to survive. The exclusive lock keeps a second host away and goes with the process.
 */
export const taskHubSchema = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;

  CREATE TABLE IF NOT EXISTS instances (
    instance_id    TEXT PRIMARY KEY,
    execution_id   TEXT NOT NULL,
    name           TEXT NOT NULL,
    version        TEXT,
    runtime_status TEXT NOT NULL,
    input          TEXT,
    output         TEXT,
    custom_status  TEXT,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS history (
    instance_id TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    event       TEXT NOT NULL,
    PRIMARY KEY (instance_id, seq)
  ) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS messages (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    instance_id  TEXT NOT NULL,
    execution_id TEXT,
    visible_at   INTEGER NOT NULL,
    event        TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS messages_by_instance ON messages (instance_id, visible_at);
  CREATE INDEX IF NOT EXISTS messages_by_time ON messages (visible_at);

  CREATE TABLE IF NOT EXISTS activities (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    instance_id  TEXT NOT NULL,
    execution_id TEXT NOT NULL,
    task_id      INTEGER NOT NULL,
    name         TEXT NOT NULL,
    input        TEXT NOT NULL
  );

  CREATE TABLE IF NOT EXISTS timer_triggers (
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL,
    next INTEGER NOT NULL
  ) WITHOUT ROWID;
`;
