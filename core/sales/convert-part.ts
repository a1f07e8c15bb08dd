import * as z from 'zod/mini'
import { begunWith } from '../assign/begin.ts'
import type { Away } from '../assign/roster.ts'
import type { Company } from '../company/company.ts'
import { contactKind } from '../kind/customer/contact.ts'
import { customerKind } from '../kind/customer/customer.ts'
import type { Lead } from '../kind/sales/lead.ts'
import { opportunityKind } from '../kind/sales/opportunity.ts'
import { withArticle } from '../record/article.ts'
import { Fault, fieldFault, isFault } from '../record/fault.ts'
import { fromItem, type Item } from '../record/item.ts'
import { recordKey, type Key } from '../record/key.ts'
import type { AnyRecord, Kind } from '../record/kind.ts'
import type { PersonId } from '../record/id.ts'
import { isWorkKind, type WorkRecord } from '../record/open-work.ts'
import { newRecord, type OperationContext } from '../record/operation/operation.ts'

/* The records that a lead becomes, each of what the lead says and what whoever converts it says otherwise, or one that there is. */

const given = z.record(z.string(), z.unknown())
const orNone = z.optional(z.union([given, z.literal(false)], 'write fields, {"id": …} or false'))

/** Fields that are otherwise than the lead says, or `{ id }` of a record that there is; `false`: none is made. */
export const convertInput = z.strictObject({
  customer: z.optional(given),
  contact: orNone,
  opportunity: orNone,
})
export type ConvertInput = z.infer<typeof convertInput>

/** What a lead becomes. */
export const partKinds = {
  customer: customerKind as unknown as Kind,
  contact: contactKind as unknown as Kind,
  opportunity: opportunityKind as unknown as Kind,
}
type Part = keyof typeof partKinds
const partNames = Object.keys(partKinds) as Part[]

const idIn = (input: ConvertInput[Part]): string | undefined =>
  typeof input === 'object' && typeof input.id === 'string' ? input.id : undefined

/** Where the records lie that are taken and not made. */
export const takenKeys = (input: ConvertInput, tenant: string): Key[] =>
  partNames.flatMap((part) => {
    const id = idIn(input[part])
    return id === undefined ? [] : [recordKey(tenant, id)]
  })

export interface ConvertRequest {
  lead: Lead
  input: ConvertInput
  /** what was found at `takenKeys` */
  found: readonly (Item | undefined)[]
}

export interface ConvertContext extends OperationContext {
  company: Company
  /** who converts it, when it is somebody of the company */
  person: PersonId | undefined
  /** who is away, now or later; read where the caller names whose the opportunity is */
  absences: readonly Away[]
}

/** Whether the caller says whose the opportunity is: it may be somebody who is away. */
export const saysOwner = ({ opportunity }: ConvertInput): boolean =>
  typeof opportunity === 'object' && typeof opportunity.ownerId === 'string'

/** One of the three: new, or one that there is. */
export interface Made {
  kind: Kind
  record: AnyRecord
  isNew: boolean
}

/** What the lead says, as the others would write it, and what was asked for. */
export interface Telling extends ConvertRequest {
  context: ConvertContext
  /** who and whose it is */
  holders: { ownerId?: string | undefined; teamId?: string | undefined }
}

/** Of those who have left the company nobody looks after anything; whoever converts a lead that nobody has, has it. */
export function tellingOf(request: ConvertRequest, context: ConvertContext): Telling {
  const { people, teams } = context.company
  const { ownerId = context.caller, teamId } = request.lead
  const holders = {
    ...(Object.hasOwn(people, ownerId) && { ownerId }),
    ...(teamId !== undefined && Object.hasOwn(teams, teamId) && { teamId }),
  }
  return { ...request, context, holders }
}

/**
 * An opportunity with whom it begins: the owner of the lead in its team, whether he is there or not, else whoever converts it. Throws
 * Fault `field.invalid` for an owner who is named and does not exist or is away.
 */
export function begunOf({ kind, record, isNew }: Made, { holders, context }: Telling): Made {
  if (!isNew || !isWorkKind(kind)) return { kind, record, isNew }
  const isNamed = record.ownerId !== undefined
  const held = isNamed ? record : { ...record, ...holders }
  const absences = isNamed ? context.absences : []
  const begun = within('opportunity', () => begunWith(kind, held as WorkRecord, { ...context, absences }))
  return { kind, record: begun, isNew }
}

