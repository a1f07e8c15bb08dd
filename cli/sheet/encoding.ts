/*
 * Bytes of a CSV file as text. Only what says its encoding, or can have but one, is decoded: UTF-8, UTF-16 by its mark
 * or its zeros. An 8-bit file is refused with what it would say in the likely encodings, for a person to choose.
 */

import { SourceError } from '#core/source/source.ts'
import { UsageError } from '../terminal.ts'

const likely = ['windows-1251', 'windows-1252', 'koi8-u', 'ibm866', 'macintosh']

/** Decodes by `encoding`, a label of the web's encodings, or by what the bytes themselves say. Throws SourceError. */
export function decodeSheet(bytes: Uint8Array, file: string, encoding?: string): string {
  if (encoding !== undefined) {
    const decoder = decoderOf(encoding)
    if (!decoder)
      throw new UsageError(
        `--encoding ${encoding}: there is no such encoding; known are utf-8, utf-16le, ${likely.join(', ')} and others of the web`,
      )
    return decodeFatal(decoder, bytes) ?? refuse(file, bytes, `this is not ${encoding}`)
  }
  if (startsWith(bytes, 0xff, 0xfe, 0, 0) || startsWith(bytes, 0, 0, 0xfe, 0xff))
    refuse(file, bytes, 'this is UTF-32', 'save it as CSV UTF-8')
  if (startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0))
    refuse(file, bytes, 'this is a workbook of an old format', 'save it as .xlsx')
  const wide = utf16Of(bytes, file)
  if (wide)
    return (
      decodeFatal(decoderOf(wide)!, bytes) ??
      refuse(file, bytes, `this begins as ${wide} and goes on otherwise`, 'save it as CSV UTF-8')
    )
  const text = decodeFatal(decoderOf('utf-8')!, bytes)
  if (text !== undefined) return text
  return refuse(file, bytes, 'this is not UTF-8', readings(bytes))
}

const decoderOf = (label: string): TextDecoder | undefined => {
  try {
    return new TextDecoder(label, { fatal: true })
  } catch {
    return undefined
  }
}

function decodeFatal(decoder: TextDecoder, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

const startsWith = (bytes: Uint8Array, ...head: number[]): boolean =>
  head.every((byte, at) => bytes[at] === byte)

/** A sheet has separators and ends of lines, so UTF-16 has zeros, and all on one side of its pairs. */
function utf16Of(bytes: Uint8Array, file: string): string | undefined {
  if (startsWith(bytes, 0xff, 0xfe)) return 'utf-16le'
  if (startsWith(bytes, 0xfe, 0xff)) return 'utf-16be'
  const zeros = [0, 0]
  bytes.forEach((byte, at) => {
    if (byte === 0) zeros[at % 2]!++
  })
  const [high, low] = zeros as [number, number]
  if (high + low === 0) return undefined
  if (bytes.length % 2 === 0 && Math.min(high, low) === 0) return high > 0 ? 'utf-16be' : 'utf-16le'
  return refuse(
    file,
    bytes,
    'this holds zero bytes, as no text does',
    'save the sheet as CSV UTF-8 or as .xlsx',
  )
}

function refuse(file: string, bytes: Uint8Array, message: string, hint?: string): never {
  const { line, column } = firstForeign(bytes)
  throw new SourceError([
    { file, line, column, severity: 'error', code: 'sheet-encoding', message, ...(hint && { hint }) },
  ])
}

/** The first byte that is no ASCII: line and column from 1. */
function firstForeign(bytes: Uint8Array): { line: number; column: number } {
  const at = Math.max(
    0,
    bytes.findIndex((byte) => byte >= 0x80),
  )
  const before = [...bytes.subarray(0, at)].map((byte) => String.fromCharCode(byte)).join('')
  const lines = before.split(/\r\n|\r|\n/)
  return { line: lines.length, column: lines.at(-1)!.length + 1 }
}

/** What the words around the first foreign byte would be. */
function readings(bytes: Uint8Array): string {
  const at = bytes.findIndex((byte) => byte >= 0x80)
  const isEnd = (byte: number | undefined): boolean =>
    byte === undefined || [10, 13, 44, 59, 9, 34].includes(byte)
  let [from, to] = [at, at]
  while (from > 0 && !isEnd(bytes[from - 1])) from--
  while (!isEnd(bytes[to]) && to - from < 60) to++
  const shown = likely.flatMap((label) => {
    const text = decodeFatal(decoderOf(label)!, bytes.subarray(from, to))
    return text === undefined ? [] : [`--encoding ${label} reads "${text}"`]
  })
  return `save it as CSV UTF-8, or say how it was saved: ${shown.join('; ')}`
}
