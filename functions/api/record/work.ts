import * as z from 'zod/mini'
import { kinds } from 'holdfast:kinds'
import type { Door } from '#core/api/door.ts'
import type { Company } from '#core/company/company.ts'
import { Fault } from '#core/record/fault.ts'
import { derivedKey } from '#core/kind/system/derived.ts'
import { readWhole } from '#core/record/elsewhere.ts'
import { toItem, type Line } from '#core/record/item.ts'
import { idOfFile, workOfPerson, workOfQueue } from '#core/record/key.ts'
import type { AnyRecord, Kind } from '#core/record/kind.ts'
import { isWorkKind, lateSince } from '#core/record/open-work.ts'
import { lineView } from '#core/record/operation/line-view.ts'
import { readParameters } from '#core/record/operation/read.ts'
import { nearest } from '#core/source/source.ts'
import { recordOf, type IndexEntry, type Store } from '#core/store/store.ts'
import { countedWorkList, workList, type WorkCount, type WorkList } from '#core/store/work-list.ts'
import { personOf } from '#core/access/reach.ts'
import { readableKinds, type ReadableKind } from '#functions/access/access.ts'
import { openDenials } from '#functions/access/denials.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson, type Caller } from '#functions/adapter/http/http.ts'
import { paging, turnPage } from '#functions/adapter/http/paging.ts'
import { showRecord } from '#functions/adapter/http/shown.ts'
import { submissionPress } from '#functions/adapter/press/submission.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { openTable } from '#functions/adapter/table.ts'

export const door = {
  description: 'Shows open work of all kinds, most urgent first',
  uses: { table: ['read', 'denials'] },
  routes: [
    {
      routes: ['GET /work'],
      words: {
        en: 'Open work of all kinds, most urgent first: the own, of a person or in a queue (?owner=…, ?queue=…, ?kind=…)',
        uk: 'Відкрита робота всіх видів, найтерміновіша спершу: власна, людини чи черги (?owner=…, ?queue=…, ?kind=…)',
        ru: 'Открытая работа всех видов, самая срочная сначала: своя, человека или очереди (?owner=…, ?queue=…, ?kind=…)',
      },
      calls: {
        'GET /work': {
          id: 'listWork',
          status: 200,
          answers: { work: ['WorkLine'], 'count?': 'WorkCount', 'next?': 'Next' },
          query: {
            owner: 'the work of a person',
            queue: 'what lies in a queue',
            kind: 'of one kind alone',
            fields: {
              about: '`record`: with each the whole record, too, as its own address shows it',
              schema: { type: 'string', enum: ['record'] },
            },
            count: {
              about: '`true`: how much there is in all, with the first page; at most 200 are counted',
              schema: { type: 'string', enum: ['true'] },
            },
            limit: 'entries of a page',
            after: '`next` of the page before',
          },
        },
      },
    },
  ],
} satisfies Door

const uses = { store: openTable, tenant: openTenant, published: openPublished, denials: openDenials }

const name = z.optional(z.string().check(z.maxLength(100)))
const query = z.strictObject({
  owner: name,
  queue: name,
  kind: name,
  fields: z.optional(z.literal('record', { error: 'write record, or leave it out for lines alone' })),
  count: z.optional(z.literal('true', { error: 'write true, or leave it out' })),
  ...paging.shape,
})

/**
 * GET /work: what the caller holds and what lies in the queues that he watches, of every kind that he may read; what another
 * person holds or what lies in a queue, as far as he may work on it. From the index alone, unless whole records are asked for.
 */
export const handler = onHttp(uses, async (request, { store, tenant, clock, published }) => {
  const { company } = await published(tenant)
  const asked = readParameters(query, request.query)
  const { limit } = asked
  const may = readableKinds(request, workKinds(asked.kind), company)
  const partitions = holdersOf(asked, may.caller, company).map((holder) =>
    'person' in holder ? workOfPerson(tenant, holder.person) : workOfQueue(tenant, holder.queue),
  )
  const keep = ({ kind: name, line }: IndexEntry): boolean => {
    return may.kinds.get(name)?.access.right('read', line).may === true
  }
  const now = clock.instant()
  const isLate = ({ kind, line }: IndexEntry): boolean => lates(may.kinds.get(kind)!, line, now).overdue
  const page = await turnPage<WorkList & { count?: WorkCount }>(
    { store, tenant, request },
    asked,
    async (after) =>
      asked.count && after === undefined
        ? countedWorkList(store, partitions, { limit, keep, isOverdue: isLate })
        : workList(store, partitions, { limit, after, keep }),
  )
  const { entries, ...more } = page
  const work = asked.fields
    ? await withRecords(entries, { store, readable: may.kinds, partitions, now })
    : entries.map((entry) => shown(may.kinds.get(entry.kind)!, entry, now))
  return answerJson(200, { work, ...more })
})

