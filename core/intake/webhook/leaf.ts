import { rootSpot, spotOf, writeEntries, writeName } from '../../company/form/path.ts'
import {
  childOf,
  isBranch,
  scalarsOf,
  textAt,
  type Branch,
  type Scalar,
  type Tree,
} from '../../company/form/tree.ts'

/*
 * Problem: form services say one thing in many ways: `email: …`, `{ name: email, values: [ … ] }`, `{ question, answer }`,
 * `fields[email][title]` beside `fields[email][value]`, an answer that names its question by an id given elsewhere.
 * Representation: a leaf is one answer: what was asked in the words that a person saw, the names that machines use, and
 * what was said. What only describes a question (its id, its type, its options) belongs to the leaf and is none itself.
 * Invariant: whatever a person may have typed is in exactly one leaf; a leaf's path finds that leaf again.
 */

export interface Leaf {
  /** as a form's `map` would write it */
  path: string
  spot: string
  /** what was asked, else the name under which it came */
  label: string
  /** names that may say what it is: question, machine names */
  names: string[]
  /** kind of the field, where the service tells it: `email`, `long_text` */
  type: string
  /** names of what it lies in, outermost first */
  within: string[]
  /** the field of the body that it is in */
  top: string
  /** spot of what holds it together with its neighbours */
  home: string
  /** it answers a question, rather than being a value in a record */
  isAnswer: boolean
  /** several only when several were chosen */
  values: Exclude<Scalar, null>[]
}

export const textOfLeaf = ({ values }: Leaf): string => values.map((value) => String(value).trim()).join(', ')

interface Place {
  top?: string
  /** to which all of what lies in it is the answer */
  question?: string
  path: string
  spot: string
  within: string[]
}

interface Question {
  title: string
  type: string
  spot: string
}

interface Context {
  /** by their ids */
  questions: ReadonlyMap<string, Question>
  /** where those stand that became a label */
  used: Set<string>
}

/** Every answer of a body, in the order of arrival. */
export function leavesOf(root: Branch): Leaf[] {
  const context: Context = { questions: questionsOf(root), used: new Set() }
  const leaves = walk(root, { path: '', spot: rootSpot, within: [] }, context)
  // A question that became a label is not shown again as if somebody had said it.
  return leaves.filter(({ home, isAnswer }) => isAnswer || !context.used.has(home))
}

function walk(
  branch: Branch,
  place: Place,
  context: Context,
  isWanted?: (key: string, child: Tree) => boolean,
): Leaf[] {
  const entries = branch.isList ? writeEntries(branch) : undefined
  return branch.entries.flatMap(([key, child], index): Leaf[] => {
    if (isWanted && !isWanted(key, child)) return []
    const spot = spotOf(place.spot, index)
    const path = place.path + (entries?.[index] ?? writeName(key, place.path === ''))
    const names = branch.isList ? [] : [key]
    const top = place.top ?? key
    const { question: outer } = place
    const common = { top, path, spot, outer, within: place.within, home: place.spot }
    const note = fileNote(child)
    if (!isBranch(child) || isOneAnswer(child))
      return leafOf({
        ...common,
        names,
        type: '',
        isAnswer: false,
        values: note === undefined ? scalarsOf(child) : [note],
      })
    const inner: Place = {
      top,
      path,
      spot,
      within: [...place.within, ...names],
      ...(outer !== undefined && { question: outer }),
    }
    const answer = readAnswer(child, names, context)
    if (!answer) return walk(child, inner, context)
    const { values, key: told } = answer
    // A question of a list that nobody answered.
    if (branch.isList && scalarsOf(childOf(child, told) ?? null).length === 0) return []
    const [question = ''] = answer.names
    const asked: Place = { ...inner, question, within: [...place.within, question] }
    const isShown = (name: string, tree: Tree) => (name === told ? !values : !describes(name, tree, answer))
    return [
      ...leafOf({
        ...common,
        path: path + writeName(told, false),
        isAnswer: true,
        ...answer,
        values: values ?? [],
      }),
      ...walk(child, asked, context, isShown),
    ]
  })
}

function leafOf(leaf: Omit<Leaf, 'label'> & { outer: string | undefined }): Leaf[] {
  const { top, path, spot, names, type, within, home, isAnswer, values } = leaf
  const own = names[0] ?? within.at(-1) ?? ''
  const label = leaf.outer === undefined || leaf.outer === own ? own : `${leaf.outer} › ${own}`
  return values.length ? [{ top, path, spot, label, names, type, within, home, isAnswer, values }] : []
}

/** A list of plain values, or the note of a file. */
const isOneAnswer = (branch: Branch): boolean =>
  branch.isList ? branch.entries.every(([, child]) => !isBranch(child)) : fileNote(branch) !== undefined

/** What is kept of a file that was sent with a form, in words. */
function fileNote(branch: Tree): string | undefined {
  const file = textAt(branch, 'file')
  const size = textAt(branch, 'size')
  if (!isBranch(branch) || file === undefined || size === undefined) return undefined
  if (branch.entries.some(([key]) => !['file', 'type', 'size'].includes(key))) return undefined
  return `${file} (${[textAt(branch, 'type'), `${size} bytes`].filter(Boolean).join(', ')})`
}

