/*
 * What is known of executions, in SQLite.
 *
 * An execution is one row; each thread of it (the machine itself, each running branch of a Parallel, each running
 * iteration of a Map) is a row that says which state it is in and how far. Histories are in history-store.ts. Nothing of
 * a thread that rests is held in memory.
 */
import type { DatabaseSync } from 'node:sqlite'
import { openHistoryStore } from './history-store.ts'
import type { Basis, ExecutionRow, ThreadRow } from './row.ts'

const schema = `
CREATE TABLE IF NOT EXISTS machines(arn TEXT PRIMARY KEY, name TEXT NOT NULL, definition TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS definitions(hash TEXT PRIMARY KEY, source TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS executions(
  id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, machine TEXT NOT NULL, definition TEXT NOT NULL,
  name TEXT NOT NULL, status TEXT NOT NULL, input TEXT NOT NULL, output TEXT, error TEXT, cause TEXT,
  started INTEGER NOT NULL, stopped INTEGER, deadline INTEGER, events INTEGER NOT NULL,
  transitions INTEGER NOT NULL, redrives INTEGER NOT NULL, redriven INTEGER, announced INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS executions_of_machine ON executions(machine, status, started);
CREATE INDEX IF NOT EXISTS executions_deadline ON executions(deadline) WHERE deadline IS NOT NULL;
CREATE INDEX IF NOT EXISTS executions_unannounced ON executions(id) WHERE announced = 0 AND status <> 'RUNNING';
CREATE INDEX IF NOT EXISTS executions_stopped ON executions(stopped) WHERE stopped IS NOT NULL;
CREATE TABLE IF NOT EXISTS threads(
  id INTEGER PRIMARY KEY, execution INTEGER NOT NULL, parent INTEGER, slot INTEGER NOT NULL, scope TEXT NOT NULL,
  state TEXT NOT NULL, phase TEXT NOT NULL, wake INTEGER, active INTEGER NOT NULL, input TEXT NOT NULL,
  variables TEXT NOT NULL, retries TEXT NOT NULL, entered INTEGER NOT NULL, token TEXT, answer TEXT,
  deadline INTEGER, heartbeat INTEGER, heartbeatSeconds REAL, open INTEGER NOT NULL, upcoming INTEGER NOT NULL,
  total INTEGER NOT NULL, items TEXT, event INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS threads_wake ON threads(wake) WHERE wake IS NOT NULL;
CREATE INDEX IF NOT EXISTS threads_active ON threads(id) WHERE active = 1;
CREATE UNIQUE INDEX IF NOT EXISTS threads_token ON threads(token) WHERE token IS NOT NULL;
CREATE INDEX IF NOT EXISTS threads_of_execution ON threads(execution);
CREATE INDEX IF NOT EXISTS threads_of_parent ON threads(parent) WHERE parent IS NOT NULL;
`

const threadColumns =
  'execution, parent, slot, scope, state, phase, wake, active, input, variables, retries, entered, token, answer, ' +
  'deadline, heartbeat, heartbeatSeconds, open, upcoming, total, items, event'

// Positional in the order of threadColumns: binding by name costs twice as much.
const values = (row: Omit<ThreadRow, 'id'>) =>
  [
    row.execution,
    row.parent,
    row.slot,
    row.scope,
    row.state,
    row.phase,
    row.wake,
    row.active,
    row.input,
    row.variables,
    row.retries,
    row.entered,
    row.token,
    row.answer,
    row.deadline,
    row.heartbeat,
    row.heartbeatSeconds,
    row.open,
    row.upcoming,
    row.total,
    row.items,
    row.event,
  ] as const

export type Store = ReturnType<typeof openStore>

const holes = (columns: string) =>
  columns
    .split(', ')
    .map(() => '?')
    .join(', ')

