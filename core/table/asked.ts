import { conjunctsOf } from './condition.ts'
import type { TableDefinition } from './definition.ts'

/**
 * Whether a table may look at a fact, such as `lead.message`: what its rows ask about, and what its computed outputs name. One
 * that takes a record as a whole, or whatever it finds, may look at everything.
 */
export function mayAskAbout({ rows, default: otherwise }: TableDefinition, fact: string): boolean {
  if (rows.some(({ when }) => conjunctsOf(when).some(({ paths }) => paths.some((path) => isIn(path, fact)))))
    return true
  const [record, field] = [fact.slice(0, fact.indexOf('.')), fact.slice(fact.lastIndexOf('.') + 1)]
  return [...rows, ...(otherwise ? [otherwise] : [])]
    .flatMap(({ then }) => Object.values(then))
    .some((output) => typeof output === 'object' && mayReach(output.expression, record, field))
}

const isIn = (path: string, fact: string): boolean =>
  path === fact || path.startsWith(`${fact}.`) || fact.startsWith(`${path}.`)

/** A name of the field, all of what is known (`$`, `$$`, `*`, `**`), or the record, where it is no step on the way to one of its fields. */
const mayReach = (expression: string, record: string, field: string): boolean =>
  expression.includes(field) ||
  /\$(?![a-zA-Z_])|\*\*|(?:^|[[({,;:=.?])\s*\*/.test(expression) ||
  new RegExp(`\\b${record}\\b(?!\\s*\\.\\s*[a-zA-Z_\`])`).test(expression)
