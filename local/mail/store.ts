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

/** What SES lets the account do; a new real one is in the sandbox, this one is not unless a test says so. */
export interface MailAccount {
  /** Sends to verified addresses only. */
  sandbox?: boolean
  /** Addresses and domains that are verified beside those of the template. */
  verified?: string[]
  /** Those of the template that are not verified yet. */
  unverified?: string[]
  /** Who has switched sending off: AWS, the account's owner, or whoever did so for the configuration set. */
  paused?: 'aws' | 'account' | 'set' | false
  /** So many more e-mails until the quota of the day is used up. */
  quota?: number | false
  /** So many of the next calls exceed the rate. */
  throttle?: number
  /** Every call is refused so. */
  refuse?: { code: string; message: string; status?: number } | false
}

export interface MailStore {
  account(): MailAccount
  /** Changes what is named; on disk when it returns. */
  setAccount(change: MailAccount): Promise<void>
  /** Resolves with the message id when the mail is on disk. */
  add(mail: NewMail): Promise<string>
  /** Oldest first; those after the mail with this id, or all. */
  after(id: string | undefined): Mail[]
  /** The same, on disk, as soon as there are any; none when none has come within `patience`, or the store closes. */
  next(id: string | undefined, patience: number): Promise<Mail[]>
  /** Newest first, from before the mail at position `before`. */
  page(before: number, limit: number): { position: number; mail: Mail }[]
  find(id: string): Mail | undefined
  count(): number
  /** Lets nobody wait any longer. */
  close(): void
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
  // Not `account`: earlier versions kept passwords in a table of that name, and their files go on.
  durable.db.exec('CREATE TABLE IF NOT EXISTS mail_account (content TEXT NOT NULL)')
  const stored = durable.db.prepare('SELECT content FROM mail_account').get()
  let account = (stored ? JSON.parse(String(stored.content)) : {}) as MailAccount
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

  let arrival = Promise.withResolvers<void>()
  let isOpen = true

  /** Resolves with the next e-mail that is added, or after `patience`. */
  async function arrived(patience: number): Promise<void> {
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, patience)
    await Promise.race([arrival.promise, late.promise])
    clearTimeout(timer)
  }

  const after = (id: string | undefined): Mail[] => (selectAfter.all(id ?? '') as unknown as Row[]).map(read)

  const read = (row: Row): Mail => ({
    ...(JSON.parse(row.content) as NewMail),
    id: row.id,
    at: new Date(row.at).toISOString(),
  })

  return {
    account: () => account,
    async setAccount(change) {
      account = { ...account, ...change }
      durable.write(() => {
        durable.db.exec('DELETE FROM mail_account')
        durable.db.prepare('INSERT INTO mail_account (content) VALUES (?)').run(JSON.stringify(account))
      })
      await durable.committed()
    },
    async add(mail) {
      // Sortable and free of anything that could be guessed to be meaningful.
      const id = `${(++number).toString(16).padStart(16, '0')}-local`
      durable.write(() => insert.run(id, clock.now(), JSON.stringify(mail)))
      await durable.committed()
      arrival.resolve()
      arrival = Promise.withResolvers()
      return id
    },
    after,
    async next(id, patience) {
      const until = performance.now() + patience
      for (;;) {
        const mails = after(id)
        const left = until - performance.now()
        if (mails.length > 0 || left <= 0 || !isOpen) {
          // What was written in this turn is not on disk yet.
          await durable.committed()
          return mails
        }
        await arrived(left)
      }
    },
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
    close() {
      isOpen = false
      arrival.resolve()
    },
  }
}
