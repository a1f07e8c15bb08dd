import { operations, type OperationName } from './operation.ts'
import {
  grantOf,
  hiddenFields,
  mayDo,
  scopeFor,
  wider,
  type Grant,
  type GrantScope,
  type Policy,
} from './grant.ts'
import { programRole } from './reach.ts'
import type { Kind } from '../record/kind.ts'

/* Who may do what, in words: as it is, and what a change of company/access.yaml or company/people.yaml changes for whom. */

/** The part of the company that the words are made of. */
export interface Staffed extends Policy {
  people: Readonly<Record<string, { roles: readonly string[] }>>
}

/** What roles allow of kinds that are treated alike. */
export interface MatrixRow {
  kinds: string[]
  read: string
  create: string
  change: string
  do: string
  /** the highest level of fields */
  upTo: string
}

export interface Matrix {
  rows: MatrixRow[]
  /** what is done with no record */
  may: string[]
}

/** What these roles allow, together. */
export function matrixOf(company: Staffed, roles: readonly string[], kinds: readonly Kind[]): Matrix {
  const alike = new Map<string, MatrixRow>()
  for (const { name } of kinds) {
    const grant = grantOf(company, roles, name)
    const row = rowOf(grant, company)
    const key = JSON.stringify(row)
    const known = alike.get(key)
    if (known) known.kinds.push(name)
    else alike.set(key, { kinds: [name], ...row })
  }
  return { rows: [...alike.values()], may: operationsOf(company, roles).map((name) => operations[name]) }
}

function rowOf(grant: Grant, { levels }: Policy): Omit<MatrixRow, 'kinds'> {
  const { read, create, change, do: done, upTo } = grant
  const named = Object.entries(done.named)
    .filter(([, scope]) => scope !== done.others)
    .map(([name, scope]) => `${name} ${scope}`)
  return {
    read,
    create,
    change,
    do: [done.others, ...named.toSorted()].join(', '),
    upTo: read === 'none' && create === 'none' ? '' : (levels[upTo] ?? ''),
  }
}

const operationsOf = (company: Policy, roles: readonly string[]): OperationName[] =>
  (Object.keys(operations) as OperationName[]).filter((name) => mayDo(company, roles, name))

/** Those who have a role, in the order of their names. */
export const peopleWith = ({ people }: Staffed, role: string): string[] =>
  Object.keys(people)
    .filter((id) => people[id]!.roles.includes(role))
    .toSorted()

/** Who acts by a role, in words: programs have theirs by their keys, and no person needs it. */
export function holdersOf(company: Staffed, role: string): string {
  const people = peopleWith(company, role)
  const all = role === programRole ? ['programs, as far as their keys go', ...people] : people
  return all.join(', ') || 'nobody'
}

/** The fields of each level but the lowest, by the names of the levels; those of no level are seen by nobody. */
export function fieldsAbove(company: Staffed, kinds: readonly Kind[]): Map<string, string[]> {
  const above = new Map<string, string[]>()
  const { levels } = company
  let hidden = hiddenAt(company, kinds, 0)
  for (const [i, level] of levels.entries()) {
    if (i === 0) continue
    const still = hiddenAt(company, kinds, i)
    const fields = [...hidden].filter((field) => !still.has(field))
    if (fields.length) above.set(level, fields)
    hidden = still
  }
  if (hidden.size) above.set('nobody', [...hidden])
  return above
}

const hiddenAt = (company: Staffed, kinds: readonly Kind[], upTo: number): Set<string> =>
  new Set(
    kinds.flatMap((kind) => [...hiddenFields(company, kind, { upTo })].map((name) => `${kind.name}.${name}`)),
  )

/** What should not be overlooked: roles that nobody has, and kinds that no person may change or lead on. */
export function oversights(company: Staffed, kinds: readonly Kind[], besides: readonly string[]): string[] {
  const { people, roles } = company
  const idle = Object.keys(roles).filter(
    (role) => !besides.includes(role) && !peopleWith(company, role).length,
  )
  const fixed = kinds.filter(({ name }) =>
    Object.values(people).every((person) => {
      const { change, do: done } = grantOf(company, person.roles, name)
      return [change, done.others, ...Object.values(done.named)].every((scope) => scope === 'none')
    }),
  )
  const without = Object.keys(people).filter(
    (id) => !people[id]!.roles.some((role) => Object.hasOwn(roles, role)),
  )
  return [
    ...(idle.length ? [`Nobody has the role ${idle.join(', ')}.`] : []),
    ...(without.length ? [`No role, so nothing but the own absences: ${without.join(', ')}.`] : []),
    ...fixed.map(({ plural }) => `Nobody may change ${plural} or lead them on.`),
  ]
}

