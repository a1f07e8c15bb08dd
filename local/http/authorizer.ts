/*
 * The Lambda authorizer of an HTTP API, payload 2.0 with simple answers: asks a function who calls.
 *
 * As API Gateway does it: without an identity source nobody is asked (401); what the function answers is kept for the
 * time that the template names, for all routes and by the values of the identity sources alone, refusals included
 * (403); a function that fails or answers nothing of use is a 500 and is asked again next time.
 */
import type { IncomingMessage } from 'node:http'
import type { Clock } from '../clock/clock.ts'
import type { Invocation } from '../function/pool.ts'
import { account } from '../resource/model.ts'
import { identitySource, type AuthorizerDefinition } from '../resource/http-api.ts'
import { gatewayAnswer, requestEvent, type Answer, type RequestFacts } from './payload.ts'

export interface Authorized {
  /** what the function says of the caller; null when it says nothing */
  context: object | null
}

export type Authorizer = (
  request: IncomingMessage,
  facts: RequestFacts,
) => Promise<Authorized | { refused: Answer }>

export interface AuthorizerOptions {
  region: string
  clock: Clock
  invoke: (arn: string, event: string) => Promise<Invocation>
  report: (line: string) => void
}

/** More callers than that in one minute push the oldest out. */
const mostKept = 10_000

export function openAuthorizer(definition: AuthorizerDefinition, options: AuthorizerOptions): Authorizer {
  const { clock } = options
  const kept = new Map<string, { answer: SimpleAnswer; until: number }>()

  async function ask(request: IncomingMessage, facts: RequestFacts, identitySource: string[]) {
    const { isBase64Encoded: _, ...event } = requestEvent(request, { ...facts, body: Buffer.alloc(0) })
    const path = facts.path.replace(/^\/+/, '')
    const api = `arn:aws:execute-api:${options.region}:${account}:${facts.apiId}`
    const routeArn = `${api}/$default/${request.method}/${path}`
    const text = JSON.stringify({ ...event, type: 'REQUEST', routeArn, identitySource })
    const result = await options.invoke(definition.functionArn, text)
    return result.functionError ? undefined : readSimple(result.payload)
  }

  return async (request, facts) => {
    const values = definition.identitySources.map((source) => identityOf(source, request, facts))
    if (!values.every((value) => value !== undefined && value !== ''))
      return { refused: gatewayAnswer(401, 'Unauthorized') }
    const key = JSON.stringify(values)
    const known = kept.get(key)
    let answer = known && known.until > clock.now() ? known.answer : undefined
    if (!answer) {
      kept.delete(key)
      try {
        answer = await ask(request, facts, values as string[])
      } catch (error) {
        options.report(`authorizer ${definition.name}: ${(error as Error).message}`)
      }
      if (!answer) return { refused: gatewayAnswer(500, 'Internal Server Error') }
      if (definition.ttl > 0) kept.set(key, { answer, until: clock.now() + definition.ttl })
      if (kept.size > mostKept) kept.delete(kept.keys().next().value!)
    }
    return answer.isAuthorized
      ? { context: answer.context ?? null }
      : { refused: gatewayAnswer(403, 'Forbidden') }
  }
}

interface SimpleAnswer {
  isAuthorized: boolean
  context?: object
}

/** Undefined for anything else than a simple answer. */
function readSimple(payload: string): SimpleAnswer | undefined {
  const value = JSON.parse(payload) as Partial<SimpleAnswer> | null
  const { isAuthorized, context } = value ?? {}
  if (typeof isAuthorized !== 'boolean') return undefined
  return { isAuthorized, ...(typeof context === 'object' && context !== null && { context }) }
}

/** The value of `$request.header.Authorization` or `$request.querystring.token`. */
function identityOf(source: string, request: IncomingMessage, facts: RequestFacts): string | undefined {
  const [, place, name = ''] = identitySource.exec(source) ?? []
  return place === 'querystring'
    ? (new URLSearchParams(facts.query).get(name) ?? undefined)
    : request.headersDistinct[name.toLowerCase()]?.join(',')
}
