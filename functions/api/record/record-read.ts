import * as z from 'zod/mini'
import { kinds } from 'holdfast:kinds'
import type { Door } from '#core/api/door.ts'
import { isWorkKind, type WorkRecord } from '#core/record/open-work.ts'
import { readWhole } from '#core/record/elsewhere.ts'
import type { AnyRecord, Kind } from '#core/record/kind.ts'
import { lineView } from '#core/record/operation/line-view.ts'
import { viewOf } from '#core/record/operation/operation.ts'
import { Fault } from '#core/record/fault.ts'
import type { Reached } from '#core/access/reach.ts'
import type { Company } from '#core/company/company.ts'
import type { Published } from '#core/publish/published.ts'
import { historyKinds, tellFile } from '#core/project/history.ts'
import { planList, type ListAsked } from '#core/query/list.ts'
import { listPage } from '#core/query/list-page.ts'
import { placeOfList } from '#core/query/list-place.ts'
import { leadKind } from '#core/kind/sales/lead.ts'
import { viewKind } from '#core/kind/people/view.ts'
import { seenStory } from '#core/sales/story-seen.ts'
import { inOrder, nameOf, storyKinds, submissionKeysOf, tellStory, type Event } from '#core/sales/story.ts'
import { allOf, readRecord, recordOf, type Store } from '#core/store/store.ts'
import {
  accessTo,
  kindAt,
  readableKinds,
  requireAny,
  type Access,
  requireRight,
  type ReadableKind,
} from '#functions/access/access.ts'
import { withoutOthers } from '#functions/access/about.ts'
import { hiddenIn, placeOf, placesOf, readableOf, type Files } from '#functions/access/filed.ts'
import { openDenials } from '#functions/access/denials.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { readParameters } from '#core/record/operation/read.ts'
import { answerJson, type HttpAnswer, type HttpRequest } from '#functions/adapter/http/http.ts'
import { answerShown } from '#functions/adapter/http/match.ts'
import { paging, turnPage } from '#functions/adapter/http/paging.ts'
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
  filter: z.optional(z.string().check(z.maxLength(4_000))),
  sort: z.optional(z.string().check(z.maxLength(300))),
  view: z.optional(z.string().check(z.maxLength(100))),
  fields: z.optional(z.literal('line', { error: 'write line, or leave it out for whole records' })),
  ...paging.shape,
})

/**
 * GET /{kinds}: open ones, newest first; closed ones of a month; those of a day; the open ones of a person or a queue, most
 * urgent first; of each those of a filter, in another order. GET /{kinds}/{id}: one, with what is derived of its file and its ETag. GET /{kinds}/{id}/history: all that ever happened to it, in its order.
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
  if (id === undefined) return list({ kind, access, company, request, store, tenant, now: clock.instant() })
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
  const readable = readableKinds(request, [...kinds.values()], company).kinds
  const events = await historyOf(kind, record, { store, files, published, readable })
  return answerJson(200, { [kind.name]: shown.view, events })
})

interface Asked {
  kind: Kind
  access: Access
  company: Company
  request: HttpRequest
  store: Store
  tenant: string
  now: string
}

/** A page of a list: what is asked of it is asked of lines, and again of the records, since an index is a moment behind. */
async function list(here: Asked): Promise<HttpAnswer> {
  const { kind, access, company, request, store, tenant } = here
  const asked = readParameters(query, request.query)
  const { status, ...place } = placeOfList(kind, asked, here)
  const { also, ...wanted } = await wantedOf(here, asked)
  const { hidden } = access
  const plan = planList(kind, wanted, { hidden, currency: company.currency, index: place.index })
  const isAsked = (line: Readonly<Record<string, unknown>>): boolean =>
    status === undefined || line.status === status
  const seen = seenBy(here)
  const page = await turnPage({ store, tenant, request, also }, asked, async (after) =>
    listPage(store, place, plan, {
      limit: asked.limit,
      after,
      // The work of a person is of every kind.
      keep: (entry) => entry.kind === kind.name && isAsked(entry.line),
      ...(access.grant.read !== 'all' || kind.sharedBy !== undefined ? { seen } : {}),
    }),
  )
  const { lines, ...more } = page
  if (asked.fields === 'line') {
    const views = lines.map(({ entry, line }) =>
      lineView(kind, { called: entry.line.called, ...line }, hidden),
    )
    return answerJson(200, { [kind.plural]: views, ...more })
  }
  const items = await store.getAll(lines.map(({ entry }) => entry))
  const found = items
    .flatMap((item) => recordOf(kind, item) ?? [])
    .filter((record) => isAsked(record) && plan.matches(record))
  const may = await seen(found)
  const shown = found.filter((_, i) => may[i])
  const records = await readWhole(store, kind, shown, press)
  return answerJson(200, { [kind.plural]: records.map((record) => viewOf(kind, record, hidden)), ...more })
}

