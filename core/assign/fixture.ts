import { rotationEntity, rotationKey, type Rotation } from '../kind/system/rotation.ts'
import { personId, teamId, type PersonId } from '../record/id.ts'
import { fromItem } from '../record/item.ts'
import type { Store } from '../store/store.ts'
import type { Away } from './roster.ts'
import type { Excluded } from './round-robin.ts'
import { takeTurn, type Assignment, type TurnRequest } from './take-turn.ts'
import { newTurnBook, type TurnBook } from './turn-book.ts'

/*
 * A team of five whose leads are given out, for the tests of turns: who is away, has left or may not get a lead is said
 * for each lead anew.
 */

export const people = ['anna', 'boris', 'clara', 'dmytro', 'eva'].map((name) => personId.parse(name))
export const [anna, boris, clara] = people as [PersonId, PersonId, PersonId]
export const three = { members: [anna, boris, clara] }

export const tenant = 'test'
export const team = teamId.parse('sales')
const now = Date.parse('2026-11-20T09:00:00Z')

export const absence = (person: PersonId, until = '2026-11-27T00:00:00.000Z'): Away => ({
  id: `abs ${person} ${until}`,
  person,
  from: '2026-11-20T00:00:00.000Z',
  until,
})

/** That a lead may not go to whoever had it. */
export const previousOwner = (person: string): Excluded[] => [{ person, because: 'previous-owner' }]

/** Each store is served by a process of its own. */
const books = new WeakMap<Store, TurnBook>()
export function bookOf(store: Store): TurnBook {
  const book = books.get(store) ?? newTurnBook()
  books.set(store, book)
  return book
}

interface Asked {
  members?: PersonId[]
  away?: PersonId[]
  absences?: Away[]
  excluded?: Excluded[]
}

export function requestFor(lead: string, asked: Asked): TurnRequest {
  const { members = people, away = [], absences = away.map((person) => absence(person)), excluded } = asked
  return {
    tenant,
    team,
    members,
    absences,
    excluded: excluded ?? [],
    seed: lead,
    now,
    claim: lead,
    lookAgain: async () => absences,
  }
}

/** Takes a turn for a lead, which is stored at once. */
export const assign = async (store: Store, lead: string, asked: Asked = {}): Promise<Assignment> =>
  takeTurn(store, bookOf(store), requestFor(lead, asked))

export const chosenFor = async (store: Store, lead: string, asked?: Asked): Promise<string> =>
  (await assign(store, lead, asked)).chosen ?? 'nobody'

/** Leads one after the other: who gets them. */
export async function several(store: Store, count: number, name: string, asked?: Asked): Promise<string[]> {
  const chosen = []
  for (let i = 0; i < count; i++) chosen.push(await chosenFor(store, `${name} ${i}`, asked))
  return chosen
}

export async function rotationIn(store: Store): Promise<Rotation> {
  return fromItem(rotationEntity, (await store.get(rotationKey(tenant, team)))!)
}

export const spread = (counts: number[]): number => Math.max(...counts) - Math.min(...counts)
export const numberFor = (chosen: readonly string[], person: string): number =>
  chosen.filter((name) => name === person).length
