import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { Arrival, Post } from '#core/intake/arrival.ts'
import type { Body } from '#core/intake/body/body.ts'
import { readBody } from '#core/intake/body/read-body.ts'
import type { Answer, IntakeTools } from '#core/intake/receive.ts'
import { takeIn } from '#core/intake/take-in.ts'
import { Fault, isFault } from '#core/record/fault.ts'
import type { Store } from '#core/store/store.ts'
import { openClient } from '../client.ts'
import type { HttpRequest } from './http.ts'
import { messageText } from '../queue.ts'
import type { Environment } from '../surroundings.ts'

/** Where submissions wait that the store did not take. */
export interface Spool {
  add(arrival: Arrival): Promise<void>
}

/** The most that a message of SQS holds, in bytes (SendMessage). */
const longestMessage = 1024 * 1024

/** The queue that `SPOOL_QUEUE_URL` names. */
export function openSpool(env: Environment): Spool {
  const client = openClient(SQSClient)
  const url = env('SPOOL_QUEUE_URL')
  return {
    async add(arrival) {
      const text = messageText(arrival)
      if (Buffer.byteLength(text) > longestMessage) throw unavailable()
      try {
        await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: text }))
      } catch (cause) {
        throw unavailable(cause)
      }
    },
  }
}

export type Accepted = Omit<Answer, 'outcome'> & { outcome: Answer['outcome'] | 'spooled' }

/**
 * Stores a submission, or lets it wait in the spool while the store does not work. Either way it is durable on return.
 * Throws Fault `store.unavailable` when neither would take it.
 */
export async function acceptArrival(
  arrival: Arrival,
  tools: IntakeTools,
  here: { store: Store; spool: Spool },
): Promise<Accepted> {
  try {
    return await takeIn(here.store, arrival, tools)
  } catch (error) {
    if (!isFault(error, 'store.unavailable')) throw error
    await here.spool.add(arrival)
    return { submissionId: arrival.id, outcome: 'spooled' }
  }
}

/** What came with a request, except for its fields. */
export function postOf(
  request: HttpRequest,
  formId: string,
): Omit<Post, 'fields' | 'undecoded' | 'door' | 'tenant'> {
  return {
    formId,
    contentType: request.headers['content-type'] ?? '',
    key: request.key,
    acceptLanguage: request.headers['accept-language'],
    referer: request.headers.referer,
    userAgent: request.headers['user-agent'],
    query: new URLSearchParams(request.query as Record<string, string>).toString(),
  }
}

/** What a body says, in any of the encodings of forms. Throws Fault `input.invalid`, `body.*`. */
export const readFields = (request: HttpRequest): Body =>
  readBody(request.body, { contentType: request.headers['content-type'], legacy: legacyOf(request) })

/** Before UTF-8, forms in Cyrillic were windows-1251. */
export const legacyOf = (request: HttpRequest): string | undefined =>
  /^\s*(uk|ru|be|bg)\b/i.test(request.headers['accept-language'] ?? '') ? 'windows-1251' : undefined

const unavailable = (cause?: unknown): Fault =>
  new Fault(
    'store.unavailable',
    'your request could not be stored; nothing is lost if you send it again soon',
    {
      cause,
    },
  )
