/* What a request for an object asks of it: a part of the bytes, or an answer only if it has changed. */
import type { IncomingHttpHeaders } from 'node:http'
import { BucketFault, notModelled } from './fault.ts'
import type { StoredObject } from './store.ts'

/** First and last byte. */
export interface Range {
  start: number
  end: number
}

/**
 * The part that is asked for; undefined for the whole, as also for what is no range or several of them: so does S3.
 * @throws BucketFault InvalidRange when there are no such bytes
 */
export function readRange(text: string | undefined, size: number): Range | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(text ?? '') ?? []
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (first !== '' && last !== '' && Number(last) < start) return undefined
  if (start >= size || (first === '' && Number(last) === 0))
    throw new BucketFault('InvalidRange', 'The requested range is not satisfiable', {
      RangeRequested: text!,
      ActualObjectSize: String(size),
    })
  return { start, end }
}

/** Whether the caller has the object as it is (RFC 9110, 13.2.2). @throws BucketFault PreconditionFailed */
export function isUnchanged(
  headers: IncomingHttpHeaders,
  object: Pick<StoredObject, 'etag' | 'modified'>,
): boolean {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers
  const seconds = Math.floor(object.modified / 1000)
  const within = (name: 'if-modified-since' | 'if-unmodified-since') =>
    seconds <= Date.parse(headers[name] ?? '') / 1000
  if (match !== undefined && !names(match, object.etag)) throw preconditionFailed('If-Match')
  if (match === undefined && headers['if-unmodified-since'] !== undefined && !within('if-unmodified-since'))
    throw preconditionFailed('If-Unmodified-Since')
  if (noneMatch !== undefined) return names(noneMatch, object.etag)
  return within('if-modified-since')
}

/** What an upload asks of the object that it would replace. @throws BucketFault */
export function readAdmission(headers: IncomingHttpHeaders): (before: StoredObject | undefined) => void {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers
  if (match !== undefined || (noneMatch !== undefined && noneMatch !== '*'))
    throw notModelled('a condition of an upload on an ETag', 'If-None-Match: * is')
  return (before) => {
    if (before && noneMatch === '*') throw preconditionFailed('If-None-Match')
  }
}

const preconditionFailed = (Condition: string) =>
  new BucketFault('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition,
  })

const names = (list: string, etag: string): boolean =>
  list
    .split(',')
    .some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '').replaceAll('"', '') === etag)
