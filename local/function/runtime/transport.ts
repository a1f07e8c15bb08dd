/*
 * Below `node:http`: requests to the SDK's endpoint are answered from memory.
 *
 * Problem: nine SDK calls make a lead; each over a socket costs more in sockets, parsers and wake-ups than in work.
 * The bundles must stay those of AWS, so nothing above `http.request` may know.
 * Representation: `http.request` and `http.get` are replaced; a request to the one address becomes a message to the
 * main thread, gathered with all others of the turn, and its answer an `IncomingMessage` with its body in it.
 * Invariant: to its caller a request behaves as one over a socket: events and their order, errors and their codes,
 * time-outs, aborts. Whatever is not plain (another host, `Expect`, `Upgrade`, a socket path) goes the real way.
 * Rejected: a pair of streams in place of the socket (the HTTP parser and both heads would remain, half the cost), and
 * a request handler for the SDK (needs other bundles).
 */
import http, { type RequestOptions } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import { urlToHttpOptions } from 'node:url'
import { MemoryRequest, type Link, type Respond } from './memory-request.ts'
import type { SdkRefusal, SdkRequest, SdkResponse } from './message.ts'

export interface Transport {
  /** Answers a request by its number; one that was given up is passed over. */
  answer(number: number, answer: SdkResponse | SdkRefusal): void
}

export function openTransport(
  url: string,
  send: (number: number, request: SdkRequest) => boolean,
): Transport {
  const { hostname: host, port } = new URL(url)
  const link: Link = { host, port, send, open: new Map() }
  const real = http.request

  function request(...args: unknown[]): MemoryRequest | http.ClientRequest {
    const options = optionsOf(args)
    if (!isPlain(options, link)) return Reflect.apply(real, http, args) as http.ClientRequest
    const last = args.at(-1)
    return new MemoryRequest(link, options, typeof last === 'function' ? (last as Respond) : undefined)
  }
  http.request = request as typeof http.request
  http.get = ((...args: unknown[]) => {
    const sent = request(...args)
    sent.end()
    return sent
  }) as typeof http.get
  syncBuiltinESMExports()

  return {
    answer(number, answer) {
      const waiting = link.open.get(number)
      link.open.delete(number)
      waiting?.receive(answer)
    },
  }
}

function optionsOf([first, second]: unknown[]): RequestOptions {
  if (typeof first !== 'string' && !(first instanceof URL)) return first ?? {}
  if (!URL.canParse(first)) return {}
  return {
    ...urlToHttpOptions(new URL(first)),
    ...(typeof second === 'object' ? second : undefined),
  }
}

/** What a path may not hold and a method is; Node's own answer to anything else is an error. */
const badPath = /[^\u0021-\u00ff]/
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])

function isPlain(options: RequestOptions, { host, port }: Link): boolean {
  return (
    (options.hostname ?? options.host) === host &&
    String(options.port) === port &&
    (options.protocol ?? 'http:') === 'http:' &&
    methods.has(options.method ?? 'GET') &&
    !badPath.test(options.path ?? '/') &&
    options.socketPath === undefined &&
    options.createConnection === undefined &&
    options.signal === undefined &&
    hasPlainHeaders(options.headers)
  )
}

const special = /^(expect|upgrade|trailer)$/i

function hasPlainHeaders(headers: RequestOptions['headers']): boolean {
  if (Array.isArray(headers)) return false
  return !Object.keys(headers ?? {}).some((name) => special.test(name))
}
