/* Reads raw e-mails (RFC 5322, 2045 to 2047) as far as a sender of this project makes them: headers, text, HTML. */

export interface ParsedMail {
  headers: Record<string, string>
  text: string | undefined
  html: string | undefined
}

interface Part {
  headers: Record<string, string>
  body: Buffer
}

export function parseMime(raw: Buffer): ParsedMail {
  const parsed: ParsedMail = { headers: {}, text: undefined, html: undefined }
  const top = splitPart(raw)
  parsed.headers = Object.fromEntries(
    Object.entries(top.headers).map(([name, value]) => [name, decodeWords(value)]),
  )
  collect(top, parsed, 0)
  return parsed
}

/** Multiparts within multiparts are followed this deep. */
const deepest = 8

function collect(part: Part, into: ParsedMail, depth: number): void {
  const type = part.headers['content-type'] ?? 'text/plain'
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1]
  if (/^multipart\//i.test(type) && boundary && depth < deepest) {
    for (const piece of splitMultipart(part.body, boundary)) collect(splitPart(piece), into, depth + 1)
    return
  }
  if (/^attachment/i.test(part.headers['content-disposition'] ?? '')) return
  if (/^text\/html/i.test(type)) into.html ??= decodeBody(part, type)
  else if (/^text\/plain/i.test(type)) into.text ??= decodeBody(part, type)
}

function splitPart(raw: Buffer): Part {
  const source = raw.toString('latin1')
  const gap = /\r?\n\r?\n/.exec(source)
  const head = gap ? source.slice(0, gap.index) : source
  const headers: Record<string, string> = {}
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon < 1) continue
    // Headers are UTF-8 where they are not ASCII (RFC 6532).
    headers[line.slice(0, colon).toLowerCase()] = Buffer.from(
      line.slice(colon + 1).trim(),
      'latin1',
    ).toString('utf8')
  }
  return { headers, body: gap ? raw.subarray(gap.index + gap[0].length) : Buffer.alloc(0) }
}

function splitMultipart(body: Buffer, boundary: string): Buffer[] {
  const source = body.toString('latin1')
  const pieces = source.split(`--${boundary}`).slice(1)
  return pieces
    .filter((piece) => !piece.startsWith('--'))
    .map((piece) => Buffer.from(piece.replace(/^[ \t]*\r?\n/, '').replace(/\r?\n$/, ''), 'latin1'))
}

function decodeBody(part: Part, type: string): string {
  return decodeCharset(bytesOf(part), /charset="?([^";\s]+)/i.exec(type)?.[1])
}

function bytesOf({ headers, body }: Part): Buffer {
  const encoding = headers['content-transfer-encoding']?.toLowerCase()
  if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64')
  return encoding === 'quoted-printable' ? unquote(body.toString('latin1').replace(/=\r?\n/g, '')) : body
}

/** RFC 2047: `=?utf-8?B?…?=`; the space between two encoded words is none. */
function decodeWords(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?([^?]+)\?([bq])\?([^?]*)\?=/gi, (_, charset: string, kind: string, text: string) =>
      decodeCharset(
        kind.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : unquote(text.replaceAll('_', ' ')),
        charset,
      ),
    )
}

function unquote(text: string): Buffer {
  const plain = text.replace(/=([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(plain, 'latin1')
}

function decodeCharset(bytes: Buffer, charset = 'utf-8'): string {
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return bytes.toString('utf8')
  }
}