type Defaults = Readonly<Record<string, unknown>>

/** Of the other parts: what nobody says otherwise, and what he may. */
interface Following {
  fixed?: Defaults
  called?: Defaults
}

/**
 * One of the parts: the one that is named, or a new one of what the lead says and, before that, the caller.
 */
export function madeOf(
  part: Part,
  asked: Defaults,
  told: Telling,
  { fixed = {}, called = {} }: Following = {},
): Made {
  const kind = partKinds[part]
  const id = idIn(asked)
  if (id !== undefined) return takenOf(part, { id, asked, fixed }, told)
  const own = Object.keys(fixed).find((name) => Object.hasOwn(asked, name))
  const refused = Object.hasOwn(asked, 'id') ? 'id' : own
  if (refused !== undefined)
    throw wrong(
      [part, refused],
      refused === 'id' ? `write the id of ${withArticle(part)}` : 'follows from the conversion; leave it out',
    )
  const fields = { ...fitting(kind, { ...defaults[part](told), ...called }), ...asked, ...fixed }
  const sent = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
  return { kind, record: within(part, () => newRecord(kind, sent, told.context)), isNew: true }
}

function takenOf(
  part: Part,
  { id, asked, fixed }: { id: string; asked: Defaults; fixed: Defaults },
  { found }: Telling,
): Made {
  if (Object.keys(asked).length > 1)
    throw wrong([part], 'write its id alone; other fields of what there is are changed by PATCH')
  const kind = partKinds[part]
  const item = found.find((each) => each?.kind === kind.name && each.id === id)
  if (!item) throw wrong([part, 'id'], `there is no ${part} "${id}"`)
  const record = fromItem(kind, item)
  if (fixed.customerId !== undefined && record.customerId !== fixed.customerId)
    throw wrong(
      [part, 'id'],
      `this ${part} is of the customer ${String(record.customerId)}; name that customer, or another ${part}`,
    )
  return { kind, record, isNew: false }
}

/** What the lead says of each part; of a company it is the contact who has the addresses, if there is one. */
const defaults: Record<Part, (told: Telling) => Defaults> = {
  customer: ({ lead, input, holders }) => {
    const { name, company, email, phone } = lead.contact
    const type = input.customer?.type ?? (nameOf(company) === undefined ? 'person' : 'company')
    const isAddressed = type === 'person' || input.contact === false
    const called = type === 'company' ? [company, name] : [name, company]
    return {
      type,
      name: nameOf(...called, email, phone, lead.id),
      ...(isAddressed && addressesOf(lead)),
      country: lead.country,
      language: lead.language,
      employees: lead.employees,
      ...holders,
    }
  },
  contact: ({ lead }) => {
    const { name, company, email, phone } = lead.contact
    return {
      name: nameOf(name, email, phone, company, lead.id),
      ...addressesOf(lead),
      language: lead.language,
    }
  },
  opportunity: ({ lead }) => ({
    amount: lead.budget,
    product: lead.product,
    source: lead.channel,
  }),
}

const addressesOf = ({ contact: { email, phone } }: Lead): Defaults => ({
  ...(email !== undefined && { emails: [email] }),
  ...(phone !== undefined && { phones: [phone] }),
})

/** A lead keeps what was typed, which may be no address or name: it stays there, and the conversion goes on. */
const fitting = (kind: Kind, values: Defaults): Defaults =>
  Object.fromEntries(
    Object.entries(values).filter(([name, value]) => {
      const type = kind.schema.shape[name]
      return value !== undefined && type !== undefined && z.safeParse(type, value).success
    }),
  )

/** The first that says something. A name has 200 characters; the whole of it stays in the lead. */
export const nameOf = (...texts: (string | undefined)[]): string | undefined =>
  texts.map((text) => text?.trim().slice(0, 200).toWellFormed().trim()).find(Boolean)

/** The words of a refusal, with the part of the body to which they belong. */
function within<T>(part: Part, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!isFault(error, 'field.invalid')) throw error
    const { errors } = error.facts as { errors?: { pointer: string; detail: string }[] }
    throw new Fault(error.code, `${part}.${error.message}`, {
      where: error.where === undefined ? part : `${part}.${error.where}`,
      facts: {
        ...(errors && {
          errors: errors.map((each) => ({ ...each, pointer: `/${part}${each.pointer}` })),
        }),
      },
      cause: error,
    })
  }
}

const wrong = (path: string[], message: string): Fault => fieldFault([{ path, message }])
