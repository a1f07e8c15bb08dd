import { kinds as made } from 'holdfast:kinds'
import type { FieldOutline, KindOutline } from '../../core/api/kind-outline.ts'

/* What there is in the CRM, as its kinds declare it: made when the console is built. */

export type Kind = KindOutline
export type Field = FieldOutline

export const kinds = made as readonly Kind[]

const byName = new Map(kinds.map((each) => [each.name, each]))

/** Throws for a kind that there is not. */
export function kindNamed(name: string): Kind {
  const kind = byName.get(name)
  if (!kind) throw new Error(`there is no kind ${name}`)
  return kind
}

export const kindOfId = (id: string): Kind | undefined =>
  kinds.find(({ prefix }) => id.startsWith(`${prefix}_`))

/** Where a record is shown, below `/app`; nothing for what has no screen of its own. */
export const placeOf = (id: string): string | undefined => {
  const kind = kindOfId(id)
  return kind?.doors.includes('read') ? `/${kind.plural}/${id}` : undefined
}
