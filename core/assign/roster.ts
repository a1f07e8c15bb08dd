import { absenceEntity, absencePartition, type Absence } from '../kind/people/absence.ts'
import { rosterEntity, rosterKey, type Roster } from '../kind/system/roster.ts'
import { toInstant } from '../record/id.ts'
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
  if (item) return fromItem(rosterEntity, item).absences
  const { absences, write } = await makeRoster(store, undefined, at)
  // Refused when somebody else has made it, or has written an absence meanwhile.
  await store.write([write])
  return absences
}

/** Makes the roster where there is none, and anew where it says something else than the absences. */
export async function mendRoster(store: Store, tenant: string, now: number): Promise<void> {
  const item = await store.get(rosterKey(tenant))
  const known = item && fromItem(rosterEntity, item)
  const { absences, write } = await makeRoster(store, known, { tenant, now })
  if (!known || namesOf(absences) !== namesOf(shorten(known.absences, now))) await store.write([write])
}

/** An absence is never changed, so its id tells it. */
const namesOf = (absences: readonly Away[]): string =>
  absences
    .map(({ id }) => id)
    .toSorted()
    .join(' ')

/** The same, read. */
export const readAbsences = async (
  store: Store,
  at: { tenant: string; now: number },
): Promise<readonly Away[]> => absencesFrom(await store.get(rosterKey(at.tenant)), store, at)

/** An absence begins to be known. To be written together; refused when the roster has changed since `item` was read. */
export async function addAbsence(
  item: Item | undefined,
  absence: Absence,
  { store, now }: { store: Store; now: number },
): Promise<Write[]> {
  const roster = await changed(item, store, { tenant: absence.tenant, now }, (others) => [...others, absence])
  return [{ do: 'create', item: toItem(absenceEntity, absence) }, roster]
}

/** An absence is taken back. */
export async function removeAbsence(
  item: Item | undefined,
  absence: Absence,
  { store, now }: { store: Store; now: number },
): Promise<Write[]> {
  const { pk, sk } = absenceEntity.keys(absence)
  const roster = await changed(item, store, { tenant: absence.tenant, now }, (all) =>
    all.filter(({ id }) => id !== absence.id),
  )
  return [{ do: 'remove', key: { pk, sk }, seen: absence.version }, roster]
}

async function changed(
  item: Item | undefined,
  store: Store,
  at: { tenant: string; now: number },
  change: (absences: readonly Away[]) => readonly Away[],
): Promise<Write> {
  const known = item && fromItem(rosterEntity, item)
  if (!known) return (await makeRoster(store, undefined, at, change)).write
  return writeRoster({ ...known, absences: shorten(change(known.absences), at.now) }, known)
}

async function makeRoster(
  store: Store,
  known: Roster | undefined,
  { tenant, now }: { tenant: string; now: number },
  change = (absences: readonly Away[]): readonly Away[] => absences,
): Promise<{ absences: Away[]; write: Write }> {
  const items = await allOf(async (page) => store.query(absencePartition(tenant), page), {
    from: toInstant(now),
  })
  const absences = shorten(change(items.map((each) => fromItem(absenceEntity, each))), now)
  return { absences, write: writeRoster({ tenant, version: 0, absences }, known) }
}

/** Those that are not over, and of them what the roster says. */
const shorten = (absences: readonly Away[], now: number): Away[] =>
  absences
    .filter(({ until }) => now < Date.parse(until))
    .map(({ id, person, from, until }) => ({ id, person, from, until }))

function writeRoster(roster: Roster, seen: Roster | undefined): Write {
  const item = toItem(rosterEntity, { ...roster, version: (seen?.version ?? 0) + 1 })
  return seen ? { do: 'replace', item, seen: seen.version } : { do: 'create', item }
}
