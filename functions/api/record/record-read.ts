import * as z from 'zod/mini'
import { kinds } from 'holdfast:kinds'
import { referencesIn } from '#core/api/declaration/field.ts'
import type { Door } from '#core/api/door.ts'
import { isWorkKind, type WorkRecord } from '#core/record/open-work.ts'
import { readWhole } from '#core/record/elsewhere.ts'
import { fromItem, type Item } from '#core/record/item.ts'
import { recordKey, workOfPerson, workOfQueue, type IndexName } from '#core/record/key.ts'
import type { AnyRecord, Kind, Lifecycle } from '#core/record/kind.ts'
import { closedList, hasEnd, listOfDay, openList, wholeList } from '#core/record/place.ts'
import { viewOf } from '#core/record/operation/operation.ts'
import { Fault } from '#core/record/fault.ts'
import type { Published } from '#core/publish/published.ts'
import { historyKinds, tellFile } from '#core/project/history.ts'
import { leadKind } from '#core/kind/sales/lead.ts'
import { inOrder, nameOf, storyKinds, submissionKeysOf, tellStory, type Event } from '#core/sales/story.ts'
import { allOf, readRecord, recordOf, type QueryOptions, type Store } from '#core/store/store.ts'
import {
  accessTo,
  kindAt,
  readableKinds,
  requireAny,
  requireRight,
  type ReadableKind,
} from '#functions/access/access.ts'
import { hiddenIn, placeOf, placesOf, readable } from '#functions/access/filed.ts'
import { openDenials } from '#functions/access/denials.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { readParameters } from '#core/record/operation/read.ts'
import { answerJson, type Caller } from '#functions/adapter/http/http.ts'
import { answerShown } from '#functions/adapter/http/match.ts'
import { paging, queryPage } from '#functions/adapter/http/paging.ts'
import { readDerived, showRecord } from '#functions/adapter/http/shown.ts'
import { press } from '#functions/adapter/press/letter.ts'
import { openTable } from '#functions/adapter/table.ts'

export const door = {
  description: 'Shows records of any kind: lists, one of them, its history',
  uses: { table: ['read', 'denials'] },
  kinds: 'read',
} satisfies Door

const uses = { store: openTable, tenant: openTenant, published: openPublished, denials: openDenials }

const query = z.strictObject({
  state: z.optional(z.string().check(z.maxLength(100))),
  month: z.optional(z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'write a month as 2027-03'))),
  day: z.optional(z.iso.date()),
  owner: z.optional(z.string().check(z.maxLength(100))),
  queue: z.optional(z.string().check(z.maxLength(100))),
  ...paging.shape,
})
type Query = z.infer<typeof query>

/**
 * GET /{kinds}: open ones, newest first; closed ones of a month; those of a day; the open ones of a person or a queue, most
 * urgent first. GET /{kinds}/{id}: one, with what is derived of its file and its ETag. GET /{kinds}/{id}/history: all that ever happened to it, in its order.
 * Of each list the caller sees what he may work on; anything else is answered like what does not exist.
 */
export const handler = onHttp(uses, async (request, here) => {
  const { store, tenant, clock } = here
  const published = await here.published(tenant)
  const { company } = published
  const kind = kindAt(kinds, request.path)
  const access = accessTo(request, kind, company)
  requireAny(access, kind, 'read')
  const files = { store, kinds, tenant }
  const { id } = request.params
  if (id === undefined) {
    const { partitions, index, status, ...bounds } = listed(
      kind,
      tenant,
      readParameters(query, request.query),
      clock.instant(),
    )
    // The work of a person is of every kind.
    const keep = (item: Item): boolean =>
      item.kind === kind.name && (!status || fromItem(kind, item).status === status)
    const among = async (items: Item[]): Promise<Item[]> => readable(access, kind, items, files)
    const page = await queryPage(store, { index, partitions }, request, { ...bounds, keep, among })
    const found = page.items.map((item) => fromItem(kind, item))
    const records = await readWhole(store, kind, found, press)
    const views = records.map((record) => viewOf(kind, record, access.hidden))
    return answerJson(200, { [kind.plural]: views, ...(page.next && { next: page.next }) })
  }
  const [stored, derived] = await Promise.all([
    readRecord(store, kind, { tenant, id }),
    readDerived(store, kind, { tenant, id }),
  ])
  if (!stored) throw new Fault('record.unknown', `there is no such ${kind.name}`)
  const place = await placeOf(access, kind, stored, files)
  requireRight(access, kind, 'read', place)
  const [record = stored] = await readWhole(store, kind, [stored], press)
  const shown = showRecord(kind, record, { derived, now: clock.now(), hidden: access.hidden })
  if (!request.path.endsWith('/history')) return answerShown(shown, request)
  const seen = readableKinds(request, [...kinds.values()], company).kinds
  const events = await historyOf(kind, record, { store, published, seen, caller: access.caller })
  return answerJson(200, { [kind.name]: shown.view, events })
})

interface Reading {
  store: Store
  published: Pick<Published, 'company' | 'tables'>
  caller: Caller
  /** kinds that whoever asks may read */
  seen: ReadonlyMap<string, ReadableKind>
}

