/* A request of `node:http` whose other end is a message: what callers see of `ClientRequest`, and of its socket. */
import { EventEmitter } from 'node:events'
import { IncomingMessage, OutgoingMessage, STATUS_CODES, type RequestOptions } from 'node:http'
import type { Socket } from 'node:net'
import type { SdkRefusal, SdkRequest, SdkResponse } from './message.ts'

export interface Link {
  host: string
  port: string
  /** Sends a request; false when its call is over, so that it reaches nobody. */
  send(number: number, request: SdkRequest): boolean
  open: Map<number, MemoryRequest>
}

export type Respond = (response: IncomingMessage) => void

let lastNumber = 0

export class MemoryRequest extends OutgoingMessage<MemoryRequest & IncomingMessage> {
  readonly method: string
  readonly path: string
  readonly host: string
  readonly protocol = 'http:'
  readonly reusedSocket = false
  maxHeadersCount: number | null = null
  aborted = false
  res: IncomingMessage | undefined
  private readonly link: Link
  private readonly number = ++lastNumber
  private readonly chunks: Buffer[] = []
  private line: MemorySocket

  constructor(link: Link, options: RequestOptions, respond: Respond | undefined) {
    super()
    this.link = link
    this.method = options.method ?? 'GET'
    this.path = options.path || '/'
    this.host = link.host
    for (const [name, value] of Object.entries(options.headers ?? {}) as [string, string | undefined][])
      if (value !== undefined) this.setHeader(name, value)
    if (options.auth && !this.hasHeader('authorization'))
      this.setHeader('Authorization', `Basic ${Buffer.from(options.auth).toString('base64')}`)
    if (!this.hasHeader('host')) this.setHeader('Host', `${link.host}:${link.port}`)
    if (respond) this.once('response', respond)
    this.line = new MemorySocket(this, link)
    Object.assign(this, { socket: this.line })
    if (options.timeout) this.setTimeout(options.timeout)
    process.nextTick(() => {
      if (!this.destroyed) this.emit('socket', this.socket)
    })
  }

  override write(chunk: unknown, ...rest: unknown[]): boolean {
    const done = rest.find((value) => typeof value === 'function') as ((error?: Error) => void) | undefined
    if (this.finished || this.destroyed) {
      const error = Object.assign(new Error('write after end'), { code: 'ERR_STREAM_WRITE_AFTER_END' })
      process.nextTick(() => {
        this.emit('error', error)
        done?.(error)
      })
      return false
    }
    this.chunks.push(bytesOf(chunk, rest[0]))
    if (done) process.nextTick(done)
    return true
  }

  override end(...args: unknown[]): this {
    const done = args.find((value) => typeof value === 'function') as (() => void) | undefined
    const chunk = typeof args[0] === 'function' ? undefined : args[0]
    if (this.finished) return this
    if (done) this.once('finish', done)
    // Most bodies are one text, which need not become bytes before the other thread has it.
    const isText = typeof chunk === 'string' && this.chunks.length === 0 && isUtf8(args[1])
    if (!isText && chunk !== undefined && chunk !== null) this.chunks.push(bytesOf(chunk, args[1]))
    const body = isText ? chunk : Buffer.concat(this.chunks)
    this.finished = true
    // No sooner than a socket would have taken it.
    setImmediate(() => {
      if (this.destroyed) return
      this.emit('prefinish')
      this.emit('finish')
    })
    if (!this.destroyed) this.send(body)
    return this
  }

  private send(body: string | Uint8Array): void {
    const headers: string[] = []
    const all = this.getHeaders()
    for (const name in all) headers.push(name, String(all[name]))
    this.link.open.set(this.number, this)
    if (!this.link.send(this.number, { method: this.method, path: this.path, headers, body })) this.destroy()
  }

  receive(answer: SdkResponse | SdkRefusal): void {
    if (this.destroyed) return
    if ('refused' in answer) {
      const { host, port } = this.link
      if (answer.refused === 'ECONNRESET') return void this.destroy()
      const message = `connect ECONNREFUSED ${host}:${port}`
      const more = {
        code: 'ECONNREFUSED',
        syscall: 'connect',
        address: host,
        port: Number(port),
        errno: -111,
      }
      return void this.destroy(Object.assign(new Error(message), more))
    }
    this.line.touch()
    const response = responseOf(answer, this.line, this.method !== 'HEAD')
    this.res = response
    response.once('close', () => this.close())
    // Nobody listens, nobody reads: as with a socket the body is thrown away.
    if (!this.emit('response', response)) response.resume()
  }

