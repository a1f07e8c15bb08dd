import { default as middy, type MiddlewareObj } from '@middy/core'
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  DynamoDBBatchResponse,
  DynamoDBStreamEvent,
  SQSBatchResponse,
  SQSEvent,
} from 'aws-lambda'
import * as z from 'zod/mini'
import { faults, isFault } from '#core/record/fault.ts'
import type { KeepDenials } from '#functions/access/denials.ts'
import type { PagePolicy } from '#core/html/page-headers.ts'
import {
  answerPage,
  headOf,
  problemHeaders,
  toProblem,
  toRequest,
  toResult,
  type HttpAnswer,
  type HttpRequest,
  type Problem,
  type RequestHead,
} from './http/http.ts'
import { changeOf, type Change } from './change.ts'
import { log, openAll, type Surroundings, type Uses } from './surroundings.ts'

/*
 * The doors through which AWS calls us. Each opens what its action uses, translates the event, runs the action and
 * maps its faults once; an action therefore sees neither environment, status codes nor JSON. Functions time out by
 * their clients' limits, so middy's own early timeout is off.
 */

export type ProblemPage = PagePolicy & { html: string }

export interface HttpOptions<U extends Uses> {
  /** bytes; longer bodies are refused with 413 before they are read */
  longestBody?: number
  /** renders a problem for a browser; without it browsers get the problem as JSON too */
  page?: (problem: Problem, asked: RequestHead, here: Surroundings<U>) => Promise<ProblemPage>
}

/**
 * A route of the HTTP API. Faults become RFC 9457 problems, or a page where a browser navigates.
 * @example export const handler = onHttp({ store: openTable }, async (request, { store, clock }) => answerJson(200, …))
 */
export function onHttp<U extends Uses>(
  uses: U,
  act: (request: HttpRequest, here: Surroundings<U>) => Promise<HttpAnswer>,
  options: HttpOptions<U> = {},
) {
  const here = openAll(uses)
  return (
    middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({ timeoutEarlyInMillis: 0 })
      .use({
        onError: async ({ event, error, response }) => {
          if (response !== undefined) return undefined
          const problem = toProblem(error, event.requestContext.requestId)
          const asked = headOf(event)
          await keepDenial(error, asked, here)
          const page = asked.wantsPage ? await options.page?.(problem, asked, here) : undefined
          return toResult(answerProblem(problem, page), problem.instance)
        },
      })
      // Of handlers of errors the last runs first, and the first that answers ends it.
      .use(observeHttp())
      .handler(async (event) => {
        const request = toRequest(event, headOf(event), options.longestBody ?? 1_000_000)
        return toResult(await act(request, here), request.id)
      })
  )
}

/**
 * Changes of the table in their order. The action returns the sequence numbers of those that could not be handled:
 * the stream is read again from the first of them. Where the action throws for what is in one of them, the others are handled
 * all the same: whatever it is, it is no reason to let somebody else's lead wait.
 */
export function onStream<U extends Uses>(
  uses: U,
  act: (changes: Change[], here: Surroundings<U>) => Promise<readonly string[]>,
) {
  const here = openAll(uses)
  return middy<DynamoDBStreamEvent, DynamoDBBatchResponse>({ timeoutEarlyInMillis: 0 })
    .use(observe())
    .handler(async (event) => {
      const changes = event.Records.map(changeOf)
      const failed = await act(changes, here).catch(async (error: unknown) => {
        if (changes.length === 1 || isElsewhere(error)) throw error
        log('error', 'changes are handled one by one', { count: changes.length, code: codeOf(error) }, error)
        return eachAlone(changes, async (change) => act([change], here))
      })
      if (failed.length) log('warn', 'changes will be read again', { failed: failed.length })
      return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) }
    })
}

/** It lies in none of the changes: some service does not answer. */
const isElsewhere = (error: unknown): boolean =>
  (isFault(error) && faults[error.code].retry) || '$metadata' in Object(error)

async function eachAlone(
  changes: readonly Change[],
  act: (change: Change) => Promise<readonly string[]>,
): Promise<string[]> {
  const failed: string[] = []
  for (const change of changes)
    failed.push(
      ...(await act(change).catch((error: unknown) => {
        log('error', 'change failed', { requestId: change.sequence, code: codeOf(error) }, error)
        return [change.sequence]
      })),
    )
  return failed
}

/**
 * Messages of a queue, each on its own and all of a batch at once. One whose action throws comes again after the
 * queue's visibility timeout and lies in the dead-letter queue in the end; the others are done.
 */
export function onQueue<U extends Uses, Body>(
  uses: U,
  read: z.core.$ZodType<Body>,
  act: (body: Body, here: Surroundings<U>) => Promise<void>,
) {
  const here = openAll(uses)
  return middy<SQSEvent, SQSBatchResponse>({ timeoutEarlyInMillis: 0 })
    .use(observe())
    .handler(async (event) => {
      const results = await Promise.allSettled(
        event.Records.map(async (record) => act(z.parse(read, JSON.parse(record.body)), here)),
      )
      const failures = event.Records.flatMap((record, i) => {
        const result = results[i]
        if (result?.status !== 'rejected') return []
        log(
          'error',
          'message failed',
          { requestId: record.messageId, code: codeOf(result.reason) },
          result.reason,
        )
        return [{ itemIdentifier: record.messageId }]
      })
      return { batchItemFailures: failures }
    })
}

/** A task of a state machine. A fault's code is the error's name, which the machine's Retry matches on. */
export function onTask<U extends Uses, Input, Output>(
  uses: U,
  read: z.core.$ZodType<Input>,
  act: (input: Input, here: Surroundings<U>) => Promise<Output>,
) {
  const here = openAll(uses)
  return middy<unknown, Output>({ timeoutEarlyInMillis: 0 })
    .use(observe())
    .handler(async (input) => act(z.parse(read, input), here))
}

/** A schedule's call: it says only that it is time. */
export function onSchedule<U extends Uses>(uses: U, act: (here: Surroundings<U>) => Promise<void>) {
  const here = openAll(uses)
  return middy<unknown, void>({ timeoutEarlyInMillis: 0 })
    .use(observe())
    .handler(async () => act(here))
}

/** Who refuses people and names `denials` among what it uses keeps them. */
async function keepDenial(error: unknown, asked: RequestHead, here: object): Promise<void> {
  const { denials } = here as { denials?: KeepDenials }
  await denials?.(error, asked, here as Parameters<KeepDenials>[2])
}

function answerProblem(problem: Problem, page: ProblemPage | undefined): HttpAnswer {
  const headers = problemHeaders(problem)
  if (page) {
    const { html, ...policy } = page
    return answerPage(problem.status, html, { headers, ...policy })
  }
  return {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: problem,
  }
}

/** One line per request that was answered with a fault; successes are in the API's access log. */
function observeHttp(): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  return {
    onError: ({ event, error }) => {
      const code = codeOf(error)
      const { status } = faults[isFault(error) ? error.code : 'internal']
      const { requestId } = event.requestContext
      if (status < 500) log('info', 'request refused', { requestId, route: event.routeKey, code, status })
      else log('error', 'request failed', { requestId, route: event.routeKey, code, status }, error)
    },
  }
}

function observe(): MiddlewareObj {
  return {
    onError: ({ context, error }) => {
      log('error', 'call failed', { requestId: context.awsRequestId, code: codeOf(error) }, error)
    },
  }
}

function codeOf(error: unknown): string {
  if (isFault(error)) return error.code
  return error instanceof Error ? error.name : 'unknown'
}
