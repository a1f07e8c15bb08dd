import type { DatabaseSync } from 'node:sqlite'

export interface Delivery {
  /** Of its row; undefined while it has none. */
  id?: number
  /** The event's id, the rule's ARN, the target's Id within the rule. */
  event: string
  rule: string
  target: string
  body: string
  created: number
  /** Attempts that failed. */
  attempts: number
}

const schema = `
CREATE TABLE IF NOT EXISTS deliveries(
  id INTEGER PRIMARY KEY, event TEXT NOT NULL, rule TEXT NOT NULL, target TEXT NOT NULL, body TEXT NOT NULL,
  created INTEGER NOT NULL, attempts INTEGER NOT NULL, wake INTEGER) STRICT;
CREATE INDEX IF NOT EXISTS deliveries_wake ON deliveries(wake, id);
CREATE TABLE IF NOT EXISTS schedules(rule TEXT PRIMARY KEY, expression TEXT NOT NULL, next INTEGER NOT NULL) STRICT;
`

/** Deliveries that their targets refused so far, and the next time of each schedule. */
export function openBusStore(db: DatabaseSync) {
  db.exec(schema)
  const sql = (text: string) => db.prepare(text)
  const insert = sql(
    'INSERT INTO deliveries(event, rule, target, body, created, attempts, wake) VALUES(?, ?, ?, ?, ?, ?, ?)',
  )
  const due = sql(
    'SELECT id, event, rule, target, body, created, attempts FROM deliveries WHERE wake <= ? ORDER BY wake, id LIMIT ?',
  )
  const remove = sql('DELETE FROM deliveries WHERE id = ?')
  const again = sql('UPDATE deliveries SET attempts = ?, wake = ? WHERE id = ?')
  const release = sql('UPDATE deliveries SET wake = ? WHERE wake IS NULL')
  const pending = sql('SELECT count(*) AS count FROM deliveries')
  const nextDue = sql(
    'SELECT min(due) AS due FROM (SELECT min(wake) AS due FROM deliveries WHERE wake IS NOT NULL ' +
      'UNION ALL SELECT min(next) FROM schedules)',
  )
  const dueSchedules = sql('SELECT rule, next FROM schedules WHERE next <= ? ORDER BY next, rule')
  const schedule = sql('SELECT expression, next FROM schedules WHERE rule = ?')
  const putSchedule = sql(
    'INSERT INTO schedules(rule, expression, next) VALUES(?, ?, ?) ' +
      'ON CONFLICT(rule) DO UPDATE SET expression = excluded.expression, next = excluded.next',
  )
  const removeSchedule = sql('DELETE FROM schedules WHERE rule = ?')
  return {
    due: (now: number, limit: number) => due.all(now, limit) as unknown as Delivery[],
    /** Does nothing for what has no row. */
    remove: ({ id }: Delivery) => void (id === undefined || remove.run(id)),
    /** Keeps it until its next attempt, with a row of its own from now on. */
    again({ id, event, rule, target, body, created, attempts }: Delivery, wake: number): void {
      if (id === undefined) insert.run(event, rule, target, body, created, attempts, wake)
      else again.run(attempts, wake, id)
    },
    /** Earlier versions marked the attempts that were under way. */
    release: (now: number) => void release.run(now),
    pending: () => (pending.get() as { count: number }).count,
    nextDue: () => (nextDue.get() as { due: number | null }).due,
    dueSchedules: (now: number) => dueSchedules.all(now) as unknown as { rule: string; next: number }[],
    schedule: (rule: string) => schedule.get(rule) as { expression: string; next: number } | undefined,
    putSchedule: (rule: string, expression: string, next: number) =>
      void putSchedule.run(rule, expression, next),
    removeSchedule: (rule: string) => void removeSchedule.run(rule),
  }
}

export type BusStore = ReturnType<typeof openBusStore>