  override destroy(error?: Error): this {
    if (this.destroyed) return this
    Object.assign(this, { destroyed: true })
    this.link.open.delete(this.number)
    this.line.destroy()
    const { res } = this
    process.nextTick(() => {
      if (res && !res.readableEnded) res.destroy(error ?? connectionReset('aborted'))
      else if (!res) {
        this.emit('error', error ?? connectionReset('socket hang up'))
        this.close()
      }
    })
    return this
  }

  abort(): void {
    if (this.aborted) return
    this.aborted = true
    process.nextTick(() => this.emit('abort'))
    this.destroy()
  }

  override setTimeout(milliseconds: number, listener?: () => void): this {
    if (listener) this.once('timeout', listener)
    this.line.setTimeout(milliseconds, () => this.emit('timeout'))
    return this
  }

  setNoDelay(): void {}
  setSocketKeepAlive(): void {}
  override flushHeaders(): void {}

  private close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.line.destroy()
    process.nextTick(() => this.emit('close'))
  }
  private isClosed = false
}

const connectionReset = (message: string) => Object.assign(new Error(message), { code: 'ECONNRESET' })

const isUtf8 = (encoding: unknown) => typeof encoding !== 'string' || /^utf-?8$/i.test(encoding)

function bytesOf(chunk: unknown, encoding: unknown): Buffer {
  if (typeof chunk === 'string')
    return Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
  if (chunk instanceof Uint8Array) return Buffer.from(chunk)
  const error = new TypeError('The "chunk" argument must be of type string or an instance of Uint8Array')
  throw Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' })
}

function responseOf(answer: SdkResponse, socket: MemorySocket, hasBody: boolean): IncomingMessage {
  const response = new IncomingMessage(socket as unknown as Socket)
  response.statusCode = answer.status
  response.statusMessage = STATUS_CODES[answer.status] ?? ''
  response.httpVersion = '1.1'
  response.httpVersionMajor = 1
  response.httpVersionMinor = 1
  response.rawHeaders = answer.headers
  const headers: Record<string, string> = {}
  for (let at = 0; at < answer.headers.length; at += 2)
    headers[answer.headers[at]!.toLowerCase()] = answer.headers[at + 1]!
  response.headers = headers
  response.complete = true
  if (hasBody && answer.body.length > 0) response.push(chunkOf(answer.body))
  response.push(null)
  return response
}

/** Between threads a Buffer becomes a plain array of bytes. */
const chunkOf = (body: string | Uint8Array): Buffer =>
  typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength)

/** What callers ask of the socket of a request. */
class MemorySocket extends EventEmitter {
  readonly connecting = false
  readonly readable = false
  readonly writable = true
  readonly remoteAddress: string
  readonly remotePort: number
  readonly writableLength = 0
  readonly readableHighWaterMark = undefined
  destroyed = false
  private timer: NodeJS.Timeout | undefined
  private patience = 0

  private readonly request: MemoryRequest
  constructor(request: MemoryRequest, { host, port }: Link) {
    super()
    this.request = request
    this.remoteAddress = host
    this.remotePort = Number(port)
  }

  setTimeout(milliseconds: number, listener?: () => void): this {
    if (listener) this.on('timeout', listener)
    this.patience = milliseconds
    this.touch()
    return this
  }

  /** Something has come: the time without anything begins again. */
  touch(): void {
    clearTimeout(this.timer)
    if (this.patience > 0 && !this.destroyed)
      this.timer = setTimeout(() => this.emit('timeout'), this.patience)
  }

  destroy(error?: Error): this {
    clearTimeout(this.timer)
    if (this.destroyed) return this
    this.destroyed = true
    this.request.destroy(error)
    this.emit('close', error !== undefined)
    return this
  }

  setKeepAlive(): this {
    return this
  }
  setNoDelay(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
}