/** Its own, and that of the records that it was before, as far as the caller may see them: each event of those says of which. */
async function historyOf(kind: Kind, record: AnyRecord, reading: Reading): Promise<Event[]> {
  const before = await recordsBefore(kind, record, reading.store)
  const places = await placesOf(before, { store: reading.store, kinds, tenant: record.tenant })
  const seen = before.filter(
    (each, i) => reading.seen.get(each.kind.name)?.access.right('read', places[i]!).may,
  )
  const [own, ...others] = await Promise.all(
    [{ kind, record }, ...seen].map(async (each) => eventsOf(each.kind, each.record, reading)),
  )
  const merged = others.flatMap((events, i) => {
    const { kind: of, record: was } = seen[i]!
    return events.map((event) => ({ ...event, of: { kind: of.name, id: was.id } }))
  })
  return [...(own ?? []), ...merged].sort(inOrder)
}

/** The records that it was before. */
async function recordsBefore(
  { files, schema }: Kind,
  record: AnyRecord,
  store: Store,
): Promise<{ kind: Kind; record: AnyRecord }[]> {
  const ids = files === undefined ? [] : ((record[files] as string[] | undefined) ?? [])
  if (files === undefined || !ids.length) return []
  const of = referencesIn(schema.shape[files]!).flatMap((name) => kinds.get(name) ?? [])
  const items = await store.getAll(ids.map((id) => recordKey(record.tenant, id)))
  return items.flatMap((item) =>
    of.flatMap((kind) => {
      const found = recordOf(kind, item)
      return found ? [{ kind, record: found }] : []
    }),
  )
}

async function eventsOf(kind: Kind, record: AnyRecord, reading: Reading): Promise<Event[]> {
  const { store, published } = reading
  const { tenant, id } = record
  const read = await allOf(async (page) =>
    store.file({ tenant, id }, { ...page, kinds: [...storyKinds, ...historyKinds(kinds, kind)] }),
  )
  // Of one moment whatever lies lower in the file was first.
  const items = read.toReversed()
  const submissions = kind.name === leadKind.name ? await store.getAll(submissionKeysOf(items)) : []
  const { events } = tellStory(
    [...items, ...submissions.filter((item) => item !== undefined)],
    published,
    press,
    isWorkKind(kind) ? { kind, record: record as WorkRecord } : undefined,
  )
  const hidden = reading.seen.get(kind.name)?.access.hidden ?? new Set()
  const [place = record] = await placesOf([{ kind, record }], { store, kinds, tenant })
  const hiddenOf = hiddenIn(place, { caller: reading.caller, company: published.company })
  const more = tellFile(items, { kind, kinds, record, hidden, hiddenOf }, (by) =>
    nameOf(by, published.company),
  )
  return [...events, ...more]
}

/** A state by its name; `open` and `closed` stand for all of either. Throws Fault `input.invalid`. */
function statusIn(states: Lifecycle['states'], state: string | undefined): string | undefined {
  if (state !== undefined && Object.hasOwn(states, state)) return state
  if (state === undefined || state === 'open' || state === 'closed') return undefined
  const known = ['open', 'closed', ...Object.keys(states)]
  throw new Fault('input.invalid', `state: write one of ${[...new Set(known)].join(', ')}`, {
    where: 'state',
  })
}

/** Of a kind that never ends there is one list, of all states. */
const inWhole = ({ lifecycle }: Kind, state: string | undefined): string | undefined =>
  lifecycle && statusIn(lifecycle.states, state)

interface Listed extends Pick<QueryOptions, 'from' | 'before' | 'descending'> {
  index: IndexName
  partitions: string[]
  /** those of this state alone */
  status?: string | undefined
}

/** Where a list lies, and in which order it is told. */
function listed(kind: Kind, tenant: string, asked: Query, now: string): Listed {
  const { state, month, day, owner, queue } = asked
  if ([state ?? month, day, owner, queue].filter((each) => each !== undefined).length > 1)
    throw new Fault('input.invalid', 'ask for one of state, day, owner and queue', { where: 'query' })
  if (!hasEnd(kind) && ((kind.lifecycle ? undefined : state) ?? month ?? day) !== undefined)
    throw new Fault(
      'input.invalid',
      `a ${kind.name} never ends: leave out ${kind.lifecycle ? 'month and day' : 'state, month and day'}`,
      {
        where: 'query',
      },
    )
  if (!kind.work && (owner ?? queue) !== undefined)
    throw new Fault(
      'input.invalid',
      `a ${kind.name} is no work that somebody has: leave out owner and queue`,
      {
        where: 'query',
      },
    )
  if (owner !== undefined || queue !== undefined)
    return {
      index: 'work' as const,
      partitions: [owner === undefined ? workOfQueue(tenant, queue ?? '') : workOfPerson(tenant, owner)],
    }
  const newestFirst = { index: 'list' as const, descending: true }
  if (!kind.lifecycle || !hasEnd(kind))
    return { ...newestFirst, partitions: [wholeList(tenant, kind.name)], status: inWhole(kind, state) }
  if (day) return { ...newestFirst, ...listOfDay(tenant, kind.name, { day, now }) }
  const status = statusIn(kind.lifecycle.states, state)
  if (month !== undefined && (state === 'open' || kind.lifecycle.states[status ?? '']?.open))
    throw new Fault('input.invalid', 'month: of open ones there is one list; leave it out', {
      where: 'month',
    })
  const isClosed =
    state === 'closed' || month !== undefined || (status && !kind.lifecycle.states[status]?.open)
  const partition = isClosed
    ? closedList(tenant, kind.name, month ?? now.slice(0, 7))
    : openList(tenant, kind.name)
  return { ...newestFirst, partitions: [partition], status }
}