/** Which of some lines or records the caller may read; what names nobody is judged by the file in which it lies. */
function seenBy({ kind, access, store, tenant }: Asked): (lines: readonly Reached[]) => Promise<boolean[]> {
  return async (lines) => {
    const placed = lines.map((record) => ({ kind, record, access }))
    const places = await placesOf(placed, { store, kinds, tenant })
    return places.map((place) => access.right('read', place).may)
  }
}

/** Filter and order of the address, or of the view that it names; and on what else its pages rest. */
async function wantedOf(
  { kind, company, request, store, tenant }: Asked,
  { filter, sort, view: id }: z.infer<typeof query>,
): Promise<ListAsked & { also: string[] }> {
  if (id === undefined) return { filter, sort, also: [] }
  if (filter !== undefined)
    throw new Fault('input.invalid', 'ask for one of filter and view', { where: 'query' })
  const access = accessTo(request, viewKind, company)
  requireAny(access, viewKind, 'read')
  const view = await readRecord(store, viewKind, { tenant, id })
  if (!view) throw new Fault('record.unknown', 'there is no such view', { where: 'view' })
  const right = access.right('read', view)
  if (!right.may)
    throw new Fault('record.unknown', 'there is no such view', {
      where: 'view',
      denied: { of: viewKind.name, id, operation: 'read', because: right.because },
    })
  if (view.status === 'dropped')
    throw new Fault('record.unknown', 'this view was dropped; whoever made it can keep it again (restore)', {
      where: 'view',
    })
  if (view.listOf !== kind.name)
    throw new Fault('input.invalid', `view: this one is of the kind "${view.listOf}"`, { where: 'view' })
  return { filter: view.filter, sort: sort ?? view.sort, also: [`${view.id} ${view.version}`] }
}

interface Reading {
  store: Store
  files: Files
  published: Pick<Published, 'company' | 'tables'>
  /** kinds that whoever asks may read */
  readable: ReadonlyMap<string, ReadableKind>
}

/** Its own, and that of the records that it was before, as far as the caller may see them: each event of those says of which. */
async function historyOf(kind: Kind, record: AnyRecord, reading: Reading): Promise<Event[]> {
  const ids = kind.files === undefined ? [] : ((record[kind.files] as string[] | undefined) ?? [])
  const before = await readableOf(ids, reading.readable, reading.files)
  const [own, ...others] = await Promise.all(
    [{ kind, record }, ...before].map(async (each) => eventsOf(each.kind, each.record, reading)),
  )
  const merged = others.flatMap((events, i) => {
    const { kind: of, record: was } = before[i]!
    return events.map((event) => ({ ...event, of: { kind: of.name, id: was.id } }))
  })
  return [...(own ?? []), ...merged].sort(inOrder)
}

async function eventsOf(kind: Kind, record: AnyRecord, reading: Reading): Promise<Event[]> {
  const { store, files, published, readable } = reading
  const { tenant, id } = record
  const read = await allOf(async (page) =>
    store.file({ tenant, id }, { ...page, kinds: [...storyKinds, ...historyKinds(kinds, kind)] }),
  )
  const [place = record] = await placesOf([{ kind, record }], files)
  // Of one moment whatever lies lower in the file was first.
  const items = (await withoutOthers(read, read, { place, readable, files })).toReversed()
  const submissions = kind.name === leadKind.name ? await store.getAll(submissionKeysOf(items)) : []
  const { events } = tellStory(
    [...items, ...submissions.filter((item) => item !== undefined)],
    published,
    press,
    isWorkKind(kind) ? { kind, record: record as WorkRecord } : undefined,
  )
  const hidden = readable.get(kind.name)?.access.hidden ?? new Set()
  const hiddenOf = hiddenIn(place, readable)
  const more = tellFile(items, { kind, kinds, record, hidden, hiddenOf }, (by) =>
    nameOf(by, published.company),
  )
  const seen = seenStory(events, {
    hasHidden: hidden.size > 0,
    isHidden: (name, field) => kinds.has(name) && readable.get(name)?.access.hidden.has(field) !== false,
  })
  return [...seen, ...more]
}
