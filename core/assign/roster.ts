import { absenceKind, absencePartition, type Absence } from '../kind/people/absence.ts'
import { emptyRoster, rosterKey, rosterKind, type Roster } from '../kind/system/roster.ts'
import { personId, toInstant } from '../record/id.ts'
import { change } from '../record/change.ts'
import { fromItem, toItem, type Item } from '../record/item.ts'
import { allOf, type Store, type Write } from '../store/store.ts'

/** Somebody is away: what the roster says of an absence. */
export type Away = Roster['absences'][number]

/** Who is away, now or later. `item` is the roster as it was read; one that is missing is made from the absences. */
export async function absencesFrom(
  item: Item | undefined,
  store: Store,
  at: { tenant: string; now: number },
): Promise<readonly Away[]> {
  if (item) return fromItem(rosterKind, item).absences
  const { absences, write } = await makeRoster(store, undefined, at)
  // Refused when somebody else has made it, or has written an absence meanwhile.
  await store.write([write])
  return absences
}

/** Makes the roster where there is none, and anew where it says something else than the absences. */
export async function mendRoster(store: Store, tenant: string, now: number): Promise<void> {
  const item = await store.get(rosterKey(tenant))
  const known = item && fromItem(rosterKind, item)
  const { absences, write } = await makeRoster(store, known, { tenant, now })
  if (!known || namesOf(absences) !== namesOf(shorten(known.absences, now))) await store.write([write])
}

/** An absence is never changed, so its id tells it. */
const namesOf = (absences: readonly Away[]): string =>
  absences
    .map(({ id }) => id)
    .toSorted()
    .join(' ')

/** Who is away, with the version of the roster that says so: one that is not there is made, as its first. */
export async function readRoster(
  store: Store,
  at: { tenant: string; now: number },
): Promise<{ absences: readonly Away[]; version: number }> {
  const item = await store.get(rosterKey(at.tenant))
  return { absences: await absencesFrom(item, store, at), version: item?.version ?? 1 }
}

/** The same without its version. */
export const readAbsences = async (
  store: Store,
  at: { tenant: string; now: number },
): Promise<readonly Away[]> => absencesFrom(await store.get(rosterKey(at.tenant)), store, at)

/** The same for whoever only shows it: nobody where there is no roster yet, which is made by the first who assigns something. */
export async function knownAbsences(store: Pick<Store, 'get'>, tenant: string): Promise<readonly Away[]> {
  const item = await store.get(rosterKey(tenant))
  return item ? fromItem(rosterKind, item).absences : []
}

interface RosterChange {
  store: Store
  now: number
  /** a person, or a program; absent: Holdfast by itself */
  by?: string | undefined
}
type RosterAt = Omit<RosterChange, 'store'> & { tenant: string }

/** An absence begins to be known. To be written together; refused when the roster has changed since `item` was read. */
export async function addAbsence(
  item: Item | undefined,
  absence: Absence,
  { store, ...at }: RosterChange,
): Promise<Write[]> {
  const { tenant } = absence
  const roster = await changed(item, store, { tenant, ...at }, (others) => [...others, awayBy(absence)])
  return [{ do: 'create', item: toItem(absenceKind, absence) }, roster]
}

/** An absence is taken back. */
export async function removeAbsence(
  item: Item | undefined,
  absence: Absence,
  { store, ...at }: RosterChange,
): Promise<Write[]> {
  const { pk, sk } = absenceKind.keys(absence)
  const roster = await changed(item, store, { tenant: absence.tenant, ...at }, (all) =>
    all.filter(({ id }) => id !== absence.id),
  )
  return [{ do: 'remove', key: { pk, sk }, seen: absence.version }, roster]
}

async function changed(
  item: Item | undefined,
  store: Store,
  at: RosterAt,
  adjust: (absences: readonly Away[]) => readonly Away[],
): Promise<Write> {
  const known = item && fromItem(rosterKind, item)
  if (!known) return (await makeRoster(store, undefined, at, adjust)).write
  return writeRoster(known, shorten(adjust(known.absences), at.now), at)
}

async function makeRoster(
  store: Store,
  known: Roster | undefined,
  at: RosterAt,
  adjust = (absences: readonly Away[]): readonly Away[] => absences,
): Promise<{ absences: Away[]; write: Write }> {
  const { tenant, now } = at
  const items = await allOf(async (page) => store.query(absencePartition(tenant), page), {
    from: toInstant(now),
  })
  const absences = shorten(adjust(items.map((each) => awayBy(fromItem(absenceKind, each)))), now)
  return { absences, write: writeRoster(known ?? emptyRoster(tenant, now), absences, at) }
}

/** What the roster says of an absence: not why. */
const awayBy = ({ id, subject, from, until }: Absence): Away => ({
  id,
  person: personId.parse(subject.id),
  from,
  until,
})

/** Those that are not over. */
const shorten = (absences: readonly Away[], now: number): Away[] =>
  absences.filter(({ until }) => now < Date.parse(until))

function writeRoster(before: Roster, absences: Away[], { now, by }: RosterAt): Write {
  const { after } = change(before, { absences }, now, by)
  const item = toItem(rosterKind, after)
  return before.version > 0 ? { do: 'replace', item, seen: before.version } : { do: 'create', item }
}
