/*
 * The distribution of CloudFront that the template describes: which path leads to which origin, what runs before, and which headers
 * answers get.
 *
 * Nothing is cached, so that what is put is there at once. What an origin is asked for is asked in this process: the bucket as CloudFront
 * signs, by what the bucket's policy allows; the API directly. Headers of CloudFront about itself (`via`, `x-cache`, `x-amz-cf-id`) are
 * left out.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Buckets, ObjectGuard } from '../bucket/bucket.ts'
import { isUnchanged } from '../bucket/condition.ts'
import { BucketFault, faultAnswer } from '../bucket/fault.ts'
import { decodePart } from '../bucket/signature.ts'
import { peerAddress, type Answer } from '../http/payload.ts'
import type { Door } from '../http/server.ts'
import type { BehaviourDefinition, DistributionDefinition } from '../resource/distribution.ts'
import { chooseEncoding, isCompressible, openCompression } from './compression.ts'
import { edgeRequestOf, openEdgeFunction, type EdgeFunction } from './edge-function.ts'

/** Undefined where there is no API. */
export type AskApi = (
  request: IncomingMessage,
  headers?: Record<string, string>,
) => Promise<Answer> | undefined

export interface DistributionOptions {
  definition: DistributionDefinition
  buckets: Buckets
  /** Asks the API with these headers beside, or in place of, those that came. */
  askApi: AskApi
  /** plays that every request comes from this address */
  sourceIp: () => string | undefined
  report: (line: string) => void
}

interface Behaviour extends Omit<BehaviourDefinition, 'pattern' | 'edgeFunction'> {
  fits: (path: string) => boolean
  edgeFunction: EdgeFunction | undefined
}

export function openDistribution(options: DistributionOptions): Door {
  const { definition, report } = options
  const behaviours = definition.behaviours.map(({ pattern, edgeFunction, ...rest }): Behaviour => ({
    ...rest,
    fits: pathTest(pattern),
    edgeFunction: edgeFunction && openEdgeFunction(edgeFunction),
  }))
  const compress = openCompression()

  return async (request, path) => {
    const behaviour = behaviours.find(({ fits }) => fits(path))!
    if (!behaviour.methods.includes(request.method ?? 'GET')) return methodRefused()
    let asked
    try {
      asked = before(behaviour, request, path)
    } catch (error) {
      report(`${request.method} ${path}: ${(error as Error).message}`)
      return functionFailed()
    }
    const { origin } = behaviour
    if (origin.kind === 'api') return await options.askApi(request, { ...origin.headers, ...asked.headers })
    // Nobody reads what came with it.
    request.resume()
    const answer = await fromBucket(request, behaviour, { uri: asked.uri, bucket: origin.bucket })
    return { ...answer, headers: withPolicy(answer.headers, behaviour) }
  }

  /** The path, and the headers that are other than they came, once the function of the behaviour has run. */
  function before(
    { edgeFunction }: Behaviour,
    request: IncomingMessage,
    path: string,
  ): { uri: string; headers: Record<string, string> } {
    if (!edgeFunction) return { uri: path, headers: {} }
    const asked = edgeRequestOf(request, path)
    const came = { ...asked.headers }
    const { uri, headers } = edgeFunction({
      version: '1.0',
      context: {
        distributionDomainName: definition.domain,
        distributionId: definition.id,
        eventType: 'viewer-request',
        requestId: randomUUID(),
      },
      viewer: { ip: options.sourceIp() ?? peerAddress(request) },
      request: asked,
    })
    const other: Record<string, string> = {}
    for (const name in headers) if (headers[name] !== came[name]) other[name] = headers[name]!.value
    return { uri, headers: other }
  }

  async function fromBucket(
    request: IncomingMessage,
    { origin, encodings }: Behaviour,
    { uri, bucket }: { uri: string; bucket: string },
  ): Promise<Answer> {
    try {
      const found = await options.buckets.handle({
        method: 'GET',
        bucket,
        key: decodePart(uri.slice(1)),
        query: [],
        headers: {},
        body: Readable.from([]),
        guard: guardOf(origin),
        sourceIp: options.sourceIp() ?? peerAddress(request),
      })
      return await shaped(request, found, encodings)
    } catch (error) {
      if (!(error instanceof BucketFault)) throw error
      return faultAnswer(error)
    }
  }

  /** Unless whoever asks has it already, what was found: compressed where he takes that. */
  async function shaped(
    request: IncomingMessage,
    { headers: found, body, length = 0 }: Answer,
    encodings: Behaviour['encodings'],
  ): Promise<Answer> {
    const { 'x-amz-request-id': _, ...rest } = found as Record<string, string>
    const etag = rest.etag!
    const mayCompress = encodings.length > 0 && isCompressible(rest['content-type'] ?? '', length)
    const encoding = mayCompress ? chooseEncoding(request.headers['accept-encoding'], encodings) : undefined
    const headers: Record<string, string> = {
      ...rest,
      ...(mayCompress && { vary: 'Accept-Encoding' }),
      ...(encoding && { 'content-encoding': encoding, etag: `W/${etag}` }),
    }
    const object = { etag: etag.replaceAll('"', ''), modified: Date.parse(rest['last-modified']!) }
    try {
      if (isUnchanged(request.headers, object)) {
        release(body)
        const {
          'content-type': _type,
          'content-encoding': _encoding,
          'accept-ranges': _ranges,
          ...same
        } = headers
        return { status: 304, headers: same, body: '' }
      }
    } catch (error) {
      release(body)
      throw error
    }
    const whole =
      encoding && body instanceof Readable ? await compress(object.etag, encoding, await buffer(body)) : body
    if (request.method !== 'HEAD')
      return { status: 200, headers, body: whole, ...(whole === body && { length }) }
    release(whole)
    return { status: 200, headers, body: '', length: whole instanceof Buffer ? whole.length : length }
  }
}

/** Closes what nobody will read. */
function release(body: Answer['body']): void {
  if (body instanceof Readable) body.destroy()
}

/** What the bucket's policy lets CloudFront do. */
function guardOf(origin: Behaviour['origin']): ObjectGuard {
  return {
    demand(action, resource) {
      if (origin.kind !== 'bucket' || !origin.mayRead(action, resource))
        throw new BucketFault('AccessDenied', 'Access Denied')
    },
  }
}

function withPolicy(headers: Answer['headers'], { headers: policy }: Behaviour): Answer['headers'] {
  const all = { ...headers }
  for (const { name, value, overrides } of policy) if (overrides || all[name] === undefined) all[name] = value
  return all
}

/** Source: CloudFront Developer Guide, "Path pattern". */
function pathTest(pattern: string | undefined): (path: string) => boolean {
  if (pattern === undefined) return () => true
  if (!/[*?]/.test(pattern)) return (path) => path === pattern
  const start = pattern.slice(0, -1)
  if (pattern.endsWith('*') && !/[*?]/.test(start)) return (path) => path.startsWith(start)
  const text = pattern
    .replaceAll(/[\\^$.+()[\]{}|]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  const expression = new RegExp(`^${text}$`, 's')
  return (path) => expression.test(path)
}

/** CloudFront's own: the origin is not asked. */
const methodRefused = (): Answer =>
  ownError(
    403,
    'This distribution is not configured to allow the HTTP request method that was used for this request.',
  )

const functionFailed = (): Answer =>
  ownError(
    503,
    'The CloudFront function associated with the CloudFront distribution is invalid or could not run.',
  )

const ownError = (status: number, text: string): Answer => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">\n<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD><BODY><H1>${status} ERROR</H1><H2>The request could not be satisfied.</H2>${text}</BODY></HTML>`,
})