interface Reading {
  store: Store
  readable: ReadonlyMap<string, ReadableKind>
  partitions: readonly string[]
  now: string
}

/**
 * Each with its record as that is now: an index is a moment behind, so what lies elsewhere by now, or with somebody whose work
 * the caller may not read, is left out.
 */
async function withRecords(entries: readonly IndexEntry[], reading: Reading): Promise<object[]> {
  const { store, readable, partitions, now } = reading
  const items = await store.getAll(entries)
  const found = entries.flatMap(({ kind: name }, i) => {
    const { kind, access } = readable.get(name)!
    const record = recordOf(kind, items[i])
    const isThere = record && partitions.includes(kind.keys(record).workPk ?? '')
    return isThere && access.right('read', record).may ? [{ kind, access, record }] : []
  })
  const views = await viewsOf(found, reading)
  return found.map((each) => ({
    ...shown(each, toItem(each.kind, each.record), now),
    record: views.get(each.record.id),
  }))
}

/** The records as their own addresses show them, by their ids: with all their fields, and what is derived of their files. */
async function viewsOf(
  found: readonly (ReadableKind & { record: AnyRecord })[],
  { store, now }: Reading,
): Promise<Map<string, object>> {
  const views = new Map<string, object>()
  for (const [kind, some] of Map.groupBy(found, (each) => each.kind)) {
    const records = some.map(({ record }) => record)
    const keys = kind.derived ? records.map(({ tenant, id }) => derivedKey(tenant, id)) : []
    const [whole, derived] = await Promise.all([
      readWhole(store, kind, records, submissionPress),
      keys.length ? store.getAll(keys) : [],
    ])
    for (const [i, { access }] of some.entries()) {
      const asked = { derived: derived[i], now: Date.parse(now), hidden: access.hidden }
      views.set(whole[i]!.id, showRecord(kind, whole[i]!, asked).view)
    }
  }
  return views
}

/** All kinds that are worked on, or the one that is asked for. Throws Fault `input.invalid` for any other. */
function workKinds(name: string | undefined): Kind[] {
  const all = [...kinds.values()].filter(isWorkKind)
  if (name === undefined) return all
  const found = all.filter((kind) => kind.name === name)
  if (found.length) return found
  throw new Fault('input.invalid', `kind: write one of ${all.map((kind) => kind.name).join(', ')}`, {
    where: 'kind',
  })
}

type Holder = { person: string } | { queue: string }

/** Whose work is asked for. Throws Fault `input.invalid` for who or what does not exist. */
function holdersOf({ owner, queue }: z.infer<typeof query>, caller: Caller, company: Company): Holder[] {
  const { people, queues } = company
  if (owner !== undefined && queue !== undefined)
    throw new Fault('input.invalid', 'ask for one of owner and queue', { where: 'query' })
  if (owner !== undefined) return [{ person: known('owner', owner, people) }]
  if (queue !== undefined) return [{ queue: known('queue', queue, queues) }]
  const person = personOf(caller.person, company)
  if (person === undefined)
    throw new Fault('input.invalid', 'a program has no work of its own: ask for owner or queue', {
      where: 'query',
    })
  const watched = Object.entries(queues).filter(([, { watchers }]) => watchers.includes(person))
  return [{ person }, ...watched.map(([id]) => ({ queue: id }))]
}

function known(where: 'owner' | 'queue', id: string, all: object): string {
  if (Object.hasOwn(all, id)) return id
  const near = nearest(id, Object.keys(all))
  const what = where === 'owner' ? 'person' : 'queue'
  throw new Fault(
    'input.invalid',
    `${where}: there is no ${what} "${id}"${near ? `; did you mean "${near}"?` : ''}`,
    { where },
  )
}

/** Whether it is late and since when, as far as the caller sees of what that follows. */
function lates(
  { kind, access }: ReadableKind,
  line: Line,
  now: string,
): { overdue: boolean; lateSince?: string } {
  const since = lateSince(kind, line, { now, hidden: access.hidden })
  // What was raised is due anew, at the next level, and nobody has worked on it since.
  const overdue = since !== undefined || line.raised !== undefined
  return { overdue, ...(since !== undefined && { lateSince: since }) }
}

/** What its line says of it, and where the rest is read. */
function shown(
  { kind, access }: ReadableKind,
  { pk, line: listed = {} }: { pk: string; line?: unknown },
  now: string,
): object {
  const all = listed as Line
  const { next, due, ...rest } = all
  const id = idOfFile(pk)
  const { called, ...line } = lineView(kind, rest, access.hidden)
  return {
    kind: kind.name,
    id,
    called,
    next,
    due,
    ...lates({ kind, access }, all, now),
    url: `/${kind.plural}/${id}`,
    line,
  }
}
