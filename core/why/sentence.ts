import { clockOf } from '../message/clock.ts'
import { toInstant } from '../record/id.ts'
import type { Kind } from '../record/kind.ts'
import { offsetAt } from '../time/zone.ts'
import { pluralRules } from '../words/format.ts'
import { durationText } from '../words/why/why-words.ts'
import { mailWords } from '../words/words-of.ts'
import type { AssignmentWhy } from './assignment.ts'
import type { HolderWhy } from './holder.ts'
import type { PromiseWhy } from './promise.ts'
import { reasonsFor, wordsFor, type Reader } from './reader.ts'
import type { TableWhy } from './table.ts'

/* Why it is with whom it is, as one paragraph in the reader's language, with the words that e-mails have where they have some. */

/** What the paragraph is made of; what is absent is not told. */
export interface Told {
  kind: Pick<Kind, 'name'>
  team?: { title: string; table: TableWhy } | undefined
  holder?: HolderWhy | undefined
  assignment?: AssignmentWhy | undefined
  /** what the watchdog has kept of a record that it put into a queue */
  raise?: Readonly<Record<string, unknown>> | undefined
  promise?: PromiseWhy | undefined
}

export const sentenceOf = (told: Told, reader: Reader): string =>
  [
    ...(told.team ? [teamSentence(told.team, reader)] : []),
    ...(told.holder ? holderSentences(told.holder, told, reader) : []),
    ...(told.promise ? [promiseSentence(told.promise, reader)] : []),
  ].join(' ')

function teamSentence({ title: team, table }: NonNullable<Told['team']>, reader: Reader): string {
  const words = wordsFor(reader)
  const { row = '', title, rows = [] } = table
  if (row === 'default') return words.otherwise(title, team)
  const conditions = rows.find(({ id }) => id === row)?.conditions
  if (!conditions) return words.byRule(mailWords[reader.language].rule(title, rowText(row, rows)), team)
  return conditions.length
    ? words.because(conditions.join('; '), team)
    : words.always(rowText(row, rows), team)
}

/** What operators wrote beside a row, else its place in the table; of another version than the published one no more is known than its id. */
function rowText(row: string, rows: NonNullable<TableWhy['rows']>): string {
  const place = rows.findIndex(({ id }) => id === row)
  // Rows of sheets that have no id of their own are called by their place.
  if (place < 0) return /^row-(\d+)$/.exec(row)?.[1] ?? row
  return rows[place]!.note?.replace(/\.$/, '') ?? String(place + 1)
}

function holderSentences(holder: HolderWhy, told: Told, reader: Reader): string[] {
  const { clock } = reader
  const words = wordsFor(reader)
  const { person, queue, by, how, at } = holder
  const name = person?.name ?? (queue ? `“${queue.title}”` : '')
  const when = clock(at) ?? ''
  if (how === 'given' && by) return [words.given(by.name, name, when)]
  if (how === 'taken') return [words.taken(name, when)]
  if (how === 'made' && by) return [words.made(by.name, name, when)]
  if (how === 'raised' && queue) return [raiseReason(told, reader), words.waits(queue.title)]
  if (how === 'assigned' && told.assignment) return assignmentSentences(holder, told, reader)
  return [queue && !person ? words.waits(queue.title) : words.has(name)]
}

/** The watchdog puts into a queue what was not answered, what no workflow took up, and what nobody was asked about. */
function raiseReason({ kind, raise = {} }: Told, reader: Reader): string {
  const reasons = reasonsFor(kind, reader)
  if (raise.forgotten !== undefined) return reasons.forgotten({})
  return raise.announced === undefined ? reasons['no-answer']({}) : reasons['not-routed']({})
}

function assignmentSentences({ person, queue }: HolderWhy, told: Told, reader: Reader): string[] {
  const words = wordsFor(reader)
  const reasons = reasonsFor(told.kind, reader)
  const { because, team, members = [], previousOwner } = told.assignment!
  const before = previousOwner ?? members.find((member) => member.because === 'previous-owner')
  const has = person ? words.has(person.name) : words.waits(queue?.title ?? '')
  const turn = person ? words.turn(person.name) : has
  const said: Readonly<Record<string, () => string[]>> = {
    turn: () => [turn],
    'same-team': () => [person ? words.stays(person.name) : has],
    'nobody-else': () => [reasons['nobody-else']({}), has],
    'no-answer': () => [reasons['no-answer']({ previousOwner: before?.name }), turn],
    'last-level': () => [reasons['last-level']({}), has],
    'nobody-available': () => [reasons['nobody-available']({ team: team?.title }), has],
  }
  return [...(said[because ?? '']?.() ?? [has]), ...awaySentences(members, reader)]
}

const awaySentences = (members: NonNullable<AssignmentWhy['members']>, reader: Reader): string[] =>
  members.flatMap(({ name, because, until }) => {
    const told = because === 'absent' ? reader.clock(until) : undefined
    return told === undefined ? [] : [wordsFor(reader).away(name, told, Date.parse(until!) <= reader.now)]
  })

/** By the reader's clock; by that of the opening hours, too, where it says another time. */
function untilText({ until, calendar }: PromiseWhy, { language, zone, clock, now }: Reader): string {
  const [own, at] = [clock(until) ?? until, Date.parse(until)]
  if (!calendar || offsetAt(calendar.timeZone, at) === offsetAt(zone, at)) return own
  return `${own}, ${clockOf(language, calendar.timeZone, toInstant(now))(until) ?? until}`
}

function promiseSentence(promise: PromiseWhy, reader: Reader): string {
  const { within } = promise
  const { language } = reader
  const words = wordsFor(reader)
  const told = untilText(promise, reader)
  if (within === undefined) return words.said(told)
  // What is promised is counted while the team is at work, as it is written or not.
  return words.promised(
    durationText(within, words.duration, { language, rules: pluralRules(language), business: true }),
    told,
  )
}
