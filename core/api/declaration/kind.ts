import { publishedNames } from '../../company/named.ts'
import { saidOf, type DerivedPlan, type Fields } from '../../record/field.ts'
import { keyAttributes } from '../../record/item.ts'
import { entry, kind } from '../../record/kind.ts'
import { anyWork } from '../../record/vocabulary.ts'
import { nearest } from '../../source/source.ts'
import { isPlain, mostOf, referencesIn, whatIs } from './field.ts'
import { checkLife, type Lived } from './life.ts'
import type { Mistake, Tell } from './mistake.ts'
import { checkFiles, checkPublished } from './published.ts'

/*
 * What is wrong with the declarations of a project, all of them together: names that are taken, references to nothing, uses
 * of a field that its type does not allow. The compiler says a part of it where somebody asks it; whatever starts says all.
 * What is not found here would be found by a customer: a route that answers 500, an event that never comes.
 */

/** A kind, an entry of files, or a noun, as its file declares it. */
export interface DeclaredNoun extends Lived {
  plural?: string
  prefix?: string
  /** what it declares itself */
  fields?: () => Fields
  unique?: readonly string[]
  filedUnder?: string
  files?: string
  derived?: DerivedPlan | undefined
  joins?: readonly string[]
  facts?: object
}

export interface DeclaredIn {
  file: string
  noun: DeclaredNoun
}

export interface MistakeIn extends Mistake {
  file: string
  /** name of the kind */
  kind: string
}

/** What a reference names that is published and no record. */
const published = Object.keys(publishedNames)
/** Parts of events and facts that lie beside those of the kind. */
const besideKinds = ['ref', 'changed', 'old', 'profile', 'now', 'daysSince', 'given', 'history']
/** A unique value is in a key of 2,048 bytes, of which a character takes four. */
const longestUnique = 400

/** Everything that is wrong, in the order of the files. */
export function mistakesOf(all: readonly DeclaredIn[]): MistakeIn[] {
  const mistakes: MistakeIn[] = []
  for (const [i, { file, noun }] of all.entries()) {
    const tell: Tell = (where, message) => mistakes.push({ file, kind: noun.name, where, message })
    checkNames(noun, all.slice(0, i), tell)
    checkJoins(noun, all, tell)
    if (noun.fields) checkFields(noun, all, tell)
  }
  return mistakes
}

/** As a person reads them, a line each. */
export const mistakesText = (mistakes: readonly MistakeIn[]): string =>
  mistakes.map(({ file, kind, where, message }) => `${file}: ${kind}, ${where}: ${message}`).join('\n')

/** Names of the fields that are there without being declared: those of one that declares none. */
function addedFields({ plural, lifecycle, work }: DeclaredNoun): string[] {
  const bare = { name: '', title: '', help: '', fields: () => ({}) }
  if (plural === undefined) return Object.keys(entry({ ...bare, place: () => '' }).schema.shape)
  const like = { ...bare, plural, prefix: '', called: () => '' }
  const states = { '': { title: '' } }
  return Object.keys(
    kind({
      ...like,
      ...(lifecycle && { lifecycle: { initial: '', states, transitions: {} } }),
      ...(work && { work: { promises: [] } }),
    }).schema.shape,
  )
}

const isOwn = ({ plural }: DeclaredNoun): boolean => plural !== undefined

function checkNames(noun: DeclaredNoun, before: readonly DeclaredIn[], tell: Tell): void {
  const { name, plural, prefix } = noun
  for (const [what, value, pattern, form] of [
    ['name', name, noun.silent || !isOwn(noun) ? /^[a-z][a-zA-Z0-9-]*$/ : /^[a-z][a-zA-Z0-9]*$/, 'letters'],
    ['plural', plural, /^[a-z][a-z-]*$/, 'small letters and hyphens'],
    ['prefix', prefix, /^[a-z]+$/, 'small letters'],
  ] as const) {
    if (value === undefined) continue
    if (!pattern.test(value)) tell(what, `"${value}" is none: write ${form}`)
    const taken = before.find(({ noun: other }) => other[what] === value)
    if (taken) tell(what, `${taken.file} declares "${value}" already; ${otherwise[what]}`)
  }
  if (isOwn(noun) && [...published, ...besideKinds].includes(name))
    tell('name', `"${name}" means something else in references, events and facts; name it otherwise`)
}

const otherwise = {
  name: 'one of them has to go, or is named otherwise',
  plural: 'addresses begin with it: name it otherwise',
  prefix: 'by it a record is known from its id: take another',
}

function checkJoins({ joins = [] }: DeclaredNoun, all: readonly DeclaredIn[], tell: Tell): void {
  const known = all.map(({ noun }) => noun.name)
  for (const join of joins)
    if (join !== anyWork && !known.includes(join)) tell('joins', `there is no "${join}"${near(join, known)}`)
}

