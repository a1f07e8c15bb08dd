import * as z from 'zod/mini'
import { instant, stored, value } from '../../record/field.ts'
import { personId, toInstant } from '../../record/id.ts'
import { recordKey, type Key } from '../../record/key.ts'
import { kind, type RecordOf } from '../../record/kind.ts'

const away = () =>
  z.object({ id: stored('Absence'), person: personId, from: instant('From'), until: instant('Until') })

/**
 * A segment reads it together with its record. The absences themselves are the truth; whoever writes one writes this with
 * it, and the watchdog compares the two. Decisions name the version that they have seen, so its journal is kept.
 */
export const rosterKind = kind({
  name: 'roster',
  plural: 'rosters',
  prefix: 'roster',
  title: 'Roster',
  help: 'The absences of everybody that are not over, in one item.',
  silent: true,
  journaled: true,
  doors: [],
  fields: () => ({
    absences: value('Absences', z.array(away()), { given: true, noFact: 'belongs to assignment' }),
  }),
  called: () => 'Roster',
  // There is one: it stands in no list.
  indexed: () => ({ listPk: undefined, listSk: undefined }),
})
export type Roster = RecordOf<typeof rosterKind>

const rosterId = 'roster' as Roster['id']

export const rosterKey = (tenant: string): Key => recordKey(tenant, rosterId)

/** Before its first version. */
export const emptyRoster = (tenant: string, now: number): Roster => ({
  tenant,
  id: rosterId,
  version: 0,
  createdAt: toInstant(now),
  updatedAt: toInstant(now),
  absences: [],
})
