import type { DatabaseSync } from 'node:sqlite'

export interface DeliveryRow {
  id: number
  /** The event's id, the rule's ARN, the target's Id within the rule. */
  event: string
  rule: string
  target: string
  body: string
  created: number
  /** Attempts that failed. */
  attempts: number
  /** The next attempt; NULL while one is under way. */
  wake: number | null
}

const schema = `
CREATE TABLE IF NOT EXISTS deliveries(
  id INTEGER PRIMARY KEY, event TEXT NOT NULL, rule TEXT NOT NULL, target TEXT NOT NULL, body TEXT NOT NULL,
  created INTEGER NOT NULL, attempts INTEGER NOT NULL, wake INTEGER) STRICT;
CREATE INDEX IF NOT EXISTS deliveries_wake ON deliveries(wake, id);
CREATE TABLE IF NOT EXISTS schedules(rule TEXT PRIMARY KEY, expression TEXT NOT NULL, next INTEGER NOT NULL) STRICT;
`

/** Deliveries that no target has accepted yet, and the next time of each schedule. */
export function openBusStore(db: DatabaseSync) {
  db.exec(schema)
  const sql = (text: string) => db.prepare(text)
  const insert = sql(
    'INSERT INTO deliveries(event, rule, target, body, created, attempts, wake) VALUES(?, ?, ?, ?, ?, 0, ?)',
  )
  const claim = sql(
    'UPDATE deliveries SET wake = NULL WHERE id IN ' +
      '(SELECT id FROM deliveries WHERE wake <= ? ORDER BY wake, id LIMIT ?) RETURNING *',
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
    insert: (event: string, rule: string, target: string, body: string, now: number) =>
      void insert.run(event, rule, target, body, now, now),
    claimDue: (now: number, limit: number) =>
      (claim.all(now, limit) as unknown as DeliveryRow[]).sort((a, b) => a.id - b.id),
    remove: (id: number) => void remove.run(id),
    again: (id: number, attempts: number, wake: number) => void again.run(attempts, wake, id),
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
