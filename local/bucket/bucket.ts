/*
 * What S3 does with single objects, whoever asks: by a signed URL or by the SDK.
 *
 * Modelled are PutObject, GetObject (with one range, conditions and the headers that a query may give the answer), HeadObject
 * and DeleteObject. A parameter or a header of anything else is refused by name (NotImplemented): passed over, it would
 * do something else than on AWS.
 */
import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { validateHeaderValue } from 'node:http'
import { Readable } from 'node:stream'
import type { Activity } from '../clock/activity.ts'
import type { Clock } from '../clock/clock.ts'
import type { ServiceEvent } from '../bus/event.ts'
import type { DurableFile } from '../durable.ts'
import type { Answer } from '../http/payload.ts'
import type { BucketDefinition } from '../resource/bucket.ts'
import { isUnchanged, readAdmission, readRange } from './condition.ts'
import { readClaims } from './digest.ts'
import { objectCreated, objectDeleted } from './event.ts'
import { BucketFault, newRequestId, notModelled } from './fault.ts'
import { signatureParameters, type Query } from './signature.ts'
import { openObjectStore, type Place, type StoredObject, type Upload } from './store.ts'

/** What keeps a function within its role. */
export interface ObjectGuard {
  /** @throws BucketFault AccessDenied */
  demand(action: string, resource: string): void
}

export interface ObjectRequest extends Place {
  method: string
  query: Query
  headers: IncomingHttpHeaders
  body: AsyncIterable<Uint8Array>
  /** Absent for who may do everything. */
  guard: ObjectGuard | undefined
  sourceIp: string
}

export interface Buckets {
  /** @throws BucketFault NoSuchBucket */
  bucket(name: string): BucketDefinition
  /** @throws BucketFault */
  handle(request: ObjectRequest): Promise<Answer>
  /** Stores what a service of this cloud has to say; nothing when it is there already. */
  keep(place: Place, content: string | Buffer, headers?: Record<string, string>): Promise<void>
  close(): void
}

export interface BucketOptions {
  file: DurableFile
  /** Holds a folder for each bucket. */
  folder: string
  definitions: readonly BucketDefinition[]
  clock: Clock
  activity: Activity
  /** Takes an event to the default bus, within the transaction that is open. */
  emit: (event: ServiceEvent) => void
  counted: (kind: 'put' | 'get') => void
}

/** Bytes that S3 takes in one upload, and as a key. */
const largestObject = 5 * 1024 ** 3
const longestKey = 1024

/** What an upload gives the answers to later requests. */
const kept = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
]
const usualType = 'binary/octet-stream'

/** Headers of S3 that mean something here, or nothing anywhere. */
const knownHeaders = new Set(
  ['content-sha256', 'date', 'sdk-checksum-algorithm', 'security-token', 'user-agent'].map(
    (name) => `x-amz-${name}`,
  ),
)

