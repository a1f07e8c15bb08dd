/* What S3 refuses, in its words: a code, a message and an XML document. */
import type { Answer } from '../http/payload.ts'
import { randomBytes } from 'node:crypto'

/** Source: Amazon S3 API Reference, "Error responses". */
const statuses = {
  AccessDenied: 403,
  AccessForbidden: 403,
  AuthorizationQueryParametersError: 400,
  BadDigest: 400,
  BadRequest: 400,
  EntityTooLarge: 400,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidDigest: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  SignatureDoesNotMatch: 403,
  XAmzContentSHA256Mismatch: 400,
}

export type BucketCode = keyof typeof statuses

export class BucketFault extends Error {
  override name = 'BucketFault'
  readonly code: BucketCode
  /** Further elements of the document, by name. */
  readonly details: Record<string, string>

  constructor(code: BucketCode, message: string, details: Record<string, string> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}

/** What S3 has and this cloud has not: refused by name, as everything that is not modelled. */
export const notModelled = (what: string, instead: string) =>
  new BucketFault('NotImplemented', `${what} is not modelled by the embedded cloud; ${instead}`)

/** Sixteen signs, as S3 numbers its requests. */
export const newRequestId = (): string => randomBytes(8).toString('hex').toUpperCase()

export function faultAnswer({ code, message, details }: BucketFault): Answer {
  const requestId = newRequestId()
  const elements = { Code: code, Message: message, ...details, RequestId: requestId }
  const inner = Object.entries(elements).map(([name, text]) => `<${name}>${escapeXml(text)}</${name}>`)
  return {
    status: statuses[code],
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner.join('')}</Error>`,
  }
}

/** Signs that XML cannot hold in any form are left out as `?`. */
function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '?')
}