function checkFields(noun: DeclaredNoun, all: readonly DeclaredIn[], tell: Tell): void {
  const fields = attempt(() => noun.fields!(), 'fields', tell)
  if (!fields) return
  const names = Object.keys(fields)
  const added = addedFields(noun)
  const isField = (where: string, name: string): boolean => {
    const is = Object.hasOwn(fields, name)
    if (!is && !added.includes(name)) tell(where, `it has no field "${name}"${near(name, names)}`)
    else if (!is) tell(where, `"${name}" is a field that Holdfast adds and keeps; name one of its own`)
    return is
  }
  for (const [name, type] of Object.entries(fields)) {
    checkFieldName(noun, name, tell)
    for (const to of referencesIn(type)) checkTarget(`field "${name}"`, to, all, tell)
  }
  for (const name of noun.unique ?? []) {
    if (!isField('unique', name)) continue
    const type = fields[name]!
    const most = mostOf(type) ?? 0
    if (!isPlain(type))
      tell('unique', `"${name}" is ${whatIs(type)}; only a text or a number can be told to be the same`)
    else if (most > longestUnique)
      tell('unique', `"${name}" may have ${most} characters, and the table finds at most ${longestUnique}`)
  }
  if (noun.filedUnder !== undefined && isField('filedUnder', noun.filedUnder))
    checkFiled(noun.filedUnder, fields, tell)
  if (noun.files !== undefined && isField('files', noun.files)) checkFiles(noun.files, fields, tell)
  checkPublished(fields, tell)
  const others = new Map(all.flatMap(({ noun: other }) => (isOwn(other) ? [[other.name, other]] : [])))
  checkLife(noun, { fields, isField, tell, others })
  checkDerived(noun, all, tell)
}

/** Names that its items, its events or its lines use for something else. */
function checkFieldName(noun: DeclaredNoun, name: string, tell: Tell): void {
  const added = addedFields(noun)
  // An entry may say more of its subject.
  const taken = isOwn(noun) ? [...added, 'hop', 'called'] : added.filter((each) => each !== 'subject')
  const where = `field "${name}"`
  if (keyAttributes.has(name) || taken.includes(name))
    tell(where, 'Holdfast keeps something else under this name; name it otherwise')
  else if (!/^[a-z][a-zA-Z0-9]*$/.test(name))
    tell(where, 'patterns and addresses name it: write letters and digits, the first one small')
}

function checkTarget(where: string, to: string, all: readonly DeclaredIn[], tell: Tell): void {
  const kinds = all.map(({ noun }) => noun).filter(isOwn)
  const known = [...kinds.map(({ name }) => name), ...published]
  if (known.includes(to)) return
  const hasNone = all.some(({ noun }) => noun.name === to)
  tell(
    where,
    hasNone
      ? `it points at a "${to}", of which there are no records of their own`
      : `it points at a "${to}", which there is not${near(to, known)}`,
  )
}

function checkFiled(name: string, fields: Fields, tell: Tell): void {
  const { to } = saidOf(fields[name]!)
  if (to === undefined)
    tell('filedUnder', `"${name}" is ${whatIs(fields[name]!)}; name a field made by ref(…)`)
  for (const kind of to?.filter((each) => published.includes(each)) ?? [])
    tell('filedUnder', `"${name}" points at a ${kind}, which is published and has no file; name a record`)
}

/** What is computed of lines that lie in no file of its own would be nothing for ever. */
function checkDerived(noun: DeclaredNoun, all: readonly DeclaredIn[], tell: Tell): void {
  const plan = attempt(() => noun.derived, 'derived', tell)
  for (const [name, { of }] of Object.entries(plan ?? {})) {
    checkFieldName(noun, name, (_, message) => tell(`derived "${name}"`, message))
    if (of.plural === undefined) continue
    const source = all.find((other) => other.noun.name === of.name)?.noun
    const type = source?.filedUnder === undefined ? undefined : source.fields?.()[source.filedUnder]
    if (!type || !saidOf(type).to?.includes(noun.name))
      tell(
        `derived "${name}"`,
        `it reads ${of.plural}, and a ${of.name} is not filed under a ${noun.name}: ` +
          `write \`filedUnder\` there, with a ref('${noun.name}', …)`,
      )
  }
}

/** What a declaration throws is a mistake of it like any other. */
function attempt<T>(work: () => T, where: string, tell: Tell): T | undefined {
  try {
    return work()
  } catch (error) {
    tell(where, error instanceof Error ? error.message : String(error))
    return undefined
  }
}

const near = (name: string, known: readonly string[]): string => {
  const found = nearest(name, known)
  return found === undefined ? `; there are ${known.join(', ') || 'none'}` : `; did you mean "${found}"?`
}
