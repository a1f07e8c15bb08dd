import * as z from 'zod/mini'
import { kinds } from 'holdfast:kinds'
import type { Door } from '#core/api/door.ts'
import type { Company } from '#core/company/company.ts'
import { Fault } from '#core/record/fault.ts'
import { idOfFile, workOfPerson, workOfQueue } from '#core/record/key.ts'
import type { Kind } from '#core/record/kind.ts'
import { isWorkKind } from '#core/record/open-work.ts'
import { lineView } from '#core/record/operation/line-view.ts'
import { readParameters } from '#core/record/operation/read.ts'
import { nearest } from '#core/source/source.ts'
import type { IndexEntry } from '#core/store/store.ts'
import { workList } from '#core/store/work-list.ts'
import { personOf } from '#core/access/reach.ts'
import { readableKinds, type ReadableKind } from '#functions/access/access.ts'
import { openDenials } from '#functions/access/denials.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson, type Caller } from '#functions/adapter/http/http.ts'
import { paging, turnPage } from '#functions/adapter/http/paging.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { openTable } from '#functions/adapter/table.ts'

export const door = {
  description: 'Shows open work of all kinds, most urgent first',
  uses: { table: ['read', 'denials'] },
  routes: [
    {
      routes: ['GET /work'],
      words: {
        en: 'Open work of all kinds, overdue first: the own, of a person or in a queue (?owner=…, ?queue=…, ?kind=…)',
        uk: 'Відкрита робота всіх видів, прострочена спершу: власна, людини чи черги (?owner=…, ?queue=…, ?kind=…)',
        ru: 'Открытая работа всех видов, просроченная сначала: своя, человека или очереди (?owner=…, ?queue=…, ?kind=…)',
      },
      calls: {
        'GET /work': {
          id: 'listWork',
          status: 200,
          answers: { work: ['WorkLine'], 'next?': 'Next' },
          query: {
            owner: 'the work of a person',
            queue: 'what lies in a queue',
            kind: 'of one kind alone',
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
const query = z.strictObject({ owner: name, queue: name, kind: name, ...paging.shape })

/**
 * GET /work: what the caller holds and what lies in the queues that he watches, of every kind that he may read; what another
 * person holds or what lies in a queue, as far as he may work on it. From the index alone: no record is read.
 */
export const handler = onHttp(uses, async (request, { store, tenant, clock, published }) => {
  const { company } = await published(tenant)
  const asked = readParameters(query, request.query)
  const may = readableKinds(request, workKinds(asked.kind), company)
  const partitions = holdersOf(asked, may.caller, company).map((holder) =>
    'person' in holder ? workOfPerson(tenant, holder.person) : workOfQueue(tenant, holder.queue),
  )
  const keep = ({ kind: name, line }: IndexEntry): boolean => {
    return may.kinds.get(name)?.access.right('read', line).may === true
  }
  const page = await turnPage({ store, tenant, request }, asked, async (after) =>
    workList(store, partitions, { limit: asked.limit, after, keep }),
  )
  const now = clock.instant()
  const work = page.entries.map((entry) => shown(may.kinds.get(entry.kind)!, entry, now))
  return answerJson(200, { work, ...(page.next && { next: page.next }) })
})

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

/** What the index says of it, and where the rest is read. */
function shown(
  { kind, access }: ReadableKind,
  { pk, line: { next, due, ...rest } }: IndexEntry,
  now: string,
): object {
  const id = idOfFile(pk)
  const { called, ...line } = lineView(kind, rest, access.hidden)
  return {
    kind: kind.name,
    id,
    called,
    next,
    due,
    overdue: String(due) <= now,
    url: `/${kind.plural}/${id}`,
    line,
  }
}
