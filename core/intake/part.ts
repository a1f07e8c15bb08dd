import type { Form, Part } from '../company/form/form.ts'
import { parts } from '../company/form/part.ts'
import { isOwnField } from '../html/own-field.ts'
import type { Fields } from './body/body.ts'
import { leavesOf, textOfLeaf, type Leaf } from './webhook/leaf.ts'
import { around, findPath, listOf, rootSpot } from '../company/form/path.ts'
import { presetOf, type Preset } from '../company/form/preset.ts'
import { areNames, isRecognisable, orderNames, recogniser } from './webhook/recognise.ts'
import { scalarsOf, treeOf, type Branch } from '../company/form/tree.ts'

/*
 * Which field says which part of a lead. What it says is read afterwards (normalize.ts); what says nothing that we
 * know is shown to the owner as it came. In this order: what the form says, what is known of its service, the names of
 * the parts themselves, and what names and shapes tell beyond doubt.
 */

export type Value = Fields[number][1]

/** Who says that a value is a part: the form, its preset, the name of the field, or its name and shape. */
export type By = 'form' | 'preset' | 'name' | 'recognised'

/** What was sent, sorted by what it says about a lead. */
export interface Sorted {
  /** the values that say something of each part, in the order of the form's fields, then of arrival; the first counts */
  filled: Partial<Record<Part, Value[]>>
  /** everything else that says something, under the names by which it came: answers first, ids and times last; nothing is nested */
  rest: Fields
  /** campaign tags (utm_…) wherever they were */
  tags: Fields
  /** where in the body each part stands, as a form's `map` would write it, and who says so */
  from: Partial<Record<Part, { paths: string[]; by: By }>>
  /** the service whose body has none of the customer's words */
  withoutWords?: { service: string } & NonNullable<Preset['withoutWords']>
}

export function sortFields(fields: Fields, form: Form | undefined): Sorted {
  const root = treeOf(fields)
  const preset = presetOf(form)
  const plumbing = new Set(spotsOf(root, preset?.plumbing ?? []))
  const leaves = leavesOf(root).filter(
    ({ top, spot }) => !isOwnField(top) && !around(spot).some((outer) => plumbing.has(outer)),
  )
  const taken = new Set<Leaf>()
  const open = (): Leaf[] => leaves.filter((leaf) => !taken.has(leaf))
  const sorted: Sorted = { filled: {}, rest: [], tags: [], from: {} }

  const fill = (part: Part, found: readonly Leaf[], by: By): void => {
    if (found.length === 0 || sorted.filled[part]) return
    const joint = joints[part]
    const used = joint === undefined ? found.slice(0, 1) : inSpokenOrder(part, firstOfEach(found))
    for (const leaf of used) taken.add(leaf)
    sorted.filled[part] = joint === undefined ? used[0]!.values : [used.map(textOfLeaf).join(joint)]
    sorted.from[part] = { paths: used.map(({ path }) => path), by }
  }

  // A part that the form places is not looked for anywhere else, even if nobody said anything there.
  const placed = new Set<Part>(parts.filter((part) => form?.map?.[part] !== undefined))
  for (const part of placed) fill(part, leavesAt(open(), root, listOf(form?.map?.[part])), 'form')
  for (const part of parts)
    if (!placed.has(part)) fill(part, leavesAt(open(), root, preset?.map?.[part] ?? []), 'preset')
  const named = new Map(parts.map((part) => [part, namedFields(open(), fields, form, part)]))
  for (const [part, { isAnswered }] of named) if (isAnswered) placed.add(part)

  const missing = (part: Part): boolean => !placed.has(part) && sorted.filled[part] === undefined
  const takeNamed = (part: Part): void => {
    if (!form?.map?.[part]) fill(part, named.get(part)?.leaves ?? [], named.get(part)?.by ?? 'name')
  }
  takeNamed('email')
  takeNamed('phone')
  const recognise = recogniser(open(), missing, [...taken])
  fill('email', recognise('email'), 'recognised')
  fill('phone', recognise('phone'), 'recognised')
  // Whoever nests the customer's address means the form, or himself, by a `name` or `message` at the top.
  const isNested = taken.size > 0 && ![...taken].some(({ home }) => home === rootSpot)
  for (const part of parts) {
    const takeRecognised = () =>
      isRecognisable(part) && missing(part) && fill(part, recognise(part), 'recognised')
    if (isNested) takeRecognised()
    takeNamed(part)
    takeRecognised()
  }

  const shown = open()
  sorted.tags = shown.filter(isTag).map((leaf) => [leaf.names[0]!, textOfLeaf(leaf)])
  const labels = labelsOf(shown)
  const lines = shown.filter((leaf) => !isTag(leaf))
  const ordered = lines.toSorted((a, b) => placeOf(a) - placeOf(b))
  sorted.rest = ordered.map((leaf): Fields[number] => [labels.get(leaf) ?? '', valueOf(leaf)])
  const wordless = preset?.withoutWords
  if (wordless && findPath(root, wordless.path).length > 0)
    sorted.withoutWords = { service: preset.service, ...wordless }
  return sorted
}

/** Of a field that came twice the first. */
function firstOfEach(leaves: readonly Leaf[]): Leaf[] {
  const fields = new Map<string, Leaf>()
  for (const leaf of leaves) {
    const field = `${leaf.home} ${leaf.names.join()}`
    if (!fields.has(field)) fields.set(field, leaf)
  }
  return [...fields.values()]
}

const inSpokenOrder = (part: Part, leaves: Leaf[]): Leaf[] => (part === 'name' ? orderNames(leaves) : leaves)

