/*
 * What CloudFront compresses. Source: CloudFront Developer Guide, "Serve compressed files": 1,000 to 10,000,000 bytes of the types listed
 * there, which nobody has compressed before; Brotli where both are taken. The answer's ETag becomes a weak one.
 */
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Encoding } from '../resource/distribution.ts'

/** Of that list, those that pages and what they load have. */
const compressed = new Set([
  'application/javascript',
  'application/json',
  'application/manifest+json',
  'application/wasm',
  'application/xml',
  'font/ttf',
  'image/svg+xml',
  'text/css',
  'text/html',
  'text/javascript',
  'text/plain',
  'text/xml',
])
const smallest = 1000
const largest = 10_000_000
/** Bytes that are kept compressed, so that a page that is loaded again costs nothing. */
const room = 32 * 1024 * 1024

/** Whether answers of this type and size come compressed to those who take that. */
export const isCompressible = (type: string, size: number): boolean =>
  compressed.has(type.split(';')[0]!.trim()) && size >= smallest && size <= largest

/** The encoding for what somebody takes, of those that are offered, in their order. */
export function chooseEncoding(
  accepted: string | undefined,
  offered: readonly Encoding[],
): Encoding | undefined {
  const taken = new Set(
    (accepted ?? '')
      .split(',')
      .map((part) =>
        part
          .trim()
          .toLowerCase()
          .split(/\s*;\s*/),
      )
      .filter(([, quality]) => !/^q=0(\.0*)?$/.test(quality ?? ''))
      .map(([name]) => name),
  )
  return offered.find((name) => taken.has(name) || taken.has('*'))
}

const ways: Record<Encoding, (bytes: Buffer) => Promise<Buffer>> = {
  // 5 of 11: the last ones take a second for what is loaded once.
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (bytes) => promisify(gzip)(bytes),
}

/** Compresses, and keeps what it has compressed: `name` stands for the bytes. */
export function openCompression(): (name: string, encoding: Encoding, bytes: Buffer) => Promise<Buffer> {
  const kept = new Map<string, Promise<Buffer>>()
  let size = 0
  return async (name, encoding, bytes) => {
    const key = `${encoding} ${name}`
    const before = kept.get(key)
    if (before) return await before
    const made = ways[encoding](bytes)
    kept.set(key, made)
    size += (await made).length
    for (const [oldest, its] of kept) {
      if (size <= room) break
      kept.delete(oldest)
      size -= (await its).length
    }
    return await made
  }
}
