import { Fault } from '#core/record/fault.ts'

type Decompress = (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array

/** Loaded for the first body that is packed: browsers pack none, and every cold start would wait 2 to 3 ms for it. */
const zlib = () => process.getBuiltinModule('node:zlib')

const gunzip: Decompress = (bytes, options) => zlib().gunzipSync(bytes, options)

/** RFC 9110, 8.4.1. `deflate` is a zlib stream; some send it without the zlib around it. */
const inflate: Decompress = (bytes, options) =>
  (bytes[0] ?? 0) % 16 === 8 && ((bytes[0]! << 8) | (bytes[1] ?? 0)) % 31 === 0
    ? zlib().inflateSync(bytes, options)
    : zlib().inflateRawSync(bytes, options)

const codings = new Map<string, Decompress>([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['deflate', inflate],
  ['br', (bytes, options) => zlib().brotliDecompressSync(bytes, options)],
  ['zstd', (bytes, options) => zlib().zstdDecompressSync(bytes, options)],
  ['identity', (bytes) => bytes],
])

/** As many as one body can have: each could be a bomb of its own. */
const mostCodings = 3

/**
 * The body behind the codings of the header Content-Encoding, the last one first. It stops at `longest` bytes, so a
 * small body cannot fill the memory. Throws Fault `body.too-large`, `body.unsupported`, `input.invalid`.
 */
export function decompress(body: Uint8Array, header: string | undefined, longest: number): Uint8Array {
  const names = (header ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter(Boolean)
  const unknown = names.find((name) => !codings.has(name))
  if (unknown !== undefined || names.length > mostCodings)
    throw new Fault(
      'body.unsupported',
      `the Content-Encoding is ${(header ?? '').slice(0, 100)}: send gzip, deflate, br, zstd or none`,
      { where: 'header Content-Encoding' },
    )
  let bytes = body
  for (const name of names.toReversed())
    try {
      bytes = codings.get(name)!(bytes, { maxOutputLength: longest })
    } catch (cause) {
      if ((cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE')
        throw new Fault(
          'body.too-large',
          `unpacked the body has more than the ${longest} bytes that are accepted`,
          {
            cause,
          },
        )
      throw new Fault('input.invalid', `the body is not ${name}, as its Content-Encoding says`, {
        where: 'header Content-Encoding',
        cause,
      })
    }
  return bytes
}
