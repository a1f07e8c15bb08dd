import { Fault } from '#core/record/fault.ts'
import type { AnyRecord } from '#core/record/kind.ts'
import { createHash } from 'node:crypto'
import type { HttpAnswer, HttpRequest } from './http.ts'

/*
 * Which state of a record a caller has seen (RFC 9110, sections 8.8.3 and 13).
 *
 * Problem: two people change one record, and the second would overwrite what he has never seen; whoever asks every few seconds
 * would get the same again and again.
 * Representation: the tag of a state is its version, `"7"`. Where a view also shows what is computed of other records, which
 * changes without it, a hash of that part follows: `"7.k3Jd…"`. It tells views apart for If-None-Match; If-Match
 * looks at the version alone, since what others do does not stand in the way of a change.
 * Invariant: whoever names a version changes that version or nothing (`decideAndWrite` asks again at each attempt).
 * Rejected: times (two changes in a second), a hash of the whole view (differs between those who may see more or less of it).
 */

/** The tag of a state. `computed` is what a view shows beside the record itself. */
export function etagOf({ version }: { version: number }, computed: object = {}): string {
  if (!Object.values(computed).some((value) => value !== undefined)) return `"${version}"`
  const hash = createHash('sha256').update(JSON.stringify(computed)).digest('base64url')
  return `"${version}.${hash.slice(0, 16)}"`
}

/** Tags that a header names, as they are written; `*` stands for any. */
type Tags = '*' | readonly string[]

/** What a change may be made of. */
export interface Precondition {
  /** Throws Fault `match.failed` with what `current` tells when the record is in none of the states that the caller named. */
  require(before: Pick<AnyRecord, 'version'>, current: () => Promise<Shown>): Promise<void>
}

/** A record as GET shows it, with its tag. */
export interface Shown {
  view: Record<string, unknown>
  etag: string
}

/**
 * If-Match of a request: a change of fields demands it, anything else honours it. Throws Fault `match.missing`, and
 * `input.invalid` for what is no list of tags.
 */
export function preconditionOf(request: Pick<HttpRequest, 'method' | 'headers'>): Precondition {
  const tags = tagsIn(request.headers, 'If-Match')
  if (tags === undefined && request.method === 'PATCH')
    throw new Fault(
      'match.missing',
      'say which state you change: send its ETag, or its version as "7" with the quotes, in the header If-Match',
      { where: 'header If-Match' },
    )
  return {
    async require(before, current) {
      if (tags === undefined || tags === '*' || tags.some((tag) => isOfVersion(tag, before.version))) return
      const { view, etag } = await current()
      throw new Fault(
        'match.failed',
        'it is in another state than the one that you have seen: look at `current`, and send your change with its ETag if you still mean it',
        { where: 'header If-Match', facts: { current: view, etag } },
      )
    },
  }
}

/** A record as an answer to GET, or 304 to whoever has it already. Throws Fault `input.invalid` for what is no list of tags. */
export function answerShown({ view, etag }: Shown, request: Pick<HttpRequest, 'headers'>): HttpAnswer {
  const tags = tagsIn(request.headers, 'If-None-Match')
  const isKnown = tags !== undefined && (tags === '*' || tags.some((tag) => opaque(tag) === etag))
  return isKnown ? { status: 304, headers: { etag } } : { status: 200, headers: { etag }, body: view }
}

/**
 * What is computed anew at each call, as an answer to GET, or 304 to whoever has it already: its tag is a hash of it. What is
 * shown `beside` does not count, such as the time; the tag is weak then, since two answers with it may differ.
 */
export function answerHashed(
  body: object,
  request: Pick<HttpRequest, 'headers'>,
  beside: object = {},
): HttpAnswer {
  const hash = createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 22)
  const tag = `"${hash}"`
  const etag = Object.keys(beside).length ? `W/${tag}` : tag
  const known = tagsIn(request.headers, 'If-None-Match')
  if (known !== undefined && (known === '*' || known.some((each) => opaque(each) === tag)))
    return { status: 304, headers: { etag } }
  return { status: 200, headers: { etag }, body: { ...body, ...beside } }
}

/** Strong comparison: a weak tag is of no version, and `"07"` is none either. */
const isOfVersion = (tag: string, version: number): boolean => /^"(\d+)[."]/.exec(tag)?.[1] === `${version}`

/** What a tag says without being weak: GET may compare so. */
const opaque = (tag: string): string => tag.replace(/^W\//, '')

/** A list may have empty places; a tag has no blank and no quote in it. */
const listOfTags =
  /^[\t ,]*(?:W\/)?"[!#-~\u0080-\u00ff]*"(?:[\t ]*,(?:[\t ]*(?:W\/)?"[!#-~\u0080-\u00ff]*")?)*[\t ]*$/

function tagsIn(headers: HttpRequest['headers'], name: 'If-Match' | 'If-None-Match'): Tags | undefined {
  const value = headers[name.toLowerCase()]?.trim()
  if (!value) return undefined
  if (value === '*') return '*'
  if (!listOfTags.test(value))
    throw new Fault('input.invalid', `${name} is a list of ETags, each in quotes, such as "7", or *`, {
      where: `header ${name}`,
    })
  return value.match(/(?:W\/)?"[^"]*"/g) ?? []
}
