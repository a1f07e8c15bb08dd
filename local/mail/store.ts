/** The e-mails that were sent, kept in the data folder: nothing leaves the machine. */
import type { Clock } from '../clock.ts'
import { openDurable, type DurableFile } from '../durable.ts'

export interface Mail {
  id: string
  /** ISO 8601. */
  at: string
  from: string
  to: string[]
  cc: string[]
  bcc: string[]
  replyTo: string[]
  subject: string
  text: string | undefined
  html: string | undefined
  /** Headers beyond those above. */
  headers: Record<string, string>
  tags: Record<string, string>
}

export type NewMail = Omit<Mail, 'id' | 'at'>

export interface MailStore {
  /** Resolves with the message id when the mail is on disk. */
  add(mail: NewMail): Promise<string>
  /** Oldest first; those after the mail with this id, or all. */
  after(id: string | undefined): Mail[]
  /** Newest first, from before the mail at position `before`. */
  page(before: number, limit: number): { position: number; mail: Mail }[]
  find(id: string): Mail | undefined
  count(): number
}

interface Row {
  position: number
  id: string
  at: number
  content: string
}

export function openMailStore(file: DurableFile, clock: Clock): MailStore {
  const durable = openDurable(file)
  durable.db.exec(`CREATE TABLE IF NOT EXISTS mail (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, at INTEGER NOT NULL, content TEXT NOT NULL)`)
  const insert = durable.db.prepare('INSERT INTO mail (id, at, content) VALUES (?, ?, ?)')
  const selectAfter = durable.db.prepare(
    'SELECT * FROM mail WHERE position > COALESCE((SELECT position FROM mail WHERE id = ?), 0) ORDER BY position',
  )
  const selectPage = durable.db.prepare(
    'SELECT * FROM mail WHERE position < ? ORDER BY position DESC LIMIT ?',
  )
  const selectOne = durable.db.prepare('SELECT * FROM mail WHERE id = ?')
  const countAll = durable.db.prepare('SELECT COUNT(*) AS count FROM mail')
  const last = durable.db.prepare('SELECT MAX(position) AS last FROM mail')
  let number = Number(last.get()?.last ?? 0)

  const read = (row: Row): Mail => ({
    ...(JSON.parse(row.content) as NewMail),
    id: row.id,
    at: new Date(row.at).toISOString(),
  })

  return {
    async add(mail) {
      // Sortable and free of anything that could be guessed to be meaningful.
      const id = `${(++number).toString(16).padStart(16, '0')}-local`
      durable.write(() => insert.run(id, clock.now(), JSON.stringify(mail)))
      await durable.committed()
      return id
    },
    after: (id) => (selectAfter.all(id ?? '') as unknown as Row[]).map(read),
    page: (before, limit) =>
      (selectPage.all(before, limit) as unknown as Row[]).map((row) => ({
        position: row.position,
        mail: read(row),
      })),
    find(id) {
      const row = selectOne.get(id) as Row | undefined
      return row && read(row)
    },
    count: () => Number(countAll.get()!.count),
  }
}
