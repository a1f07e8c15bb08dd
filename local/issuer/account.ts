/** Passwords of the demo accounts, hashed with scrypt. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { openDurable, type DurableFile } from '../durable.ts'

export interface Accounts {
  check(username: string | undefined, password: string): Promise<boolean>
}

/** The password that every demo account has. */
export const demoPassword = 'demo'

const hash = promisify(scrypt) as (password: string, salt: Buffer, length: number) => Promise<Buffer>

/** An account's hash is made when it first signs in: hashing all of them would make the first start wait. */
export function openAccounts(file: DurableFile, usernames: string[]): Accounts {
  const durable = openDurable(file)
  durable.db.exec(
    'CREATE TABLE IF NOT EXISTS account (username TEXT PRIMARY KEY, salt BLOB NOT NULL, hash BLOB NOT NULL)',
  )
  const select = durable.db.prepare('SELECT salt, hash FROM account WHERE username = ?')
  const insert = durable.db.prepare('INSERT OR IGNORE INTO account VALUES (?, ?, ?)')

  async function stored(username: string): Promise<{ salt: Buffer; hash: Buffer }> {
    const row = select.get(username)
    if (row) return { salt: Buffer.from(row.salt as Uint8Array), hash: Buffer.from(row.hash as Uint8Array) }
    const salt = randomBytes(16)
    const made = { salt, hash: await hash(demoPassword, salt, 32) }
    durable.write(() => insert.run(username, made.salt, made.hash))
    return made
  }

  return {
    async check(username, password) {
      if (username === undefined || !usernames.includes(username)) {
        // The same work as for a known name, so that the time tells nothing.
        await hash(password, Buffer.alloc(16), 32)
        return false
      }
      const account = await stored(username)
      return timingSafeEqual(await hash(password, account.salt, 32), account.hash)
    },
  }
}
