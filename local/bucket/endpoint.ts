/* S3 as its SDK client speaks it to an address without a name for each bucket: `/<bucket>/<key>`, whole bodies. */
import type { IncomingHttpHeaders } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { splitTarget } from '../http/api.ts'
import type { Buckets, ObjectGuard } from './bucket.ts'
import { BucketFault, faultAnswer, notModelled } from './fault.ts'
import { decodePart, readQuery } from './signature.ts'
import type { Answer } from '../http/payload.ts'

export interface SdkObjectRequest {
  method: string
  /** The request target. */
  path: string
  headers: IncomingHttpHeaders
  body: Uint8Array
}

export interface SdkObjectAnswer {
  status: number
  headers: Record<string, string>
  body: string | Uint8Array
}

/** A function that signs with other credentials than those it was given. */
export const nobody: ObjectGuard = {
  demand() {
    throw new BucketFault(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    )
  },
}

/** Bytes of an answer, which is in memory as a whole. */
const largestAnswer = 40 * 1024 * 1024

export async function handleObjects(
  buckets: Buckets,
  guard: ObjectGuard | undefined,
  request: SdkObjectRequest,
): Promise<SdkObjectAnswer> {
  let answer: Answer
  try {
    const { path, query } = splitTarget(request.path)
    const [, bucket = '', ...rest] = path.split('/')
    if (bucket === '') throw notModelled('what is asked of all buckets', 'single objects are modelled')
    answer = await buckets.handle({
      method: request.method,
      bucket: decodePart(bucket),
      key: decodePart(rest.join('/')),
      query: readQuery(query),
      headers: { ...request.headers, 'content-length': String(request.body.length) },
      body: Readable.from(request.body.length > 0 ? [request.body] : []),
      guard,
      sourceIp: '127.0.0.1',
    })
    if (answer.body instanceof Readable && answer.length! > largestAnswer) {
      answer.body.destroy()
      throw notModelled(`an answer of more than ${largestAnswer} bytes`, 'ask for a range of the object')
    }
  } catch (error) {
    if (!(error instanceof BucketFault)) throw error
    answer = faultAnswer(error)
  }
  const isHead = request.method === 'HEAD'
  const { status, headers, length } = answer
  const body = answer.body instanceof Readable ? await buffer(answer.body) : answer.body
  return {
    status,
    headers: {
      ...(headers as Record<string, string>),
      ...(isHead && length !== undefined && { 'content-length': String(length) }),
    },
    body: isHead ? '' : body,
  }
}
