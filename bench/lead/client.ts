import { Agent, request } from 'node:http'

/** A program that talks to one address, over so many connections at once. */
export interface Client {
  /** Throws when the answer is none of 2xx. @param token another one than the client's; empty: none */
  call(path: string, body?: object, token?: string): Promise<unknown>
  close(): void
}

/**
 * By plain HTTP: `fetch` takes three times the processor, which the clients share with what they measure.
 * @param token sent with each request
 */
export function openClient(url: string, connections: number, token?: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return {
    call: (path, body, other = token) => call(agent, url + path, body, other),
    close: () => agent.destroy(),
  }
}

function call(agent: Agent, url: string, body?: object, token?: string): Promise<unknown> {
  return new Promise((done, reject) => {
    const text = body && JSON.stringify(body)
    const outgoing = request(
      url,
      {
        agent,
        method: body ? 'POST' : 'GET',
        headers: {
          accept: 'application/json',
          ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...(token && { authorization: `Bearer ${token}` }),
        },
      },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () => {
          const answered = Buffer.concat(chunks).toString()
          if ((answer.statusCode ?? 500) >= 300)
            reject(new Error(`${url} answered ${answer.statusCode} ${answered.slice(0, 300)}`))
          else done(answered ? JSON.parse(answered) : undefined)
        })
        answer.on('error', reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(text)
  })
}
