/* The e-mails that were sent, kept in the data folder: nothing leaves the machine. */
import type { Clock } from '../clock/clock.ts'
import { openDurable, type DurableFile } from '../durable.ts'
import { openPackedTexts } from './packed-text.ts'

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
  /** Changes what is named; resolves when that is stored. */
  setAccount(change: MailAccount): Promise<void>
  /** Resolves with the message id when the mail is stored. */
  add(mail: NewMail): Promise<string>
  /** Oldest first; those after the mail with this id, or all. */
  after(id: string | undefined): Mail[]
  /** The same, once stored, as soon as there are any; none when none has come within `patience`, or the store closes. */
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
  at: number
  /** A text in rows of earlier versions. */
  content: string | Uint8Array
}

/** E-mails that are held in memory, 16 KB each. */
const mostRecent = 16
/** Milliseconds since somebody asked for the next e-mail in which he will ask for the one after it. */
const followed = 5000

/** Sortable and free of anything that could be guessed to be meaningful. */
const idOf = (position: number) => `${position.toString(16).padStart(16, '0')}-local`
/** 0 for what is no id. */
const positionOf = (id: string) => (/^[0-9a-f]{16}-local$/.test(id) ? Number.parseInt(id, 16) : 0)

export function openMailStore(file: DurableFile, clock: Clock): MailStore {
  const durable = openDurable(file)
  // E-mails of earlier versions are in `mail`, whose ids say their positions as well; they are never deleted.
  durable.db.exec(`CREATE TABLE IF NOT EXISTS mail (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, at INTEGER NOT NULL, content TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS packed_mail (position INTEGER PRIMARY KEY, at INTEGER NOT NULL, content BLOB NOT NULL)`)
  // Not `account`: earlier versions kept passwords in a table of that name, and their files go on.
  durable.db.exec('CREATE TABLE IF NOT EXISTS mail_account (content TEXT NOT NULL)')
  const stored = durable.db.prepare('SELECT content FROM mail_account').get()
  let account = (stored ? JSON.parse(String(stored.content)) : {}) as MailAccount
  const texts = openPackedTexts(durable.db)
  const insert = durable.db.prepare('INSERT INTO packed_mail VALUES (?, ?, ?)')
  const sql = (text: string) => durable.db.prepare(text)
  const both = (where: string, rest = '') =>
    sql(
      `SELECT position, at, content FROM mail WHERE ${where} UNION ALL ` +
        `SELECT position, at, content FROM packed_mail WHERE ${where} ${rest}`,
    )
  const selectAfter = both('position > ?1', 'ORDER BY position')
  const selectPage = both('position < ?1', 'ORDER BY position DESC LIMIT ?2')
  const selectOne = both('position = ?1')
  /** The last position, and how many there are. */
  let number = Number(
    sql(
      'SELECT coalesce((SELECT max(position) FROM packed_mail), (SELECT max(position) FROM mail), 0) AS last',
    ).get()!.last,
  )

  /** The last ones as they came, while somebody follows them: each would have to be unpacked for him. */
  const recent: Mail[] = []
  let asked = -Infinity
  let arrival = Promise.withResolvers<void>()
  let isOpen = true

  /** Resolves with the next e-mail that is added, or after `patience`. */
  async function arrived(patience: number): Promise<void> {
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, patience)
    await Promise.race([arrival.promise, late.promise])
    clearTimeout(timer)
  }

  function after(id: string | undefined): Mail[] {
    const given = positionOf(id ?? '')
    const position = given > number ? 0 : given
    const missing = number - position
    if (missing <= recent.length) return recent.slice(recent.length - missing)
    return (selectAfter.all(position) as unknown as Row[]).map(read)
  }

  const read = ({ position, at, content }: Row): Mail => ({
    ...(JSON.parse(typeof content === 'string' ? content : texts.unpack(content)) as NewMail),
    id: idOf(position),
    at: new Date(at).toISOString(),
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
      const position = ++number
      const at = clock.now()
      durable.write(() => insert.run(position, at, texts.pack(JSON.stringify(mail))))
      if (performance.now() - asked > followed) recent.length = 0
      else recent.push({ ...mail, id: idOf(position), at: new Date(at).toISOString() })
      if (recent.length > mostRecent) recent.shift()
      await durable.committed()
      arrival.resolve()
      arrival = Promise.withResolvers()
      return idOf(position)
    },
    after,
    async next(id, patience) {
      const until = performance.now() + patience
      for (;;) {
        asked = performance.now()
        const mails = after(id)
        const left = until - performance.now()
        if (mails.length > 0 || left <= 0 || !isOpen) {
          // What was written in this turn is not stored yet.
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
      const row = selectOne.get(positionOf(id)) as Row | undefined
      return row && read(row)
    },
    count: () => number,
    close() {
      isOpen = false
      arrival.resolve()
    },
  }
}