/** Creates the tables and prepares the statements; every call is synchronous. */
export function openStore(db: DatabaseSync) {
  db.exec(schema)
  const sql = (text: string) => db.prepare(text)
  const insertThread = sql(`INSERT INTO threads(${threadColumns}) VALUES(${holes(threadColumns)})`)
  const updateThread = sql(
    `UPDATE threads SET ${threadColumns
      .split(', ')
      .map((column) => `${column} = ?`)
      .join(', ')} WHERE id = ?`,
  )
  const thread = sql('SELECT * FROM threads WHERE id = ?')
  const children = sql('SELECT * FROM threads WHERE parent = ? ORDER BY slot')
  const threadsOf = sql('SELECT * FROM threads WHERE execution = ? ORDER BY id')
  const due = sql('SELECT * FROM threads WHERE wake <= ? ORDER BY wake, id LIMIT ?')
  const claim = sql('UPDATE threads SET wake = NULL, active = 1 WHERE id = ?')
  const active = sql('SELECT * FROM threads WHERE active = 1 ORDER BY id')
  const byToken = sql('SELECT * FROM threads WHERE token = ?')
  const variableSizes = sql(
    'SELECT id, octet_length(variables) AS bytes FROM threads WHERE execution = ? AND length(variables) > 2',
  )
  const removeThread = sql('DELETE FROM threads WHERE id = ?')
  const removeThreads = sql('DELETE FROM threads WHERE execution = ?')
  const restThreads = sql(
    'UPDATE threads SET wake = NULL, active = 0, token = NULL, deadline = NULL, heartbeat = NULL WHERE execution = ?',
  )
  const childEnded = sql(
    'UPDATE threads SET open = open - 1 WHERE id = ? RETURNING open, upcoming, total, scope, state',
  )
  const childBegun = sql('UPDATE threads SET open = open + 1, upcoming = upcoming + 1 WHERE id = ?')
  const joined = sql("UPDATE threads SET phase = 'joined', active = 1 WHERE id = ?")
  const insertExecution = sql(
    'INSERT INTO executions(arn, machine, definition, name, status, input, started, deadline, events, transitions, ' +
      "redrives, announced) VALUES(?, ?, ?, ?, 'RUNNING', ?, ?, ?, 0, 0, 0, 0)",
  )
  const execution = sql('SELECT * FROM executions WHERE id = ?')
  const byArn = sql('SELECT * FROM executions WHERE arn = ?')
  const countEvents = sql('UPDATE executions SET events = ?, transitions = ? WHERE id = ?')
  const endExecution = sql(
    'UPDATE executions SET status = ?, stopped = ?, output = ?, error = ?, cause = ?, deadline = NULL WHERE id = ?',
  )
  const reopenExecution = sql(
    "UPDATE executions SET status = 'RUNNING', stopped = NULL, error = NULL, cause = NULL, deadline = ?, " +
      'announced = 0, redrives = redrives + 1, redriven = ? WHERE id = ?',
  )
  const announced = sql('UPDATE executions SET announced = 1 WHERE id = ?')
  const unannounced = sql("SELECT * FROM executions WHERE announced = 0 AND status <> 'RUNNING' ORDER BY id")
  const overdue = sql('SELECT * FROM executions WHERE deadline <= ? ORDER BY deadline, id')
  const nextDue = sql(
    'SELECT min(due) AS due FROM (SELECT min(wake) AS due FROM threads WHERE wake IS NOT NULL ' +
      'UNION ALL SELECT min(deadline) FROM executions WHERE deadline IS NOT NULL)',
  )
  const expired = sql('SELECT id FROM executions WHERE stopped <= ? ORDER BY stopped LIMIT ?')
  const removeExecution = sql('DELETE FROM executions WHERE id = ?')
  const putDefinition = sql('INSERT INTO definitions(hash, source) VALUES(?, ?) ON CONFLICT DO NOTHING')
  const definition = sql('SELECT source FROM definitions WHERE hash = ?')
  const putMachine = sql(
    'INSERT INTO machines(arn, name, definition) VALUES(?, ?, ?) ' +
      'ON CONFLICT(arn) DO UPDATE SET name = excluded.name, definition = excluded.definition',
  )
  const machine = sql('SELECT arn, name, definition FROM machines WHERE arn = ?')
  const list = sql(
    'SELECT * FROM executions WHERE machine = ?1 AND (?2 IS NULL OR status = ?2) ' +
      'AND (?3 IS NULL OR (started, id) < (?3, ?4)) ORDER BY started DESC, id DESC LIMIT ?5',
  )

  const sourceOf = (hash: string) => (definition.get(hash) as { source: string } | undefined)?.source
  const history = openHistoryStore(db, sourceOf)

  function forget(id: number): void {
    history.remove(id)
    removeThreads.run(id)
    removeExecution.run(id)
  }

  return {
    insertThread: (row: Omit<ThreadRow, 'id'>) => Number(insertThread.run(...values(row)).lastInsertRowid),
    updateThread: (row: ThreadRow) => void updateThread.run(...values(row), row.id),
    thread: (id: number) => thread.get(id) as ThreadRow | undefined,
    children: (parent: number) => children.all(parent) as unknown as ThreadRow[],
    threadsOf: (id: number) => threadsOf.all(id) as unknown as ThreadRow[],
    /** Threads due at `now`, marked as taken. */
    claimDue(now: number, limit: number): ThreadRow[] {
      const rows = due.all(now, limit) as unknown as ThreadRow[]
      for (const row of rows) {
        claim.run(row.id)
        row.wake = null
        row.active = 1
      }
      return rows
    },
    active: () => active.all() as unknown as ThreadRow[],
    byToken: (token: string) => byToken.get(token) as ThreadRow | undefined,
    /** Bytes of the variables of each thread that has some, as of its checkpoint. */
    variableSizes(id: number): Map<number, number> {
      const rows = variableSizes.all(id) as { id: number; bytes: number }[]
      return new Map(rows.map((row) => [row.id, row.bytes]))
    },
    removeThread: (id: number) => void removeThread.run(id),
    removeThreads: (id: number) => void removeThreads.run(id),
    restThreads: (id: number) => void restThreads.run(id),
    childEnded: (parent: number) =>
      childEnded.get(parent) as unknown as Pick<ThreadRow, 'open' | 'upcoming' | 'total' | 'scope' | 'state'>,
    childBegun: (parent: number) => void childBegun.run(parent),
    joined: (parent: number) => void joined.run(parent),
    insertExecution: (row: Basis) =>
      Number(
        insertExecution.run(
          row.arn,
          row.machine,
          row.definition,
          row.name,
          row.input,
          row.started,
          row.deadline,
        ).lastInsertRowid,
      ),
    execution: (id: number) => execution.get(id) as ExecutionRow | undefined,
    byArn: (arn: string) => byArn.get(arn) as ExecutionRow | undefined,
    countEvents: (id: number, events: number, transitions: number) =>
      void countEvents.run(events, transitions, id),
    endExecution: (row: Pick<ExecutionRow, 'id' | 'status' | 'stopped' | 'output' | 'error' | 'cause'>) =>
      void endExecution.run(row.status, row.stopped, row.output, row.error, row.cause, row.id),
    reopenExecution: (id: number, deadline: number | null, now: number) =>
      void reopenExecution.run(deadline, now, id),
    announced: (id: number) => void announced.run(id),
    unannounced: () => unannounced.all() as unknown as ExecutionRow[],
    overdue: (now: number) => overdue.all(now) as unknown as ExecutionRow[],
    nextDue: () => (nextDue.get() as { due: number | null }).due,
    history,
    /** Forgets executions that ended by `limit`, no more than `most`; says how many. */
    purge(limit: number, most: number): number {
      const rows = expired.all(limit, most) as { id: number }[]
      for (const { id } of rows) forget(id)
      return rows.length
    },
    forget,
    putMachine(arn: string, name: string, hash: string, source: string) {
      putDefinition.run(hash, source)
      putMachine.run(arn, name, hash)
    },
    definition: sourceOf,
    machine: (arn: string) =>
      machine.get(arn) as { arn: string; name: string; definition: string } | undefined,
    list: (machineArn: string, status: string | null, before: [number, number] | null, limit: number) =>
      list.all(
        machineArn,
        status,
        before?.[0] ?? null,
        before?.[1] ?? null,
        limit,
      ) as unknown as ExecutionRow[],
  }
}
