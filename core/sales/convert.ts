import { activityKind, type Conversion } from '../kind/customer/activity.ts'
import type { Contact } from '../kind/customer/contact.ts'
import { customerKind, mostLeads, type Customer } from '../kind/customer/customer.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import type { Opportunity } from '../kind/sales/opportunity.ts'
import { toldOfGiving } from '../message/given.ts'
import { change, writeOf } from '../record/change.ts'
import { Fault } from '../record/fault.ts'
import { toInstant } from '../record/id.ts'
import { toItem } from '../record/item.ts'
import { subjectOf, type AnyRecord, type Kind, type Subject } from '../record/kind.ts'
import { isWorkKind, type WorkRecord } from '../record/open-work.ts'
import { claimWrites } from '../record/unique.ts'
import type { Write } from '../store/store.ts'
import { closed } from './activity.ts'
import {
  begunOf,
  madeOf,
  nameOf,
  tellingOf,
  type ConvertContext,
  type ConvertRequest,
  type Made,
  type Telling,
} from './convert-part.ts'

/*
 * A lead becomes a customer, a person at it, and a deal.
 *
 * Problem: whoever said yes must not be typed in again, and what was said before must not be lost.
 * Representation: new records, of what the lead says and the caller says otherwise, in the transaction that wins the lead. The
 * lead and its file stay where they are: it knows what it became, and the customer names it, by which its history is told too.
 * Invariant: a lead becomes something once. Whoever comes second finds it won, because the lead is replaced as it was read.
 * Rejected: moving the file (as many writes as it has entries, and every address of it is another then); filling what is there
 * already from the lead (a customer that somebody looks after is not overwritten by what a form said).
 */

export interface Converted {
  writes: Write[]
  lead: Lead
  customer: Customer
  contact?: Contact | undefined
  opportunity?: Opportunity | undefined
  /** the records that are new, for whoever checks what they refer to */
  made: Made[]
}

/**
 * Decides what a lead becomes, and writes nothing. Throws Fault `lead.converted` or `lead.closed` for one that has ended, with
 * what it became, and `field.invalid` for fields that a record cannot have.
 */
export function convert(request: ConvertRequest, context: ConvertContext): Converted {
  const { lead, input } = request
  requireOpen(lead)
  const told = tellingOf(request, context)
  const customer = madeOf('customer', input.customer ?? {}, told)
  const contact = contactOf(customer, told)
  const opportunity = opportunityOf(customer, contact, told)
  const became: Conversion = {
    leadId: lead.id,
    customerId: customer.record.id as Customer['id'],
    contactId: contact?.record.id as Contact['id'] | undefined,
    opportunityId: opportunity?.record.id as Opportunity['id'] | undefined,
  }
  const { leadId, ...ids } = became
  const won = change(lead, { ...closed('won', context.now), hop: 0, ...ids }, context.now, context.caller)
  const named = withLead(customer, leadId, context)
  const others = [contact, opportunity].filter((each) => each !== undefined)
  return {
    lead: won.after,
    customer: named.record as unknown as Customer,
    contact: contact?.record as Contact | undefined,
    opportunity: opportunity?.record as Opportunity | undefined,
    made: [named, ...others].filter(({ isNew }) => isNew),
    writes: [
      writeOf(leadKind, won),
      customerWrite(named),
      ...others.flatMap(({ kind, record, isNew }): Write[] =>
        isNew ? [{ do: 'create', item: toItem(kind, record) }] : [],
      ),
      ...[named, ...others].flatMap(({ kind, record, isNew }) =>
        isNew ? [...claimWrites(kind, undefined, record), ...toldOf(kind, record)] : [],
      ),
      activityOf(subjectOf(leadKind, lead), became, context),
      activityOf(subjectOf(customerKind, named.record), became, context),
    ],
  }
}

/** Whoever has the deal of a lead that another converted is told of it. */
const toldOf = (kind: Kind, record: AnyRecord): Write[] =>
  isWorkKind(kind) ? toldOfGiving(kind, undefined, record as WorkRecord) : []

/** Throws Fault for a lead that has become something, or is closed. */
function requireOpen({ id, status, customerId, contactId, opportunityId }: Lead): void {
  if (customerId !== undefined) {
    const ids = { customerId, contactId, opportunityId }
    const names = Object.values(ids).filter((each) => each !== undefined)
    const facts = Object.fromEntries(Object.entries(ids).filter(([, each]) => each !== undefined))
    throw new Fault('lead.converted', `this lead became ${names.join(', ')} already: go on there`, { facts })
  }
  if (status !== 'open')
    throw new Fault(
      'lead.closed',
      `this lead is ${status}, and became nothing: open it again first, by {"what": "reopen"} to /leads/${id}/activities`,
      { facts: { status } },
    )
}

function contactOf(customer: Made, told: Telling): Made | undefined {
  const { input, lead } = told
  const { name, email, phone } = lead.contact
  const isSomebody = nameOf(name, email, phone) !== undefined
  const asked = input.contact ?? (customer.record.type === 'company' && isSomebody ? {} : false)
  if (asked === false) return undefined
  return madeOf('contact', asked, told, { fixed: { customerId: customer.record.id } })
}

function opportunityOf(customer: Made, contact: Made | undefined, told: Telling): Made | undefined {
  const { opportunity = {} } = told.input
  if (opportunity === false) return undefined
  const { id: customerId, name } = customer.record
  const { product } = told.lead
  const called = { name: nameOf([name, product].filter(Boolean).join(': ')) }
  const ids = { customerId, ...(contact && { contactId: contact.record.id }), leadId: told.lead.id }
  return begunOf(madeOf('opportunity', opportunity, told, { fixed: ids, called }), told)
}

/** The customer names the lead; one that there is is changed by that alone. */
function withLead(customer: Made, leadId: Lead['id'], { now, caller }: ConvertContext): Made {
  const { record, isNew } = customer
  const leadIds = [...((record.leadIds as Lead['id'][] | undefined) ?? []), leadId].slice(-mostLeads)
  if (isNew) return { ...customer, record: { ...record, leadIds } }
  const { after } = change(record as unknown as Customer, { leadIds }, now, caller)
  return { ...customer, record: after }
}

const customerWrite = ({ kind, record, isNew }: Made): Write =>
  isNew
    ? { do: 'create', item: toItem(kind, record) }
    : { do: 'replace', item: toItem(kind, record), seen: record.version - 1 }

/** In each of the two files it stands what became of what. */
function activityOf(subject: Subject, became: Conversion, context: ConvertContext): Write {
  const { tenant, now, newId, caller } = context
  const activity = {
    tenant,
    version: 1,
    subject,
    id: newId('act'),
    at: toInstant(now),
    what: 'convert' as const,
    by: caller,
    became,
  }
  return { do: 'create', item: toItem(activityKind, activity) }
}