interface Answer {
  /** the question in its words first, then the names of machines */
  names: string[]
  type: string
  /** under which key of the branch the answer stands */
  key: string
  /** absent when it is nested: then each of its values is a leaf */
  values?: Leaf['values']
}

const asks = ['question', 'label', 'title', 'column_name', 'field_name', 'fieldName', 'name', 'field']
const machineNames = ['ref', 'key', 'column_id', 'id', 'field_id', 'fieldId', 'question_id', 'questionId']
const tells = ['value', 'values', 'answer', 'answers', 'string_value', 'response']

/** What a branch asks and what was answered; nothing when it is no such pair. */
function readAnswer(branch: Branch, keyNames: string[], { questions, used }: Context): Answer | undefined {
  if (branch.isList) return undefined
  const field = childOf(branch, 'field')
  const type = textAt(branch, 'type') ?? textAt(field, 'type') ?? ''
  const key = answerKey(branch, type, isBranch(field))
  if (key === undefined) return undefined
  const ids = [...machineNames.map((name) => textAt(branch, name)), textAt(field, 'id'), textAt(field, 'ref')]
  const known = ids.flatMap((id) => (id === undefined ? [] : (questions.get(id) ?? []))).at(0)
  const asked = asks
    .filter((name) => name !== key)
    .flatMap((name) => [textAt(branch, name), textAt(field, name)])
  const said = [known?.title, ...asked, ...ids].filter(
    (name): name is string => name !== undefined && !isAddress(name),
  )
  const names = [...new Set([...said, ...keyNames])]
  if (names.length === 0) return undefined
  const values = chosen(childOf(branch, key) ?? null, childOf(branch, 'options'))
  // A record with a field `answers` is no question.
  if (!values && said.length === 0) return undefined
  if (known) used.add(known.spot)
  return { names, type: known?.type || type, key, ...(values && { values }) }
}

const isAddress = (text: string): boolean => /^[^\s@]+@[^\s@]+$|^\+\d/.test(text.trim())

/** Under which key the answer stands: one that says so, else the one that the type names, as in `{ type: email, email: … }`. */
function answerKey(branch: Branch, type: string, namesField: boolean): string | undefined {
  const has = (key: string) => branch.entries.some(([name]) => name === key)
  const told = tells.find(has)
  if (told !== undefined) return told
  if (!namesField) return undefined
  return [type, 'text', 'email', 'phone_number', 'number', 'boolean', 'choice', 'choices'].find(
    (key) => key !== '' && has(key),
  )
}

/** Plain values, and chosen options by their words; undefined for anything else that is nested. */
function chosen(value: Tree, options: Tree | undefined): Leaf['values'] | undefined {
  if (!isBranch(value)) {
    const option = isBranch(options)
      ? options.entries.find(([, entry]) => value !== null && textAt(entry, 'id') === String(value))?.[1]
      : undefined
    const words = textAt(option, 'text') ?? textAt(option, 'label')
    return words === undefined ? scalarsOf(value) : [words]
  }
  if (value.isList) {
    const each = value.entries.map(([, entry]) => chosen(entry, options))
    return each.every((found) => found !== undefined) ? each.flat() : undefined
  }
  if (!value.entries.every(([key]) => ofChoice.has(key))) return undefined
  const words = childOf(value, 'labels') ?? childOf(value, 'label') ?? childOf(value, 'text')
  return words === undefined ? undefined : scalarsOf(words)
}

/** What an option that was chosen consists of. */
const ofChoice = new Set(['id', 'ids', 'ref', 'refs', 'label', 'labels', 'text', 'value', 'other'])

/** What describes a question: it is not shown as if somebody had said it. */
const describing = new Set([
  ...asks,
  ...machineNames,
  'type',
  'fieldType',
  'field_type',
  'required',
  'raw_value',
  'placeholder',
])
const describingBranches = new Set(['field', 'options', 'versions'])

function describes(key: string, child: Tree, { names }: Answer): boolean {
  if (isBranch(child)) return describingBranches.has(key)
  // Words that did not become the label may be somebody's all the same, and no question is an address.
  if (isAddress(String(child))) return false
  return (
    describing.has(key) &&
    (String(child).trim() === names[0] || typeof child !== 'string' || !/\s/.test(child.trim()))
  )
}

function questionsOf(root: Branch): ReadonlyMap<string, Question> {
  const found = new Map<string, Question>()
  const look = (tree: Branch, spot: string): void => {
    const title = textAt(tree, 'title') ?? textAt(tree, 'label') ?? textAt(tree, 'question')
    if (title !== undefined && !tells.some((key) => childOf(tree, key) !== undefined))
      for (const id of ['id', 'ref', 'key'].map((name) => textAt(tree, name)))
        if (id !== undefined && !found.has(id))
          found.set(id, { title, type: textAt(tree, 'type') ?? '', spot })
    for (const [place, [, child]] of tree.entries.entries())
      if (isBranch(child)) look(child, spotOf(spot, place))
  }
  look(root, rootSpot)
  return found
}
