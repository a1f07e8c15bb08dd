/* What the sender of an upload says of its bytes, compared with those that came. */
import type { IncomingHttpHeaders } from 'node:http'
import { BucketFault, notModelled } from './fault.ts'
import type { Digests } from './store.ts'

type Algorithm = keyof Digests

interface Claim {
  algorithm: Algorithm
  digest: Buffer
  /** When the bytes are others. */
  fault: BucketFault
}

const checksums: [header: string, algorithm: Algorithm, bytes: number][] = [
  ['x-amz-checksum-sha256', 'sha256', 32],
  ['x-amz-checksum-crc32', 'crc32', 4],
  ['content-md5', 'md5', 16],
]

/** Returns the check of what came. @throws BucketFault for what is no digest, or of an algorithm that is not modelled */
export function readClaims(headers: IncomingHttpHeaders): (came: Digests) => void {
  const streaming = headers['x-amz-content-sha256']?.toString().startsWith('STREAMING-') ?? false
  if (streaming || headers['content-encoding']?.includes('aws-chunked'))
    throw notModelled(
      'a body in chunks (aws-chunked)',
      "send it as one text or Uint8Array, or set requestChecksumCalculation to 'WHEN_REQUIRED'",
    )
  const known = checksums.map(([name]) => name)
  const strange = Object.keys(headers).find(
    (name) => name.startsWith('x-amz-checksum-') && name !== 'x-amz-checksum-mode' && !known.includes(name),
  )
  if (strange !== undefined) throw notModelled(strange, 'x-amz-checksum-sha256 and x-amz-checksum-crc32 are')
  const claims = checksums.flatMap(([name, algorithm, bytes]) => readClaim(headers, name, algorithm, bytes))
  const payload = readPayloadHash(headers)
  if (payload) claims.push(payload)
  return (came) => {
    for (const { algorithm, digest, fault } of claims) if (!came[algorithm].equals(digest)) throw fault
  }
}

function readClaim(headers: IncomingHttpHeaders, name: string, algorithm: Algorithm, bytes: number): Claim[] {
  const text = headers[name]
  if (text === undefined) return []
  const digest = Buffer.from(String(text), 'base64')
  const isMd5 = name === 'content-md5'
  if (digest.length !== bytes || digest.toString('base64') !== text)
    throw isMd5
      ? new BucketFault('InvalidDigest', 'The Content-MD5 you specified was invalid.')
      : new BucketFault('InvalidRequest', `Value for ${name} header is invalid.`)
  const called = isMd5 ? 'Content-MD5' : algorithm.toUpperCase()
  const what = isMd5 ? 'what we received' : 'the calculated checksum'
  return [
    {
      algorithm,
      digest,
      fault: new BucketFault('BadDigest', `The ${called} you specified did not match ${what}.`),
    },
  ]
}

/** By which the headers of a signed request cover its body. */
function readPayloadHash(headers: IncomingHttpHeaders): Claim | undefined {
  const text = headers['x-amz-content-sha256']
  if (text === undefined || text === 'UNSIGNED-PAYLOAD') return undefined
  if (!/^[0-9a-f]{64}$/.test(String(text)))
    throw new BucketFault(
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, or a valid sha256 value.',
    )
  return {
    algorithm: 'sha256',
    digest: Buffer.from(String(text), 'hex'),
    fault: new BucketFault(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    ),
  }
}
