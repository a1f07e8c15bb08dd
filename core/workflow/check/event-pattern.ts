import { eitherOf, withArticle } from '../../record/article.ts'
import { compilePattern } from '#pattern/pattern.ts'
import { PatternError } from '#pattern/syntax/fault.ts'
import type { Company } from '../../company/company.ts'
import { eventRef, eventTypesOf } from '../../record/event.ts'
import { definitionOf, saidOf } from '../../record/field.ts'
import type { Kind, Kinds } from '../../record/kind.ts'
import { nearest } from '../../source/source.ts'
import { checkCondition } from '../../table/check/condition.ts'
import { conjunctsOf, type Conjunct } from '../../table/condition.ts'
import type { Vocabulary } from '../../table/fact/vocabulary.ts'

/*
 * The patterns of a workflow, checked against the events that there are: a pattern that matches none of them compiles, is
 * deployed, and waits for ever. So each alternative of `detail-type` must match an event of a kind, and each field that is
 * asked about must be one that events carry.
 */

type Path = (string | number)[]

export interface PatternPlace {
  key: 'when' | 'until'
  context: { kinds: Kinds; vocabulary: Vocabulary; company: Company }
  tell(path: Path, code: string, message: string, hint?: string): void
}

/** What an event has beside `detail` (Amazon EventBridge, "AWS events metadata"). */
const envelope = [
  'version',
  'id',
  'detail-type',
  'source',
  'account',
  'time',
  'region',
  'resources',
  'detail',
]

/** Checks the trigger of a workflow; the result is the kinds whose events begin a run. */
export const checkWhen = (pattern: object, place: PatternPlace): Kind[] =>
  checkPattern(pattern, workedOn(place), place)

/** Checks what ends a run: an event of the record that it is about, of one of these kinds. */
export const checkUntil = (pattern: object, about: readonly Kind[], place: PatternPlace): void =>
  void checkPattern(pattern, about.length ? about : workedOn(place), place)

const workedOn = ({ context }: PatternPlace): Kind[] =>
  [...context.kinds.values()].filter(({ work }) => work !== undefined)

/** The result is those of the kinds of which an event matches. */
function checkPattern(pattern: object, kinds: readonly Kind[], place: PatternPlace): Kind[] {
  if (!isWritten(pattern, place)) return []
  const matched = checkTypes(pattern, kinds, place)
  checkDetail(pattern, matched, place)
  return matched
}

function isWritten(pattern: object, { key, tell }: PatternPlace): boolean {
  try {
    compilePattern(pattern)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    tell([key], 'wrong-pattern', `${key}: ${error.message}`)
    return false
  }
  for (const name of Object.keys(pattern))
    if (name !== '$or' && !envelope.includes(name))
      tell([key, name], 'unknown-field', `events have no "${name}"`, hintOf(name, envelope))
  if (Object.hasOwn(pattern, 'detail-type')) return true
  tell([key], 'no-detail-type', `${key} must name the events: write "detail-type: [lead.created]"`)
  return false
}

/** Tells of each alternative that no event matches; the result is the kinds of those that are matched. */
function checkTypes(written: object, kinds: readonly Kind[], { key, context, tell }: PatternPlace): Kind[] {
  const entries = (written as { 'detail-type': unknown[] })['detail-type']
  const known = kinds.flatMap(eventTypesOf)
  const matched = new Set<string>()
  for (const [i, entry] of entries.entries()) {
    const pattern = compilePattern({ 'detail-type': [entry] })
    const matches = (type: string): boolean => pattern.matches({ 'detail-type': type })
    const found = known.filter(matches)
    for (const type of found) matched.add(type.slice(0, type.indexOf('.')))
    if (found.length) continue
    const path = [key, 'detail-type', i]
    const elsewhere = [...context.kinds.values()].find((kind) => eventTypesOf(kind).some(matches))
    if (elsewhere) tell(path, 'wrong-event', ...wrongKind(elsewhere, kinds, key))
    else if (typeof entry === 'string')
      tell(path, 'unknown-event', `there is no event "${entry}"`, hintOf(entry, eventsNear(entry, kinds)))
    else tell(path, 'unknown-event', `no event matches ${JSON.stringify(entry)}`, listed(known))
  }
  return kinds.filter(({ name }) => matched.has(name))
}

/** An event that there is, and that never does here what it is written for. */
function wrongKind(
  { name, silent, work }: Kind,
  kinds: readonly Kind[],
  key: PatternPlace['key'],
): [message: string, hint: string] {
  if (silent)
    return [`nothing that happens to the kind "${name}" is an event`, listed(kinds.flatMap(eventTypesOf))]
  if (work === undefined)
    return [
      `a workflow works on what is declared as \`work\`, and ${withArticle(name)} is not`,
      `kinds that are: ${kinds.map((kind) => kind.name).join(', ')}`,
    ]
  return [
    `${key} asks for an event of ${withArticle(name)}, and a run of ${anyOf(kinds)} ends by its own`,
    listed(kinds.flatMap(eventTypesOf)),
  ]
}

const anyOf = (kinds: readonly Kind[]): string => eitherOf(kinds.map(({ name }) => name))