export function openBuckets(options: BucketOptions): Buckets {
  const { clock } = options
  const store = openObjectStore(options.file, options.folder, options.activity)
  const definitions = new Map(options.definitions.map((one) => [one.name, one]))

  function bucket(name: string): BucketDefinition {
    const found = definitions.get(name)
    if (!found)
      throw new BucketFault('NoSuchBucket', 'The specified bucket does not exist', { BucketName: name })
    return found
  }

  function announce(make: typeof objectCreated, object: StoredObject, sourceIp: string): void {
    if (bucket(object.bucket).isAnnounced) options.emit(make({ object, now: clock.now(), sourceIp }))
  }

  async function put(request: ObjectRequest): Promise<Answer> {
    const { headers, sourceIp } = request
    checkParameters(request, () => false)
    request.guard?.demand('s3:PutObject', resourceOf(request))
    options.counted('put')
    const upload: Upload = {
      length: readLength(headers),
      headers: keptHeaders(headers),
      now: clock.now(),
      check: readClaims(headers),
      admit: readAdmission(headers),
      stored: (object) => announce(objectCreated, object, sourceIp),
    }
    const { etag, headers: more } = await store.put(request, request.body, upload)
    return answer(200, { etag: `"${etag}"`, ...checksumOf(more) })
  }

  async function get(request: ObjectRequest): Promise<Answer> {
    checkParameters(request, isOverride)
    request.guard?.demand('s3:GetObject', resourceOf(request))
    options.counted('get')
    const isHead = request.method === 'HEAD'
    const object = store.find(request) ?? missing(request)
    if (isUnchanged(request.headers, object)) return answer(304, factsOf(object))
    const range = readRange(request.headers.range, object.size)
    const headers = {
      ...factsOf(object),
      ...given(object.headers),
      ...overrides(request.query),
      'accept-ranges': 'bytes',
      ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${object.size}` }),
      // Of the whole object: a client would compare it with a part.
      ...(!range && request.headers['x-amz-checksum-mode'] === 'ENABLED' && checksumOf(object.headers)),
    }
    const { start, end } = range ?? { start: 0, end: object.size - 1 }
    const facts = { ...answer(range ? 206 : 200, headers), length: end - start + 1 }
    if (isHead || facts.length === 0) return facts
    const opened = (await store.open(request)) ?? missing(request)
    // Replaced between both: what was said is of the former one.
    if (opened.object.file !== object.file) {
      await opened.file.close()
      return await get(request)
    }
    return { ...facts, body: opened.file.createReadStream({ start, end }) }
  }

  async function remove(request: ObjectRequest): Promise<Answer> {
    checkParameters(request, () => false)
    request.guard?.demand('s3:DeleteObject', resourceOf(request))
    if (request.headers['if-match'] !== undefined)
      throw notModelled('If-Match of a deletion', 'delete without it')
    await store.remove(request, (object) => announce(objectDeleted, object, request.sourceIp))
    return answer(204, {})
  }

  const operations: Record<string, (request: ObjectRequest) => Promise<Answer>> = {
    PUT: put,
    GET: get,
    HEAD: get,
    DELETE: remove,
  }

  return {
    bucket,
    async handle(request) {
      bucket(request.bucket)
      const operation = Object.hasOwn(operations, request.method) ? operations[request.method] : undefined
      if (!operation && request.method !== 'POST')
        throw new BucketFault(
          'MethodNotAllowed',
          'The specified method is not allowed against this resource.',
          { Method: request.method },
        )
      if (!operation || request.key === '')
        throw notModelled(
          `${request.method} of ${request.key === '' ? 'a bucket' : 'an object'}`,
          'PutObject, GetObject, HeadObject and DeleteObject are',
        )
      if (Buffer.byteLength(request.key) > longestKey)
        throw new BucketFault('KeyTooLongError', 'Your key is too long', { MaxSizeAllowed: `${longestKey}` })
      return await operation(request)
    },
    async keep(place, content, headers = { 'content-type': 'application/json' }) {
      bucket(place.bucket)
      const bytes = Buffer.from(content)
      const before = store.find(place)
      if (before?.etag === md5Of(bytes) && JSON.stringify(before.headers) === JSON.stringify(headers)) return
      await store.put(place, Readable.from([bytes]), {
        length: bytes.length,
        headers,
        now: clock.now(),
        check: () => undefined,
        admit: () => undefined,
        stored: (object) => announce(objectCreated, object, '127.0.0.1'),
      })
    },
    close: () => store.close(),
  }
}

const md5Of = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex')

const bucketArn = ({ bucket }: Place) => `arn:aws:s3:::${bucket}`
const resourceOf = (place: Place) => `${bucketArn(place)}/${place.key}`

/** Who may not list the keys is not told either that there is none. @throws BucketFault */
function missing(request: ObjectRequest): never {
  request.guard?.demand('s3:ListBucket', bucketArn(request))
  throw new BucketFault('NoSuchKey', 'The specified key does not exist.', { Key: request.key })
}

const override = 'response-'
const isOverride = (name: string) => name.startsWith(override) && kept.includes(name.slice(override.length))

/** @throws BucketFault for what is not modelled */
function checkParameters({ query, headers }: ObjectRequest, isKnown: (name: string) => boolean): void {
  const parameter = query.find(
    ([name]) => name !== 'x-id' && !signatureParameters.has(name) && !isKnown(name),
  )
  if (parameter) throw notModelled(`the parameter ${parameter[0]}`, 'leave it out')
  const header = Object.keys(headers).find(
    (name) => name.startsWith('x-amz-') && !name.startsWith('x-amz-checksum-') && !knownHeaders.has(name),
  )
  if (header !== undefined) throw notModelled(`the header ${header}`, 'leave it out')
}

function readLength({ 'content-length': text }: IncomingHttpHeaders): number {
  if (text === undefined)
    throw new BucketFault('MissingContentLength', 'You must provide the Content-Length HTTP header.')
  const length = Number(text)
  if (length > largestObject)
    throw new BucketFault('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      ProposedSize: text,
      MaxSizeAllowed: String(largestObject),
    })
  return length
}

const sha256 = 'x-amz-checksum-sha256'

function keptHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const values = [...kept, sha256].map((name) => [name, headers[name]])
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Record<string, string>
}

const checksumOf = (headers: Record<string, string>): Record<string, string> =>
  headers[sha256] === undefined ? {} : { [sha256]: headers[sha256], 'x-amz-checksum-type': 'FULL_OBJECT' }

/** What an upload said of itself, but for its checksum, which is told only when it is asked for. */
function given({ [sha256]: _checksum, ...headers }: Record<string, string>): Record<string, string> {
  return { 'content-type': usualType, ...headers }
}

const factsOf = ({ etag, modified }: StoredObject) => ({
  etag: `"${etag}"`,
  'last-modified': new Date(modified).toUTCString(),
})

/** Headers that the query gives the answer. @throws BucketFault for what no header can hold */
function overrides(query: Query): Record<string, string> {
  const found = query.filter(([name]) => isOverride(name))
  return Object.fromEntries(
    found.map(([parameter, value]) => {
      const name = parameter.slice(override.length)
      try {
        validateHeaderValue(name, value)
      } catch {
        throw new BucketFault('InvalidArgument', 'Header value cannot be represented using ISO-8859-1.', {
          ArgumentName: parameter,
          ArgumentValue: value,
        })
      }
      return [name, value]
    }),
  )
}

const answer = (status: number, headers: Record<string, string>): Answer => ({
  status,
  headers: { 'x-amz-request-id': newRequestId(), ...headers },
  body: '',
})
