import { Pool } from 'undici'

/** A program that talks to one address, over so many connections at once. */
export interface Client {
  /** Throws when the answer is none of 2xx. @param token another one than the client's; empty: none */
  call(path: string, body?: object, token?: string): Promise<unknown>
  /** Changes the record at a path, which is refused unless it is in this version. Throws as `call`. */
  change(path: string, version: number, body: object): Promise<unknown>
  close(): void
}

/**
 * The clients share the processors with what they measure: `node:http` takes more than twice as much for a request, and
 * `fetch` more than that.
 * @param token sent with each request
 */
export function openClient(url: string, connections: number, token?: string): Client {
  // What settles after a long load answers late.
  const pool = new Pool(url, { connections, headersTimeout: 0, bodyTimeout: 0 })
  async function ask(
    method: string,
    path: string,
    { body, headers, token: sent = token }: Asked,
  ): Promise<unknown> {
    const { statusCode, body: answer } = await pool.request({
      path,
      method,
      headers: {
        accept: 'application/json',
        ...(body && { 'content-type': 'application/json' }),
        ...(sent && { authorization: `Bearer ${sent}` }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const answered = await answer.text()
    if (statusCode >= 300)
      throw new Error(`${method} ${url}${path} answered ${statusCode} ${answered.slice(0, 300)}`)
    return answered ? JSON.parse(answered) : undefined
  }

  return {
    call: (path, body, other) => ask(body ? 'POST' : 'GET', path, { body, token: other }),
    change: (path, version, body) => ask('PATCH', path, { body, headers: { 'if-match': `"${version}"` } }),
    close: () => void pool.destroy(),
  }
}

interface Asked {
  body?: object | undefined
  headers?: Record<string, string>
  token?: string | undefined
}