/** Of the kind that is named, if it is one; of all otherwise. */
function eventsNear(type: string, kinds: readonly Kind[]): string[] {
  const [name] = type.split('.')
  const own = kinds.filter((kind) => kind.name === name)
  return (own.length ? own : kinds).flatMap(eventTypesOf)
}

const listed = (types: readonly string[]): string =>
  `there are ${types.slice(0, 20).join(', ')}${types.length > 20 ? ' …' : ''}`
const hintOf = (name: string, known: readonly string[]): string => {
  const near = nearest(name, known)
  return near === undefined ? listed(known) : `did you mean "${near}"?`
}

function checkDetail(pattern: object, about: readonly Kind[], place: PatternPlace): void {
  if (!about.length) return
  const { detail = {} } = pattern as { detail?: Record<string, unknown> }
  checkParts(conjunctsOf(detail), about, place)
  if (about.length === 1) checkValues(detail, about[0]!, place)
}

function checkParts(conjuncts: readonly Conjunct[], about: readonly Kind[], place: PatternPlace): void {
  for (const { name, place: path, alternatives, accepts } of conjuncts) {
    for (const part of alternatives ?? []) checkParts(part, about, place)
    if (alternatives) continue
    checkPart(name.split('.'), [place.key, 'detail', ...path], about, place)
    if (name === 'changed') checkChanged(accepts ?? [], [place.key, 'detail', ...path], about, place)
  }
}

/** What events of these kinds tell, by `detail.<part>.…` (core/record/event.ts). */
function checkPart(
  [part = '', ...rest]: readonly string[],
  path: Path,
  about: readonly Kind[],
  { tell }: PatternPlace,
): void {
  const kinds = part === 'old' ? about : about.filter(({ name }) => name === part)
  if (part === 'ref' || part === 'changed') {
    const [field = ''] = rest
    const known = part === 'ref' ? Object.keys(eventRef.shape) : []
    if (rest.length && !known.includes(field))
      tell(path, 'unknown-field', `events have no "${part}.${field}"`, hintOf(field, known))
  } else if (part === 'profile')
    tell(path, 'personal', 'no rule passes on what describes a person: `profile` is not carried here')
  else if (!kinds.length)
    tell(
      path,
      'unknown-field',
      `events of ${anyOf(about)} have no "${part}"`,
      hintOf(part, [...about.map(({ name }) => name), 'old', 'changed', 'ref']),
    )
  else if (kinds.some((kind) => isPersonal(kind, rest[0])))
    tell(path, 'personal', `events do not carry "${rest[0]}": it is personal`)
  else if (!kinds.some((kind) => hasField(kind, rest)))
    tell(
      path,
      'unknown-field',
      `${anyOf(kinds)} has no field "${rest.join('.')}"`,
      hintOf(rest[0] ?? '', kinds.flatMap(carried)),
    )
}

function checkChanged(
  accepts: readonly unknown[],
  path: Path,
  about: readonly Kind[],
  { tell }: PatternPlace,
): void {
  const known = about.flatMap(fieldsOf)
  for (const [i, name] of accepts.entries())
    if (typeof name === 'string' && !known.includes(name))
      tell([...path, i], 'unknown-field', `${anyOf(about)} has no field "${name}"`, hintOf(name, known))
}

const fieldsOf = ({ schema, derived }: Kind): string[] => [
  ...Object.keys(schema.shape),
  ...Object.keys(derived ?? {}),
]
const carried = (kind: Kind): string[] => fieldsOf(kind).filter((name) => !isPersonal(kind, name))

function isPersonal({ schema }: Kind, name = ''): boolean {
  const type = Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined
  return type !== undefined && saidOf(type).personal !== undefined
}

type Type = Parameters<typeof saidOf>[0]

function hasField(kind: Kind, [name = '', ...rest]: readonly string[]): boolean {
  const type = Object.hasOwn(kind.schema.shape, name) ? kind.schema.shape[name] : undefined
  return type ? reaches(type, rest) : Object.hasOwn(kind.derived ?? {}, name)
}

/** Whether something lies below a field at this path. What has a schema of its own may hold anything. */
function reaches(type: Type, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true
  const { type: sort, shape, element } = definitionOf(type)
  if (element) return reaches(element, [name, ...rest])
  if (shape) return Object.hasOwn(shape, name) && reaches(shape[name]!, rest)
  return ['record', 'any', 'unknown', 'union', 'custom'].includes(sort)
}

/** A pattern on a value that nobody writes never matches. Fields of which no table asks are left to the writer. */
function checkValues(
  detail: Record<string, unknown>,
  about: Kind,
  { key, context, tell }: PatternPlace,
): void {
  const { vocabulary, company } = context
  for (const part of [about.name, 'old']) {
    const asked = conjunctsOf({ [about.name]: detail[part] ?? {} }).filter(({ paths }) =>
      paths.every((name) => vocabulary.find(about.name, name)),
    )
    checkCondition(
      { kind: about.name, vocabulary, company },
      asked,
      [key, 'detail'],
      (path, { severity, code, message, hint }) => {
        if (severity === 'error' && (code === 'unknown-value' || code === 'wrong-type'))
          tell([key, 'detail', part, ...path.slice(3)], code, message, hint)
      },
    )
  }
}
