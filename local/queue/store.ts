import type { DatabaseSync } from 'node:sqlite'

export interface MessageRow {
  id: number
  queue: string
  messageId: string
  body: string
  /** Message attributes as JSON, in the form of the API. */
  attributes: string
  sent: number
  /** When it can be received (next). */
  visible: number
  expires: number
  receives: number
  firstReceived: number | null
  /** The last receipt's handle; NULL before the first receive. */
  receipt: string | null
  /** The queue that a dead letter came from. */
  source: string | null
}

const schema = `
CREATE TABLE IF NOT EXISTS messages(
  id INTEGER PRIMARY KEY, queue TEXT NOT NULL, messageId TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT NOT NULL,
  sent INTEGER NOT NULL, visible INTEGER NOT NULL, expires INTEGER NOT NULL, receives INTEGER NOT NULL,
  firstReceived INTEGER, receipt TEXT, source TEXT) STRICT;
CREATE INDEX IF NOT EXISTS messages_visible ON messages(queue, visible, id);
CREATE INDEX IF NOT EXISTS messages_expires ON messages(expires);
CREATE UNIQUE INDEX IF NOT EXISTS messages_receipt ON messages(receipt) WHERE receipt IS NOT NULL;
`

/** Messages of all queues. */
export function openQueueStore(db: DatabaseSync) {
  db.exec(schema)
  const sql = (text: string) => db.prepare(text)
  const insert = sql(
    'INSERT INTO messages(id, queue, messageId, body, attributes, sent, visible, expires, receives) ' +
      'VALUES(?, ?, ?, ?, ?, ?, ?, ?, 0)',
  )
  const visible = sql('SELECT * FROM messages WHERE queue = ? AND visible <= ? ORDER BY visible, id LIMIT ?')
  const take = sql(
    'UPDATE messages SET receives = receives + 1, visible = ?, receipt = ?, firstReceived = coalesce(firstReceived, ?) ' +
      'WHERE id = ?',
  )
  const move = sql(
    'UPDATE messages SET queue = ?, source = ?, visible = ?, expires = ?, receives = 0, firstReceived = NULL, ' +
      'receipt = NULL WHERE id = ?',
  )
  const byReceipt = sql('SELECT * FROM messages WHERE receipt = ?')
  const hide = sql('UPDATE messages SET visible = ? WHERE id = ?')
  const release = sql(
    'UPDATE messages SET visible = ?1, receives = max(0, receives - 1), receipt = NULL ' +
      'WHERE receipt IS NOT NULL AND visible > ?1',
  )
  const remove = sql('DELETE FROM messages WHERE id = ?')
  const purge = sql('DELETE FROM messages WHERE queue = ?')
  const expire = sql('DELETE FROM messages WHERE expires <= ?')
  const list = sql('SELECT * FROM messages WHERE queue = ? AND id > ? ORDER BY id LIMIT ?')
  const get = sql('SELECT * FROM messages WHERE queue = ? AND messageId = ?')
  const count = sql(
    'SELECT count(*) FILTER (WHERE visible <= ?2) AS visible, ' +
      'count(*) FILTER (WHERE visible > ?2 AND receipt IS NOT NULL) AS inFlight, ' +
      'count(*) FILTER (WHERE visible > ?2 AND receipt IS NULL) AS delayed FROM messages WHERE queue = ?1',
  )
  const nextVisible = sql('SELECT min(visible) AS due FROM messages WHERE queue = ? AND visible > ?')
  let last = (sql('SELECT max(id) AS last FROM messages').get() as { last: number | null }).last ?? 0
  return {
    insert(
      row: Pick<MessageRow, 'queue' | 'messageId' | 'body' | 'attributes' | 'sent' | 'visible' | 'expires'>,
    ): MessageRow {
      // Never an id again while this process lives: who is done with a message removes it by its id.
      const id = ++last
      const { queue, messageId, body, attributes, sent, visible, expires } = row
      insert.run(id, queue, messageId, body, attributes, sent, visible, expires)
      return { ...row, id, receives: 0, firstReceived: null, receipt: null, source: null }
    },
    visible: (queue: string, now: number, limit: number) =>
      visible.all(queue, now, limit) as unknown as MessageRow[],
    take: (id: number, until: number, receipt: string, now: number) => void take.run(until, receipt, now, id),
    /** Puts a message into another queue, as one that nobody has received there. */
    move: (id: number, to: Pick<MessageRow, 'queue' | 'source' | 'visible' | 'expires'>) =>
      void move.run(to.queue, to.source, to.visible, to.expires, id),
    byReceipt: (receipt: string) => byReceipt.get(receipt) as MessageRow | undefined,
    hide: (id: number, until: number) => void hide.run(until, id),
    /** Gives back what was in flight; that receive is not held against a message. */
    release: (now: number) => void release.run(now),
    remove: (id: number) => void remove.run(id),
    purge: (queue: string) => Number(purge.run(queue).changes),
    expire: (now: number) => void expire.run(now),
    list: (queue: string, after: number, limit: number) =>
      list.all(queue, after, limit) as unknown as MessageRow[],
    get: (queue: string, messageId: string) => get.get(queue, messageId) as MessageRow | undefined,
    count: (queue: string, now: number) =>
      count.get(queue, now) as unknown as { visible: number; inFlight: number; delayed: number },
    nextVisible: (queue: string, now: number) => (nextVisible.get(queue, now) as { due: number | null }).due,
  }
}

export type QueueStore = ReturnType<typeof openQueueStore>
