import type { Change } from '../kind/customer/activity.ts'
import type { Contact, Lead } from '../kind/sales/lead.ts'
import { isSameMailbox, isSameName, saysName } from '../sales/person.ts'
import { canonical } from '../table/content-hash.ts'
import { isMoney } from '../money/money.ts'
import type { Arrival } from './arrival.ts'
import { declaredFields } from '../kind/sales/declared-field.ts'

/*
 * What is known of a lead and its people after somebody wrote again. What was sent before the latest words, such as out of
 * the quarantine, fills gaps only; what is new replaces the old, which stands in the changes.
 */

const contactFields = ['name', 'email', 'phone', 'company'] as const
const factFields = ['country', 'product', 'employees', 'budget', 'language'] as const
const allFacts = (): string[] => [...factFields, ...declaredFields().keys()]

/** A person as he is known after he wrote, and what is new of him. */
export function latest(
  before: Contact,
  said: Contact,
  isLatest: boolean,
): { after: Contact; changes: Change[] } {
  const after: Contact = {}
  const changes: Change[] = []
  for (const field of contactFields) {
    const [old, fresh] = [before[field], said[field]]
    const isNews = fresh !== undefined && (old === undefined || (isLatest && !isSame(field, old, fresh)))
    const value = isNews || readsBetter(field, old, fresh) ? fresh : old
    if (value !== undefined) after[field] = value
    if (isNews) changes.push({ field, ...(old !== undefined && { before: old }), after: fresh })
  }
  return { after, changes }
}

/** The same in another writing is no news, nor is a symbol instead of a name. A number in another writing is: its reader may know why. */
function isSame(field: (typeof contactFields)[number], old: string, fresh: string): boolean {
  if (field === 'name') return isSameName(old, fresh) || (saysName(old) && !saysName(fresh))
  if (field === 'company') return isSameName(old, fresh)
  return field === 'email' ? isSameMailbox(old, fresh) : old === fresh
}

/** Of two spellings of one domain people read the one with letters, not xn--…. */
const readsBetter = (field: string, old = '', fresh = ''): boolean =>
  field === 'email' && old.includes('xn--') && !fresh.includes('xn--') && isSameMailbox(old, fresh)

/** What nobody said fills a gap, and replaces nothing that was said. */
export function latestFacts(
  open: Lead,
  facts: Pick<Lead, 'language'> & Partial<Pick<Lead, (typeof factFields)[number]>>,
  { inquiry }: Arrival,
  isLatest: boolean,
): { facts: Partial<Lead>; changes: Change[] } {
  const after: Record<string, unknown> = {}
  const changes: Change[] = []
  for (const field of allFacts()) {
    const [old, fresh] = [open, facts].map((known) => (known as Record<string, unknown>)[field])
    const isAssumed = (inquiry.assumed as string[] | undefined)?.includes(field) ?? false
    if (fresh === undefined || isSameFact(old, fresh) || (old !== undefined && (isAssumed || !isLatest)))
      continue
    after[field] = fresh
    changes.push({ field, ...(old !== undefined && { before: toldOf(old) }), after: toldOf(fresh)! })
  }
  return { facts: after, changes }
}

const isSameFact = (old: unknown, fresh: unknown): boolean => canonical(old) === canonical(fresh)

/** What a change says of a value: people read lists and the like as they are written. */
const toldOf = (value: unknown): Change['after'] | undefined =>
  typeof value === 'object' && !isMoney(value) ? JSON.stringify(value) : (value as Change['after'])
