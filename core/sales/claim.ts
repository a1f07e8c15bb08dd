import { recordKey, type Key } from '../record/key.ts'
import { fromItem, toItem } from '../record/item.ts'
import { Fault } from '../record/fault.ts'
import { leadKind, mostEarlier, type Address, type Contact, type Lead } from '../kind/sales/lead.ts'
import { uniqueKeyEntity, uniqueKeyKey, type UniqueKey } from '../kind/system/submission.ts'
import type { Store, Write } from '../store/store.ts'

/*
 * Which addresses belong to a lead. Invariant: whatever address an open lead shows belongs to it, by the address's
 * unique key, so among the open leads it occurs once. A closed lead leaves its keys behind: the next submission takes
 * them over, which spares the closing of every lead two reads and two writes. So a lead that is reopened must claim
 * them again, in the same transaction.
 */

/** The addresses of people, as they are shown. */
export const addressesOf = (people: readonly Contact[]): Address[] =>
  people.flatMap(({ email, phone }) => [
    ...(email ? [{ scope: 'email' as const, value: email }] : []),
    ...(phone ? [{ scope: 'phone' as const, value: phone }] : []),
  ])

const everybodyIn = (lead: Pick<Lead, 'contact' | 'people'>): Contact[] => [
  lead.contact,
  ...(lead.people ?? []),
]

/** The addresses that belong to a lead and that it does not show; the latest last. */
export function earlierOf(lead: Pick<Lead, 'contact' | 'people'>, all: readonly Address[]): Lead['earlier'] {
  const shown = new Set(addressesOf(everybodyIn(lead)).map(nameOf))
  const hidden = new Map(all.filter((each) => !shown.has(nameOf(each))).map((each) => [nameOf(each), each]))
  return hidden.size ? [...hidden.values()].slice(-mostEarlier) : undefined
}

/** All that belongs to a lead, shown or not. Some of what is shown may be no address: that has no unique key. */
export const ownAddresses = (lead: Pick<Lead, 'contact' | 'people' | 'earlier'>): Address[] => [
  ...(lead.earlier ?? []),
  ...addressesOf(everybodyIn(lead)),
]

const nameOf = ({ scope, value }: Address): string => `${scope} ${value}`

/** Who holds the addresses of a lead that is to be reopened. */
export interface Claims {
  keys: UniqueKey[]
  /** the leads that hold them */
  holders: Lead[]
}

/** Reads who holds the addresses of a lead. */
export async function readClaims(store: Store, lead: Lead): Promise<Claims> {
  const places = new Map(
    ownAddresses(lead).map((each) => [nameOf(each), uniqueKeyKey(lead.tenant, each.scope, each.value)]),
  )
  const keys = (await store.getAll([...places.values()])).flatMap((item) =>
    item ? [fromItem(uniqueKeyEntity, item)] : [],
  )
  const others = new Map<string, Key>(
    keys
      .filter(({ leadId }) => leadId !== lead.id)
      .map(({ tenant, leadId }) => [leadId, recordKey(tenant, leadId)]),
  )
  const holders = (await store.getAll([...others.values()])).flatMap((item) =>
    item ? [fromItem(leadKind, item)] : [],
  )
  return { keys, holders }
}

/**
 * Gives a lead that is reopened its addresses back. Each key is written, those too that it still holds: whoever takes
 * one over at this moment is refused, or this is.
 * Throws Fault `lead.superseded` when one belongs to an open lead: the customer is looked after there.
 */
export function claimAgain(lead: Lead, { keys, holders }: Claims, at: string): Write[] {
  const open = holders.find(({ status }) => status === 'open')
  if (open)
    throw new Fault(
      'lead.superseded',
      `this customer has a newer open lead, ${open.id}: go on there, or close that one first and reopen this one then`,
      { where: 'what', facts: { leadId: open.id, ...(open.ownerId && { ownerId: open.ownerId }) } },
    )
  return keys.map((key) => ({
    do: 'replace',
    item: toItem(uniqueKeyEntity, { ...key, version: key.version + 1, leadId: lead.id, at }),
    seen: key.version,
  }))
}