/** A company, and some roles of it. */
interface Seen {
  company: Staffed
  roles: readonly string[]
}

/**
 * What whoever had these roles there may do here and could not, and the reverse, in sentences without a subject: `may now
 * read customer.income`.
 */
export function differences(before: Seen, after: Seen, kinds: readonly Kind[]): string[] {
  const said = new Map<string, string[]>()
  const say = (from: GrantScope, to: GrantScope, done: string, what: string): void => {
    const sentence = sentenceOf(from, to, done)
    if (sentence !== undefined) said.set(sentence, [...(said.get(sentence) ?? []), what])
  }
  for (const kind of kinds) {
    const [was, is] = [before, after].map(({ company, roles }) => grantOf(company, roles, kind.name)) as [
      Grant,
      Grant,
    ]
    for (const operation of ['read', 'create', 'change'])
      say(scopeFor(was, operation), scopeFor(is, operation), operation, kind.plural)
    say(was.do.others, is.do.others, 'work on', kind.plural)
    for (const name of new Set([...Object.keys(was.do.named), ...Object.keys(is.do.named)]))
      // What changed with all the others was said with them.
      if (scopeFor(was, name) !== was.do.others || scopeFor(is, name) !== is.do.others)
        say(scopeFor(was, name), scopeFor(is, name), name, kind.plural)
    if (was.read === 'none' || is.read === 'none') continue
    const [hidden, hides] = [hiddenFields(before.company, kind, was), hiddenFields(after.company, kind, is)]
    for (const field of hidden) if (!hides.has(field)) say('none', 'all', 'read', `${kind.name}.${field}`)
    for (const field of hides) if (!hidden.has(field)) say('all', 'none', 'read', `${kind.name}.${field}`)
  }
  const [could, can] = [before, after].map(({ company, roles }) => operationsOf(company, roles)) as [
    OperationName[],
    OperationName[],
  ]
  return [
    ...[...said].map(([sentence, whats]) => sentence.replace('…', whats.join(', '))),
    ...can.filter((name) => !could.includes(name)).map((name) => `may now ${operations[name]}`),
    ...could.filter((name) => !can.includes(name)).map((name) => `may no longer ${operations[name]}`),
  ]
}

function sentenceOf(from: GrantScope, to: GrantScope, done: string): string | undefined {
  if (from === to) return undefined
  if (from === 'none') return `may now ${done} …${whose[to]}`
  if (to === 'none') return `may no longer ${done} …`
  const until = `, until now ${from === 'all' ? 'all' : `those${whose[from]}`}`
  return wider(from, to) === to
    ? `may now ${done} …${whose[to] || ', all of them'}${until}`
    : `may ${done} only …${whose[to]}${until}`
}

const whose: Record<GrantScope, string> = {
  none: '',
  own: ' of their own',
  team: ' of their teams',
  territory: ' of their teams and territories',
  all: '',
}

/** What another company would allow otherwise, a sentence for each role, and for each person whose roles are others. */
export function changesFor(before: Staffed, after: Staffed, kinds: readonly Kind[]): string[] {
  const lines: string[] = []
  if (before.levels.join() !== after.levels.join())
    lines.push(`levels: ${after.levels.join(' < ')}, until now ${before.levels.join(' < ')}`)
  for (const role of new Set([...Object.keys(before.roles), ...Object.keys(after.roles)])) {
    const people = holdersOf(after, role)
    const changed = differences({ company: before, roles: [role] }, { company: after, roles: [role] }, kinds)
    if (!Object.hasOwn(before.roles, role))
      lines.push(`${role} (${people}) is a new role: ${sentencesOf(changed)}`)
    else if (!Object.hasOwn(after.roles, role)) lines.push(`${role} is no role any more`)
    else for (const each of changed) lines.push(`${role} (${people}): ${each}`)
  }
  for (const id of new Set([...Object.keys(before.people), ...Object.keys(after.people)].toSorted())) {
    const [was, is] = [before, after].map(({ people }) =>
      Object.hasOwn(people, id) ? people[id]!.roles : undefined,
    )
    if (was === undefined) lines.push(`${id} is new: ${rolesOf(is)}`)
    else if (is === undefined) lines.push(`${id} has left, and is let in nowhere`)
    else if (was.toSorted().join() !== is.toSorted().join()) {
      const changed = differences({ company: before, roles: was }, { company: after, roles: is }, kinds)
      lines.push(`${id}: ${rolesOf(is)}, until now ${rolesOf(was)}; ${sentencesOf(changed)}`)
    }
  }
  return lines
}

const rolesOf = (roles: readonly string[] = []): string => roles.join(', ') || 'no role'
const sentencesOf = (sentences: readonly string[]): string =>
  sentences.join('; ') || 'may do the same as before'
