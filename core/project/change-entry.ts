import { changeKind, type ChangeEntry } from '../kind/system/change.ts'
import { changedFields } from '../record/event.ts'
import { saidOf } from '../record/field.ts'
import { toItem, type Item } from '../record/item.ts'
import { subjectOf, type AnyRecord, type Kind } from '../record/kind.ts'

type Values = ChangeEntry['fields']

/** Whether changes of a kind's records are kept: of those that are announced, and of those that say so. */
export const isJournaled = ({ silent, journaled }: Pick<Kind, 'silent' | 'journaled'>): boolean =>
  !silent || journaled === true

/** What a change of a record leaves in its journal; nothing of its creation, whose state follows from those after it. */
export function changeEntryOf(
  kind: Kind,
  before: AnyRecord | undefined,
  after: AnyRecord | undefined,
): Item | undefined {
  if (!before || !after || before.version === after.version) return undefined
  const fields: Values = {}
  const personal: Values = {}
  for (const name of changedFields(before, after)) {
    const type = kind.schema.shape[name]
    const part = type && saidOf(type).personal ? personal : fields
    part[name] = { was: valueOf(before[name]), is: valueOf(after[name]) }
  }
  return toItem(changeKind, {
    tenant: after.tenant,
    version: 1,
    subject: subjectOf(kind, after),
    to: after.version,
    at: String(after.updatedAt),
    by: after.updatedBy as string | undefined,
    fields,
    personal: Object.keys(personal).length ? personal : undefined,
  })
}

/** As it is stored: bytes are no fields of records that are announced. */
const valueOf = (value: unknown): Values[string]['was'] => value as Values[string]['was']

/** The state before a change, from the one after it: what replays go back by. */
export function undone(after: AnyRecord, { to, fields, personal }: ChangeEntry): AnyRecord {
  const before: Record<string, unknown> = { ...after, version: to - 1 }
  for (const [name, { was }] of Object.entries({ ...fields, ...personal }))
    if (was === undefined) delete before[name]
    else before[name] = was
  return before as AnyRecord
}
