import { publishedNames } from '../../company/named.ts'
import { definitionOf, isOptional, saidOf, type Fields } from '../../record/field.ts'
import { isInstant, referencesIn, whatIs } from './field.ts'
import type { Tell } from './mistake.ts'

/* Fields that rest on what operators publish (core/record/operation/published.ts), and the files that a record was before. */

/** Tells of a part of nothing, of what follows nothing, and of what is declared before that on which it rests. */
export function checkPublished(fields: Fields, tell: Tell): void {
  const names = Object.keys(fields)
  for (const [i, [name, type]] of Object.entries(fields).entries()) {
    const where = `field "${name}"`
    const { partOf, isFirst, to, follows, since } = saidOf(type)
    const before = (on: string): boolean => names.indexOf(on) !== -1 && names.indexOf(on) < i
    if (partOf) checkPart(partOf, before, (message) => tell(where, message))
    if (isFirst && !partOf && !(to?.length === 1 && Object.hasOwn(publishedNames, to[0]!)))
      tell(where, '`isFirst` takes the first of what is published: make it ref(…) to one of that, or part(…)')
    if (follows) {
      const on = fields[follows.field]
      if (!before(follows.field) || !on || !saidOf(on).partOf)
        tell(where, `it follows "${follows.field}": declare that before it, as part(…)`)
      if (!isOptional(type)) tell(where, 'a part may say nothing of it: make it optional(…)')
    }
    if (since === undefined) continue
    if (!before(since)) tell(where, `it says since when "${since}" is what it is: declare that before it`)
    if (!isInstant(type) || !isOptional(type))
      tell(where, `it says since when, and is ${whatIs(type)}: make it optional(instant(…))`)
  }
}

function checkPart(
  { of, list }: { of: string; list: string },
  isBefore: (name: string) => boolean,
  tell: (message: string) => void,
): void {
  const lists = Object.hasOwn(publishedNames, of) ? publishedNames[of]! : []
  if (!lists.includes(list))
    tell(`it is one of the ${list} of a ${of}; what is published has ${known.join(', ')}`)
  else if (!isBefore(of)) tell(`declare before it which ${of} it is: ${of}: ref('${of}', …)`)
}

const known = Object.entries(publishedNames).flatMap(([name, lists]) =>
  lists.map((list) => `${list} of a ${name}`),
)

/** What a record was before is a list of records of one kind. */
export function checkFiles(name: string, fields: Fields, tell: Tell): void {
  const type = fields[name]!
  const to = referencesIn(type)
  if (definitionOf(type).type !== 'array' || to.length !== 1 || Object.hasOwn(publishedNames, to[0]!))
    tell('files', `"${name}" is ${whatIs(type)}; name a field made by many(…, ref(…)) to records of one kind`)
}
