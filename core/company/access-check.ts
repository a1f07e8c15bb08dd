import { handOvers } from '../record/work.ts'
import { saidOf } from '../record/field.ts'
import type { Kind, Kinds } from '../record/kind.ts'
import { nearest, type Problem, type Source } from '../source/source.ts'
import type { Company } from './company.ts'
import { spoiledBy } from './clearance-check.ts'
import { joinSources } from './join-sources.ts'

/** What is done with records beside transitions and what every kind has. */
const alsoDone = ['activity', 'consent', 'convert']

type Path = readonly (string | number)[]

/**
 * What is wrong with who may do what, as far as it speaks of kinds: kinds, transitions, levels and fields that there are not,
 * and levels that would show what a kind keeps back. Roles that nobody has are told, and kinds that nobody may change.
 */
export function accessProblems(sources: readonly Source[], company: Company, kinds: Kinds): Problem[] {
  const whole = joinSources(sources)
  const problems: Problem[] = []
  const { levels, roles, clearance } = company
  const told = [...kinds.values()].filter(({ doors }) => doors?.length !== 0)
  const names = told.map(({ name }) => name)

  const tell = (path: Path, code: string, message: string, hint?: string): void =>
    void problems.push({
      ...whole.locate(path, 'key'),
      severity: 'error',
      code,
      message,
      ...(hint && { hint }),
    })
  const known = (path: Path, what: string, name: string, all: readonly string[]): boolean => {
    if (all.includes(name)) return true
    const near = nearest(name, all)
    tell(
      path,
      `unknown-${what}`,
      `there is no ${what} "${name}"`,
      near ? `did you mean "${near}"?` : `known are: ${all.join(', ')}`,
    )
    return false
  }

  for (const [role, { kinds: rows }] of Object.entries(roles))
    for (const [name, plan] of Object.entries(rows)) {
      const path = ['roles', role, 'kinds', name]
      const isKnown = name === 'default' || known(path, 'kind', name, names)
      if (typeof plan === 'string') continue
      if (plan.upTo !== undefined) known([...path, 'upTo'], 'level', plan.upTo, levels)
      if (!isKnown || typeof plan.do !== 'object') continue
      const all = name === 'default' ? told.flatMap(doneWith) : doneWith(kinds.get(name)!)
      for (const operation of Object.keys(plan.do))
        known([...path, 'do', operation], 'operation', operation, [...new Set(all)])
    }

  for (const [field, level] of Object.entries(clearance)) {
    const path = ['clearance', field]
    const [kind = '', name = ''] = field.split('.')
    if (!known(path, 'kind', kind, names) || !known(path, 'level', level, levels)) continue
    const { schema, derived } = kinds.get(kind)!
    const fields = [...Object.keys(schema.shape), ...Object.keys(derived ?? {})]
    if (!known(path, 'field', name, fields)) continue
    const spoiled = spoiledBy(company, kinds.get(kind)!, name)
    problems.push(...spoiled.map((each) => ({ ...whole.locate(path, 'key'), ...each })))
    const own = levels.indexOf(levelIn(kinds.get(kind)!, name) ?? levels[0]!)
    if (levels.indexOf(level) < own)
      tell(
        path,
        'level-lowered',
        `${field} is ${levels[own]} by its kind; here it can be raised and not lowered`,
      )
  }

  for (const kind of told)
    for (const name of Object.keys(kind.schema.shape)) {
      const level = levelIn(kind, name)
      const isNamed = Object.hasOwn(clearance, `${kind.name}.${name}`)
      if (level !== undefined && !levels.includes(level) && !isNamed)
        tell(
          ['levels'],
          'level-missing',
          `${kind.name}.${name} is of the level "${level}", which is none of ${levels.join(', ')}, so that nobody sees it`,
          `say in \`clearance\` which it needs: ${kind.name}.${name}: ${levels.at(-1)}`,
        )
    }
  return problems
}

const levelIn = (kind: Kind, name: string): string | undefined => {
  const type = kind.schema.shape[name]
  return type && saidOf(type).level
}

/** Everything that `do` may name of a kind. */
export const doneWith = ({ lifecycle, work }: Kind): string[] => [
  ...Object.keys(lifecycle?.transitions ?? {}),
  ...(work ? handOvers : []),
  ...alsoDone,
]
