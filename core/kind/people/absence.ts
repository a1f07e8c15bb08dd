import { instant, optional, stored } from '../../record/field.ts'
import { keyOf } from '../../record/key.ts'
import { entry, type RecordOf, type Subject } from '../../record/kind.ts'

/** A month is kept for explanations of past decisions. */
export const keptAfterMilliseconds = 30 * 86_400_000

/** One partition has those of everybody: the roster is made of them, and an index might not have the newest yet. */
export const absencePartition = (tenant: string): string => keyOf(tenant, 'absence')

export const absenceKind = entry({
  name: 'absence',
  title: 'Absence',
  help: 'A time during which a person gets no new work. It is never changed, only taken back, and expires a month after its end.',
  fields: () => ({
    id: stored('Id', { given: true }),
    from: instant('From'),
    until: instant('Until'),
    reason: optional(stored('Reason', { personal: 'identity' })),
  }),
  // Sorted by the end, so that one query from now on reads only what still matters.
  place: ({ until, subject, id }) => keyOf(until, subject.id, id),
  indexed: ({ tenant, until }) => ({
    pk: absencePartition(tenant),
    expiresAt: Math.floor((Date.parse(until) + keptAfterMilliseconds) / 1000),
  }),
})
export type Absence = RecordOf<typeof absenceKind>

/** People are published and no records, but have satellites as records have. */
export const personSubject = (id: string): Subject => ({ kind: 'person', id })
