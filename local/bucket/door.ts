/*
 * The public address of objects, `/_bucket/<bucket>/<key>`: whoever holds a URL that a function has signed may do what it says,
 * as long as the function's role allows it.
 */
import type { IncomingMessage } from 'node:http'
import type { Clock } from '../clock/clock.ts'
import { splitTarget } from '../http/api.ts'
import { peerAddress, type Answer } from '../http/payload.ts'
import type { Door } from '../http/server.ts'
import type { Callers } from '../permission/caller.ts'
import { bucketPath, type BucketDefinition } from '../resource/bucket.ts'
import type { Buckets } from './bucket.ts'
import { addCors, preflightAnswer } from './cors.ts'
import { BucketFault, faultAnswer } from './fault.ts'
import { decodePart, readQuery, verifyPresigned } from './signature.ts'

export interface BucketDoorOptions {
  buckets: Buckets
  callers: Callers
  publicUrl: string
  region: string
  clock: Clock
  /** plays that every request comes from this address */
  sourceIp: () => string | undefined
}

const beginning = bucketPath('')

export function openBucketDoor(options: BucketDoorOptions): Door {
  const { buckets } = options
  const { host, pathname } = new URL(options.publicUrl)
  /** What a proxy takes away before this process sees it. */
  const prefix = pathname.replace(/\/$/, '')

  return async (request, path) => {
    if (!path.startsWith(beginning)) return undefined
    let bucket: BucketDefinition | undefined
    try {
      const [name = '', ...rest] = path.slice(beginning.length).split('/')
      bucket = buckets.bucket(decodePart(name))
      if (request.method === 'OPTIONS') return preflightAnswer(request, bucket.cors)
      return addCors(await perform(request, { bucket: bucket.name, rest, path }), request, bucket.cors)
    } catch (error) {
      if (!(error instanceof BucketFault)) throw error
      return addCors(faultAnswer(error), request, bucket?.cors ?? [])
    } finally {
      // What was not read of a refused upload is thrown away: the sender hears the answer, and the connection goes on.
      request.resume()
    }
  }

  async function perform(
    request: IncomingMessage,
    { bucket, rest, path }: { bucket: string; rest: string[]; path: string },
  ): Promise<Answer> {
    const { method = 'GET', headers } = request
    if (headers.authorization !== undefined)
      throw new BucketFault(
        'InvalidArgument',
        'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter is modelled at this address',
      )
    const query = readQuery(splitTarget(request.url ?? '/').query)
    const accessKeyId = verifyPresigned(
      { method, path: prefix + path, query, headers },
      {
        secretOf: (key) => options.callers.signerOf(key)?.secretAccessKey,
        host,
        region: options.region,
        now: options.clock.now(),
      },
    )
    return await buckets.handle({
      method,
      bucket,
      key: decodePart(rest.join('/')),
      query,
      headers,
      // An upload that is refused half way is answered, not cut off.
      body: request.iterator({ destroyOnReturn: false }),
      guard: options.callers.signerOf(accessKeyId)?.objects,
      sourceIp: options.sourceIp() ?? peerAddress(request),
    })
  }
}
