import { withArticle } from '../record/article.ts'
import { Fault } from '../record/fault.ts'
import { workOfPerson, workOfQueue } from '../record/key.ts'
import type { Kind, Lifecycle } from '../record/kind.ts'
import { closedList, hasEnd, listOfDay, openList, wholeList } from '../record/place.ts'
import type { ListPlace } from './list-page.ts'

/* The parts of a list that have an index entry of their own: the narrowest of them is read. */

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

export interface ListPart {
  state?: string | undefined
  month?: string | undefined
  day?: string | undefined
  owner?: string | undefined
  queue?: string | undefined
}

/** Where a part of a list lies, and those of which state it is. */
export interface PartPlace extends ListPlace {
  status?: string | undefined
}

/** Where a list lies, and in which order it is told. Throws Fault `input.invalid` for what there is no list of. */
export function placeOfList(
  kind: Kind,
  asked: ListPart,
  { tenant, now }: { tenant: string; now: string },
): PartPlace {
  const { state, month, day, owner, queue } = asked
  if ([state ?? month, day, owner, queue].filter((each) => each !== undefined).length > 1)
    throw new Fault('input.invalid', 'ask for one of state, day, owner and queue', { where: 'query' })
  if (!hasEnd(kind) && ((kind.lifecycle ? undefined : state) ?? month ?? day) !== undefined)
    throw new Fault(
      'input.invalid',
      `${withArticle(kind.name)} never ends: leave out ${kind.lifecycle ? 'month and day' : 'state, month and day'}`,
      { where: 'query' },
    )
  if (!kind.work && (owner ?? queue) !== undefined)
    throw new Fault(
      'input.invalid',
      `${withArticle(kind.name)} is no work that somebody has: leave out owner and queue`,
      {
        where: 'query',
      },
    )
  if (owner !== undefined || queue !== undefined)
    return {
      index: 'work',
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
