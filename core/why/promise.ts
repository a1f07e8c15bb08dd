import type { Company } from '../company/company.ts'
import type { TeamId } from '../record/id.ts'
import type { WorkKind, WorkRecord } from '../record/open-work.ts'
import type { PromisePlan } from '../record/work.ts'
import { bySegments, entriesOf, type Found, type Past } from './decided.ts'
import type { Reader } from './reader.ts'

/* What is promised, since when it is counted, in whose opening hours, and until when. */

export interface PromiseWhy {
  /** of the record, that says until when */
  field: string
  /** in the middle of a sentence, in English: `first answer` */
  title: string
  until: string
  /** from when it was counted */
  from?: string
  /** as an operator wrote it: `30 minutes` */
  within?: string
  /** in whose opening hours it is counted */
  calendar?: { id: string; title: string; timeZone: string }
  /** when it was kept */
  keptAt?: string
  /** who promised it: a table, or whoever said it */
  how: 'table' | 'said'
}

/** The first that is not kept, else the last that was, with the decision that says so. Nothing where nothing is promised. */
export function promiseWhy(
  kind: WorkKind,
  record: WorkRecord,
  { decided }: Past,
  reader: Reader,
): { why: PromiseWhy; found?: Found } | undefined {
  const told = kind.work.promises.filter(
    ({ field }) => typeof record[field] === 'string' && !reader.isHidden(kind.name, field),
  )
  const promise = told.find(({ keptBy }) => record[keptBy] === undefined) ?? told.at(-1)
  if (!promise) return undefined
  const { field, title, keptBy } = promise
  const [until, keptAt] = [record[field] as string, record[keptBy]]
  const isKept = typeof keptAt === 'string' && !reader.isHidden(kind.name, keptBy)
  const base = { field, title, until, ...(isKept && { keptAt }) }
  const ofField = entriesOf(bySegments(decided), 'wait', (entry) => Object.hasOwn(entry, field))
  // Whoever routes it again keeps a time that is earlier: the first that said it is the one that promised it.
  const counted = ofField.findLast((found) => found.record[field] === until)
  if (counted) {
    const { within, calendar } = counted.record
    if (typeof within !== 'string') return { why: { ...base, how: 'said' }, found: counted }
    const from = counted === ofField.at(-1) ? record.createdAt : counted.decided.at
    const hours = calendarOf(calendar, reader)
    return { why: { ...base, from, within, ...(hours && { calendar: hours }), how: 'table' }, found: counted }
  }
  return laterPromise(promise, record, { base, decided, reader })
}

/** What is promised after the first has no time of its own in the journal: its table says within what. */
function laterPromise(
  { step }: PromisePlan,
  { teamId }: WorkRecord,
  { base, decided, reader }: { base: Omit<PromiseWhy, 'how'>; decided: Past['decided']; reader: Reader },
): { why: PromiseWhy; found?: Found } {
  const name = `${step}Within`
  const outputsOf = ({ record }: Found): Record<string, unknown> => record.outputs as Record<string, unknown>
  const [found] = entriesOf(bySegments(decided), 'table').filter(
    (each) => typeof outputsOf(each)[name] === 'string',
  )
  if (!found) return { why: { ...base, how: 'said' } }
  const calendar = calendarOf(reader.company.teams[teamId as TeamId]?.calendar, reader)
  const within = String(outputsOf(found)[name])
  return { why: { ...base, within, ...(calendar && { calendar }), how: 'table' }, found }
}

function calendarOf(id: unknown, { company }: Reader): PromiseWhy['calendar'] {
  const calendars: Company['calendars'] = company.calendars
  if (typeof id !== 'string' || !Object.hasOwn(calendars, id)) return undefined
  const { title, timeZone } = calendars[id]!
  return { id, title, timeZone }
}
