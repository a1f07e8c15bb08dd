/*
 * Functions that CloudFront runs itself, before it asks an origin: the same text, in a context of its own with nothing in it.
 * Source: CloudFront Developer Guide, "CloudFront Functions event structure".
 */
import type { IncomingMessage } from 'node:http'
import { createContext, Script } from 'node:vm'
import { Unmodelled } from '../template/fault.ts'

export interface EdgeRequest {
  method: string
  uri: string
  querystring: Record<string, { value: string }>
  headers: Record<string, { value: string }>
  cookies: Record<string, { value: string }>
}

export interface EdgeEvent {
  version: '1.0'
  context: { distributionDomainName: string; distributionId: string; eventType: string; requestId: string }
  viewer: { ip: string }
  request: EdgeRequest
}

/** What it makes of a request. Throws what it throws, and for an answer of its own, which is not modelled. */
export type EdgeFunction = (event: EdgeEvent) => EdgeRequest

/** Milliseconds for its text to be read; CloudFront gives a call less than one. */
const patience = 1000

/** @throws Unmodelled for a text without a function `handler` */
export function openEdgeFunction({ code, where }: { code: string; where: string }): EdgeFunction {
  const handler: unknown = new Script(`${code}\nhandler`, { filename: where }).runInContext(
    createContext({}, { codeGeneration: { strings: false, wasm: false } }),
    { timeout: patience },
  )
  if (typeof handler !== 'function') throw new Unmodelled(where, 'its code has no function handler')
  return (event) => {
    const result = (handler as (event: EdgeEvent) => EdgeRequest | { statusCode: number })(event)
    if ('statusCode' in result || typeof result.uri !== 'string')
      throw new Error(`${where} answered by itself, which the embedded cloud does not model`)
    return result
  }
}

/** A request as a function sees it: of each header one value, which joins several. */
export function edgeRequestOf(request: IncomingMessage, path: string): EdgeRequest {
  const headers: EdgeRequest['headers'] = {}
  for (const name in request.headers) {
    const value = request.headers[name]
    if (name !== 'cookie' && value !== undefined)
      headers[name] = { value: typeof value === 'string' ? value : value.join(', ') }
  }
  return { method: request.method ?? 'GET', uri: path, querystring: {}, headers, cookies: {} }
}
