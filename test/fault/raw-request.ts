import { request as send, type Agent } from 'node:http'

/** A request as it goes over the wire, whatever a client would make of it. */
export interface RawRequest {
  method: string
  /** as it stands in the request line */
  target: string
  headers: Record<string, string>
  body?: string | Buffer | undefined
}

export interface Told {
  status: number
  headers: Headers
  text: string
}

/** Sends it to a server of this machine. Throws when the connection ends before the answer does. */
export async function ask(url: string, agent: Agent, request: RawRequest): Promise<Told> {
  const { promise, resolve, reject } = Promise.withResolvers<Told>()
  const { method, target: path, headers, body = '' } = request
  const length = body.length ? { 'content-length': String(Buffer.byteLength(body)) } : {}
  const { port } = new URL(url)
  const asked = send({ host: '127.0.0.1', port, agent, method, path, headers: { ...headers, ...length } })
  asked.on('response', (answer) => {
    const parts: Buffer[] = []
    answer.on('data', (chunk: Buffer) => parts.push(chunk))
    answer.on('error', reject)
    answer.on('end', () =>
      resolve({
        status: answer.statusCode ?? 0,
        headers: new Headers(answer.headers as Record<string, string>),
        text: Buffer.concat(parts).toString(),
      }),
    )
  })
  asked.on('error', reject)
  asked.end(body)
  return await promise
}
