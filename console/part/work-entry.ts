import type { Amount } from '../words/format.ts'
import type { WorkEntry } from '../api/work.ts'

/* What an entry of work shows, whatever its kind: how to reach somebody, what it is worth, whom it is about. */

const textAt = (record: unknown, ...path: string[]): string | undefined => {
  const value = path.reduce<unknown>(
    (at, name) => (at as Record<string, unknown> | undefined)?.[name],
    record,
  )
  return typeof value === 'string' && value !== '' ? value : undefined
}

export const companyOf = ({ record, called }: WorkEntry): string | undefined => {
  const company = textAt(record, 'contact', 'company')
  return company === called ? undefined : company
}

export const reachOf = (record: unknown): { phone?: string; email?: string } => {
  const phone = textAt(record, 'contact', 'phone')
  const email = textAt(record, 'contact', 'email')
  return { ...(phone !== undefined && { phone }), ...(email !== undefined && { email }) }
}

export function amountOf({ record }: WorkEntry): Amount | undefined {
  const found = record?.budget ?? record?.amount
  return typeof found === 'object' && found !== null && 'minor' in found ? (found as Amount) : undefined
}

/** The value of a field as text, or nothing. */
export const fieldText = textAt

/** What it is judged by, in milliseconds: since when it is late, else until when it is due. */
export const urgentAt = ({ lateSince, due }: Pick<WorkEntry, 'lateSince' | 'due'>): number =>
  Date.parse(lateSince ?? due)