/** A name in two fields is one name, and two long answers are one message. Of anything else the first counts. */
const joints: Partial<Record<Part, string>> = { name: ' ', message: '\n\n' }

/** What the service calls the event, as one text; undefined when the form has no key, or the body none. */
export function eventKeyOf(fields: Fields, form: Form | undefined): string[] | undefined {
  const paths = form?.key === undefined ? (presetOf(form)?.key ?? []) : listOf(form.key)
  if (paths.length === 0) return undefined
  const root = treeOf(fields)
  for (const path of paths) {
    const values = findPath(root, path)
      .flatMap(({ tree }) => scalarsOf(tree))
      .map(String)
    if (values.length > 0) return values
  }
  return undefined
}

const spotsOf = (root: Branch, paths: readonly string[]): string[] =>
  paths.flatMap((path) => findPath(root, path).map(({ spot }) => spot))

/** What stands at the paths, wholly or in part, in their order, then in that of arrival. A hostile body has many places. */
function leavesAt(leaves: readonly Leaf[], root: Branch, paths: readonly string[]): Leaf[] {
  const inside = new Map<string, number>()
  const outside = new Map<string, number>()
  for (const [place, spot] of spotsOf(root, paths).entries()) {
    if (!inside.has(spot)) inside.set(spot, place)
    for (const outer of around(spot)) if (!outside.has(outer)) outside.set(outer, place)
  }
  const placed = leaves.flatMap((leaf) => {
    const places = around(leaf.spot).flatMap((spot) => inside.get(spot) ?? [])
    const place = Math.min(...places, outside.get(leaf.spot) ?? Infinity)
    return place < Infinity ? [{ leaf, place }] : []
  })
  return placed.toSorted((a, b) => a.place - b.place).map(({ leaf }) => leaf)
}

/** The fields that the form's page has for a part, or else the one that is named like the part. */
function namedFields(
  leaves: readonly Leaf[],
  fields: Fields,
  form: Form | undefined,
  part: Part,
): { leaves: Leaf[]; by: By; isAnswered: boolean } {
  const declared = form?.fields.filter(({ fills }) => fills === part).map(({ name }) => name) ?? []
  const isOther = form?.fields.some(({ name, fills }) => name === part && fills !== part)
  const own = isOther ? [] : [part]
  const names = declared.length > 0 ? declared : own
  const found = names.flatMap((name) => {
    const inside = leaves.filter(({ top }) => top === name)
    // Of a nested field it is not known which value is meant, unless it is a name in its parts.
    return inside.length <= 1 ||
      inside.every(({ within }) => within.length === 0) ||
      (part === 'name' && areNames(inside))
      ? inside
      : []
  })
  const isAnswered = declared.some((name) => fields.some(([given]) => given === name)) && found.length === 0
  return { leaves: found, by: declared.length > 0 ? 'form' : 'name', isAnswered }
}

const isTag = ({ names }: Leaf): boolean => /^utm_[a-z_]{1,30}$/.test(names[0] ?? '')

/** Names that say nothing without what they lie in. */
const vague = /^(?:id|name|title|type|value|text|label|key|status|date|time|url|code|number)$/i

/** The question of each; where others elsewhere have the same, with what it lies in. */
function labelsOf(shown: readonly Leaf[]): Map<Leaf, string> {
  const homes = new Map<string, Set<string>>()
  for (const { label, home } of shown) homes.set(label, (homes.get(label) ?? new Set()).add(home))
  return new Map(
    shown.map((leaf) => {
      const owner = leaf.within.at(-1)
      const isVague = (homes.get(leaf.label)?.size ?? 0) > 1 || (!leaf.isAnswer && vague.test(leaf.label))
      return [
        leaf,
        isVague && owner !== undefined && owner !== leaf.label ? `${owner} › ${leaf.label}` : leaf.label,
      ]
    }),
  )
}

/** Answers, then what somebody may have typed, then what only a machine writes: a lead shows the first lines only. */
function placeOf(leaf: Leaf): number {
  if (leaf.isAnswer) return 0
  return isOfMachine(leaf) ? 2 : 1
}

const isOfMachine = (leaf: Leaf): boolean =>
  !leaf.isAnswer &&
  (/^_|(?:^|[^a-z])(?:id|ids|uuid|guid|token|key|hash|ip)$|Id$|_at$|At$/.test(leaf.names[0] ?? '') ||
    /^(?:https?:\/\/|Mozilla\/)|^\d{4}-\d\d-\d\d[T ]\d|^[0-9a-f-]{20,}$/.test(textOfLeaf(leaf)))

const valueOf = (leaf: Leaf): Value => (leaf.values.length === 1 ? leaf.values[0]! : textOfLeaf(leaf))

/** Whether anybody said anything: a form that came without a single word has nobody to answer. */
export const isEmpty = (fields: Fields): boolean =>
  fields.every(([name, value]) => isOwnField(name) || !saysSomething(value))

export function saysSomething(value: Value): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(saysSomething)
  return value !== null && String(value).trim() !== ''
}

/** The first value of a field that says something, under any of its names. */
export function fieldOf(fields: Fields, ...names: string[]): string {
  for (const name of names)
    for (const [given, value] of fields) if (given === name && textOf(value).trim()) return textOf(value)
  return ''
}

/** A value as one text: of a list the first that has one, of nested values nothing. */
export function textOf(value: Value): string {
  if (Array.isArray(value)) return value.map(textOf).find((text) => text.trim()) ?? ''
  if (typeof value === 'object' || value === null) return ''
  return String(value)
}
