import { tellOthers } from './others.ts'

/*
 * The HTTP API as the console asks it: with the token of whoever is signed in, with what is known already (`If-None-Match`), and with
 * refusals as errors that say what the API said (RFC 9457).
 */

/** What the API refused. */
export class Refused extends Error {
  readonly status: number
  readonly code: string
  /** what is wrong, field by field */
  readonly errors: readonly { pointer: string; detail: string }[]
  /** of 412: what is there now */
  readonly current: unknown
  readonly requestId: string | undefined

  constructor(status: number, body: Problem) {
    super(body.detail ?? body.title ?? `HTTP ${status}`)
    this.status = status
    this.code = body.code ?? String(status)
    this.errors = body.errors ?? []
    this.current = body.current
    this.requestId = body.requestId
  }
}

interface Problem {
  title?: string
  detail?: string
  code?: string
  errors?: { pointer: string; detail: string }[]
  current?: unknown
  requestId?: string
}

/** Why something was refused, for people: of several faults each. */
export const whyRefused = ({ message, errors }: Refused): string =>
  errors.length > 1
    ? errors.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`).join(' ')
    : message

/** The network did not answer: whether it was done is not known. */
export class Unreachable extends Error {}

export interface Tokens {
  /** who is signed in; `renewed`: the one before was refused */
  token(renewed?: boolean): Promise<string | undefined>
  /** nobody is signed in any more */
  lost(): void
}

export interface Sent {
  /** done once, however often it is sent */
  key?: string
  ifMatch?: string
  /** goes on when the page is closed */
  keepalive?: boolean
}

export interface Api {
  /** Asks now. Whoever asks for it first, soon enough, is given this answer. */
  ahead(address: string): void
  /** What was asked ahead, where it is there: for the first picture. */
  arrived(address: string): unknown
  /** @param anew whatever is known already. Throws Refused, Unreachable. */
  get<T>(path: string, how?: { anew?: boolean }): Promise<T>
  /** Throws Refused, Unreachable. */
  send<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown, sent?: Sent): Promise<T>
}

/** Milliseconds: what was asked ahead is as old as this at most. */
const soon = 10_000

export function openApi(tokens: Tokens): Api {
  const known = new Map<string, { tag: string; value: unknown }>()
  const coming = new Map<string, { answer: Promise<unknown>; value?: unknown }>()

  async function ask(
    path: string,
    init: RequestInit & { headers: Record<string, string> },
  ): Promise<Response> {
    const attempt = async (renewed: boolean) => {
      const token = await tokens.token(renewed).catch((error: unknown) => {
        // Nobody is signed out by an issuer that does not answer.
        throw new Unreachable(path, { cause: error })
      })
      if (token === undefined) {
        tokens.lost()
        throw new Refused(401, { code: 'auth.missing' })
      }
      try {
        return await fetch(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } })
      } catch (error) {
        throw new Unreachable(path, { cause: error })
      }
    }
    const first = await attempt(false)
    if (!(await isOfToken(first))) return first
    // A body that nobody reads is broken off by the browser, some time later.
    await first.text()
    const second = await attempt(true)
    if (second.status === 401) tokens.lost()
    return second
  }

  const api: Api = {
    ahead(address) {
      const asked: { answer: Promise<unknown>; value?: unknown } = {
        answer: api.get(address, { anew: true }),
      }
      // Whoever is given it hears of it.
      asked.answer.then(
        (value) => (asked.value = value),
        () => undefined,
      )
      coming.set(address, asked)
      setTimeout(() => coming.delete(address), soon)
    },
    arrived(address: string) {
      const value = coming.get(address)?.value
      if (value !== undefined) coming.delete(address)
      return value
    },
    async get<T>(path: string, { anew = false } = {}) {
      const asked = coming.get(path)
      coming.delete(path)
      if (asked) return (await asked.answer) as T
      const before = anew ? undefined : known.get(path)
      const response = await ask(path, {
        headers: { accept: 'application/json', ...(before && { 'if-none-match': before.tag }) },
        cache: 'no-store',
      })
      // The very same value, so that nothing is drawn anew.
      if (response.status === 304 && before) {
        await response.text()
        return before.value as T
      }
      const value = await bodyOf<T>(response)
      const tag = response.headers.get('etag')
      if (tag) known.set(path, { tag, value })
      else known.delete(path)
      return value
    },
    async send<T>(method: string, path: string, body?: unknown, { key, ifMatch, keepalive }: Sent = {}) {
      const response = await ask(path, {
        method,
        keepalive: keepalive ?? false,
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(key !== undefined && { 'idempotency-key': key }),
          ...(ifMatch !== undefined && { 'if-match': ifMatch }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      })
      const answer = await bodyOf<T>(response)
      tellOthers()
      return answer
    },
  }
  return api
}

/** Characters that nobody sees and that turn the direction of what follows: a name could rewrite the sentence around it. E-mails are without them, too (core/message/harmless.ts). */
const turning = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g

async function bodyOf<T>(response: Response): Promise<T> {
  const text = await response.text().catch((error: unknown) => {
    throw new Unreachable(response.url, { cause: error })
  })
  const value = readJson(text.replaceAll(turning, ''))
  if (!response.ok) throw new Refused(response.status, isProblem(value) ? value : {})
  return value as T
}

/**
 * Whether it is the token that is refused: with 401 by the gateway, with a 403 that says nothing more by its authorizer, since an HTTP API
 * cannot answer otherwise there.
 */
async function isOfToken(response: Response): Promise<boolean> {
  if (response.status !== 403) return response.status === 401
  const value = readJson(await response.clone().text())
  return !isProblem(value) || value.code === undefined
}

const isProblem = (value: unknown): value is Problem => typeof value === 'object' && value !== null

/** What a proxy answers may be no JSON. */
function readJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** An address with what is asked for; what is undefined is left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return given.length ? `${path}?${new URLSearchParams(given).toString()}` : path
}
