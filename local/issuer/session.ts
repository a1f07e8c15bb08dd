/* Who has signed in to the pages of this machine itself. A restart signs out; that is no loss worth a table of secrets. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { DemoUser } from '../resource/identity.ts'

export interface Sessions {
  /** The header Set-Cookie by which a browser is known from now on, until it is closed. */
  begin(user: DemoUser): string
  find(request: IncomingMessage): DemoUser | undefined
}

/** @param path the pages that the session is for: the browser sends the cookie nowhere else */
export function openSessions(path: string): Sessions {
  const users = new Map<string, DemoUser>()
  return {
    begin(user) {
      const id = randomBytes(24).toString('base64url')
      users.set(id, user)
      return `holdfast=${id}; Path=${path}; HttpOnly; SameSite=Strict`
    },
    find(request) {
      const id = /(?:^|;\s*)holdfast=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]
      return id === undefined ? undefined : users.get(id)
    },
  }
}
