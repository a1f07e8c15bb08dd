/* The public address: the HTTP API, and beside it the inbox, the issuer and the control door. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import { listen } from '../endpoint.ts'
import { splitTarget } from './api.ts'
import { gatewayAnswer, type Answer } from './payload.ts'

/** Answers a request, or leaves it to the next by returning undefined. */
export type Door = (
  request: IncomingMessage,
  path: string,
) => Promise<Answer | undefined> | Answer | undefined

export interface PublicServer {
  port: number
  /** Until then everything is answered 503. */
  serve(doors: Door[]): void
  /** Takes no more requests and waits for those that are under way, but not longer than `patience`. */
  stop(patience: number): Promise<void>
}

/** The port is taken; the message says what to do. */
export class PortInUse extends Error {
  override name = 'PortInUse'
}

export async function openServer(options: {
  port: number
  host: string
  /** Resolves when everything that an answer rests on is on disk. */
  synced: () => Promise<void>
  report: (line: string) => void
}): Promise<PublicServer> {
  const { host, report } = options
  let { port } = options
  let doors: Door[] = []
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    const durably = async () => {
      const result = await answer(request, doors)
      await options.synced()
      return result
    }
    durably().then(
      (result) =>
        write(response, result, (error) =>
          report(`${request.method} ${splitTarget(request.url ?? '/').path}: ${error.message}`),
        ),
      (error: unknown) => {
        // Whoever asked has gone before all was said: a visitor's doing, of which strangers could fill the log.
        if (request.destroyed && !request.complete) return
        report(
          `${request.method} ${splitTarget(request.url ?? '/').path}: ${(error as Error).stack ?? String(error)}`,
        )
        write(response, gatewayAnswer(500, 'Internal Server Error'), () => undefined)
      },
    )
  })
  try {
    port = await listen(server, port, host)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw new PortInUse(
        `Port ${port} is in use by another program. Stop it, or give another one: --port ${port + 1}`,
      )
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
      throw new PortInUse(`Cannot listen on ${host}:${port} (${code})`)
    throw error
  }
  return {
    port,
    serve: (next) => void (doors = next),
    stop: (patience) =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
        setTimeout(() => server.closeAllConnections(), patience).unref()
      }),
  }
}

async function answer(request: IncomingMessage, doors: Door[]): Promise<Answer> {
  const { path } = splitTarget(request.url ?? '/')
  for (const door of doors) {
    const result = await door(request, path)
    if (result) return result
  }
  return doors.length === 0
    ? gatewayAnswer(503, 'Service Unavailable', { 'retry-after': '1' })
    : gatewayAnswer(404, 'Not Found')
}

/** @param failed told when a stream ends before its time, and not because whoever asked has gone */
function write(
  response: ServerResponse,
  { status, headers, body, length }: Answer,
  failed: (error: Error) => void,
): void {
  const hasBody = status !== 204 && status !== 304
  const isStream = body instanceof Readable
  const size = length ?? (isStream ? undefined : Buffer.byteLength(body))
  try {
    response.writeHead(status, {
      ...headers,
      ...(hasBody && size !== undefined && { 'content-length': size }),
    })
  } catch {
    // A function may return a header that cannot be sent.
    if (isStream) body.destroy()
    response.writeHead(500, { 'content-type': 'application/json' })
    response.end('{"message":"Internal Server Error"}')
    return
  }
  if (!isStream) return void response.end(hasBody ? body : undefined)
  // Nobody is there any more, to whom nothing can be piped.
  if (response.destroyed) return void body.destroy()
  // Cuts the connection off when the stream fails: fewer bytes came than were announced.
  pipeline(body, response, (error) => {
    if (error && !hasGone.has(error.code ?? '')) failed(error)
  })
}

/** What a stream fails with when whoever asked has gone: his doing, of which the log tells nothing. */
const hasGone = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ECONNRESET', 'EPIPE'])
