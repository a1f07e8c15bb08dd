import { grantOf, levelOfField, type Grant } from '../access/grant.ts'
import { isOptional, saidOf } from '../record/field.ts'
import type { Kind } from '../record/kind.ts'
import { creatable } from '../record/operation/operation.ts'
import type { Company } from './company.ts'

/** What a raised field spoils. */
export interface Spoiled {
  severity: 'error' | 'warning'
  code: string
  message: string
  hint: string
}

/** Without these a record cannot be told from another, or from what it was: no answer makes sense. */
const needed = ['tenant', 'id', 'version']

/**
 * What is spoiled where `clearance` raises this field: answers without an id, or for which roles what they may do by their
 * rows and could not do any more, because they would have to set or see it.
 */
export function spoiledBy(company: Company, kind: Kind, field: string): Spoiled[] {
  const name = `${kind.name}.${field}`
  if (needed.includes(field))
    return [
      {
        severity: 'error',
        code: 'level-senseless',
        message: `${name} cannot be raised: whoever may read ${kind.plural} needs it to name one`,
        hint: `take it out, or let the roles that are not to see it read no ${kind.plural}`,
      },
    ]
  const level = levelOfField(company, kind, field)
  const rolesWho = (may: (grant: Grant) => boolean): string[] =>
    Object.keys(company.roles).filter((role) => {
      const grant = grantOf(company, [role], kind.name)
      return grant.upTo < level && may(grant)
    })
  const warn = (roles: readonly string[], cannot: string): Spoiled[] =>
    roles.length === 0
      ? []
      : [
          {
            severity: 'warning',
            code: 'level-spoils',
            message: `${name} is ${company.clearance[name]}, above what ${roles.join(', ')} may see: ${cannot}`,
            hint: 'give these roles a higher `upTo` for the kind, or leave the field where its kind has it',
          },
        ]
  const type = creatable(kind)[field]
  const mustBeSet = type && !isOptional(type) && type._zod.def.type !== 'default' && !saidOf(type).isFirst
  if (mustBeSet)
    return warn(
      rolesWho(({ create }) => create !== 'none'),
      `they may create ${kind.plural} and can create none, because it must be set`,
    )
  if (kind.filedUnder === field)
    return warn(
      rolesWho(({ create }) => create !== 'none'),
      `they may create ${kind.plural} and can file none under another record`,
    )
  const why = seen[field]
  return why === undefined
    ? []
    : warn(
        rolesWho(({ read }) => read !== 'none'),
        why,
      )
}

const seen: Readonly<Record<string, string>> = {
  status: 'they do not see where a record stands that they may read',
  createdAt: 'they do not see since when there is a record that they may read',
}
