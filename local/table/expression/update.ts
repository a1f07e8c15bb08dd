/*
 * Updates as functions of an item and the values of a request.
 *
 * Problem: every action sees the item as it was, whatever the others do, and indexes of lists are those of the item as
 * it was. The service tells of wrong types before it tells of what is missing.
 * Representation: first each action's outcome is worked out against the old item: a value, or its removal, or nothing.
 * Then one walk along the paths of all actions copies what they lead through and puts the outcomes in place; the rest
 * is shared with the old item.
 * Invariant: paths neither overlap nor conflict (checked before), so that each place has one outcome.
 */
import { type TableFault, invalid } from '../fault.ts'
import { addNumbers, subtractNumbers } from '../number.ts'
import { type Item, type Value, define, typeOf } from '../value.ts'
import { checksOfUpdate } from './check.ts'
import { type Compiled, compiler } from './compile.ts'
import type { Reader } from './condition.ts'
import {
  type Branches,
  type Names,
  branchesOf,
  clashFault,
  finder,
  headsOf,
  resolve,
  within,
} from './path.ts'
import { Parser } from './syntax/parser.ts'
import type { Action, Operand, Step, Sum } from './syntax/tree.ts'
import { requireSections } from './syntax/words.ts'

export interface CompiledUpdate extends Compiled {
  branches: Branches
  /** @throws ValidationException as evaluated against the item */
  apply(item: Item, values: Item, isNew: boolean): Item
}

/** What becomes of a place; what a SET reads may be missing. */
type Outcome = Value | 'removed' | 'untouched' | 'missing'
type Work = (item: Item, values: Item) => Outcome

/** Levels of lists and maps within each other. */
const deepest = 32
const kind = 'UpdateExpression'

export const compileUpdate = compiler<CompiledUpdate>((text) => {
  const sections = new Parser(kind, text).update()
  requireSections(kind, sections)
  const actions = sections.flatMap((section) => section.actions)
  return {
    nodes: actions.flatMap((action) => ('value' in action ? [action.path, action.value] : [action.path])),
    compile(names) {
      const paths = actions.map(({ path }) => resolve(path, names))
      const works = actions.map((action) => workOf(action, names))
      const places = paths.map((steps, at) => placeOf(steps, actions[at]!))
      const branches = clashFault(paths) === undefined ? branchesOf(paths) : new Map()
      return {
        checks: checksOfUpdate(actions, names),
        attributes: headsOf(paths),
        branches,
        apply(item, values, isNew) {
          for (const place of places) place.requireKind(item)
          const outcomes = works.map((work) => work(item, values))
          for (const [at, place] of places.entries()) place.requireRoom(item, outcomes[at]!, isNew)
          if (outcomes.includes('missing')) throw missing()
          return changedItem(item, branches, outcomes)
        },
      }
    },
  }
})

const wrongType = (): TableFault => invalid('An operand in the update expression has an incorrect data type')
const wrongPath = (): TableFault =>
  invalid('The document path provided in the update expression is invalid for update')
const missing = (): TableFault =>
  invalid('The provided expression refers to an attribute that does not exist in the item')

/** Where an action writes: what its last step leads into must be there, and a map or a list as the step needs it. */
function placeOf(steps: Step[], { section }: Action) {
  if (steps.length === 1) return { requireKind() {}, requireRoom() {} }
  const parentOf = finder(steps.slice(0, -1))
  const type = typeof steps.at(-1) === 'number' ? 'L' : 'M'
  const removes = section === 'REMOVE' || section === 'DELETE'
  return {
    requireKind(item: Item) {
      const parent = parentOf(item)
      if (parent !== undefined && parent[type] === undefined) throw wrongPath()
    },
    requireRoom(item: Item, outcome: Outcome, isNew: boolean) {
      if (parentOf(item) === undefined && !(isNew && removes)) throw wrongPath()
      if (typeof outcome === 'object' && levelsOf(outcome) + steps.length - 1 > deepest)
        throw invalid('Nesting Levels have exceeded supported limits')
    },
  }
}

const levelsOf = (value: Value): number => {
  const inner = value.L ?? (value.M && Object.values(value.M))
  return inner === undefined ? 0 : 1 + inner.reduce((most, entry) => Math.max(most, levelsOf(entry)), 0)
}

function workOf(action: Action, names: Names): Work {
  if (action.section === 'SET') {
    const read = readerOf(action.value, names)
    return (item, values) => read(item, values) ?? 'missing'
  }
  const find = finder(resolve(action.path, names))
  if (action.section === 'REMOVE') return (item) => (find(item) === undefined ? 'untouched' : 'removed')
  const { name } = action.value
  const change = action.section === 'ADD' ? added : deleted
  return (item, values) => change(find(item), values[name]!)
}

function added(old: Value | undefined, operand: Value): Outcome {
  if (old === undefined) return operand
  const type = typeOf(operand)
  if (type !== typeOf(old)) throw wrongType()
  if (type === 'N') return { N: addNumbers(old.N!, operand.N!) }
  return { [type]: [...new Set([...(old[type] as string[]), ...(operand[type] as string[])])] }
}

function deleted(old: Value | undefined, operand: Value): Outcome {
  if (old === undefined) return 'untouched'
  const type = typeOf(operand)
  if (type !== typeOf(old)) throw wrongType()
  const gone = new Set(operand[type] as string[])
  const rest = (old[type] as string[]).filter((entry) => !gone.has(entry))
  return rest.length > 0 ? { [type]: rest } : 'removed'
}

/** Of what a SET assigns; nothing when something it needs is missing. */
function readerOf(node: Operand | Sum, names: Names): Reader {
  switch (node.kind) {
    case 'path':
      return finder(resolve(node, names))
    case 'value': {
      const { name } = node
      return (_, values) => values[name]
    }
    case 'sum': {
      const sum = node.operator === '+' ? addNumbers : subtractNumbers
      return both([node.left, node.right], names, 'N', (left, right) => ({ N: sum(left.N!, right.N!) }))
    }
    case 'call': {
      if (node.name === 'list_append')
        return both(node.operands, names, 'L', (left, right) => ({ L: [...left.L!, ...right.L!] }))
      const [first, other] = node.operands.map((operand) => readerOf(operand, names)) as [Reader, Reader]
      return (item, values) => first(item, values) ?? other(item, values)
    }
  }
}

function both(
  operands: readonly Operand[],
  names: Names,
  type: 'N' | 'L',
  join: (left: Value, right: Value) => Value,
): Reader {
  const [first, second] = operands.map((operand) => readerOf(operand, names)) as [Reader, Reader]
  return (item, values) => {
    const [left, right] = [first(item, values), second(item, values)]
    if ((left && !left[type]) || (right && !right[type])) throw wrongType()
    return left && right && join(left, right)
  }
}

function changedItem(item: Item, branches: Branches, outcomes: readonly Outcome[]): Item {
  const result = { ...item }
  for (const [step, branch] of branches) {
    const name = step as string
    const change =
      typeof branch === 'number' ? outcomes[branch]! : changedWithin(item, name, branch, outcomes)
    if (change === 'removed') delete result[name]
    else if (typeof change === 'object') define(result, name, change)
  }
  return result
}

function changedWithin(item: Item, name: string, branches: Branches, outcomes: readonly Outcome[]): Outcome {
  const value = within({ M: item }, name)
  return value === undefined ? 'untouched' : changedValue(value, branches, outcomes)
}

const changedValue = (value: Value, branches: Branches, outcomes: readonly Outcome[]): Value =>
  value.L ? { L: changedList(value.L, branches, outcomes) } : { M: changedItem(value.M!, branches, outcomes) }

/** What is set beyond the end is appended, in the order of the indexes; what is removed leaves no gap. */
function changedList(list: Value[], branches: Branches, outcomes: readonly Outcome[]): Value[] {
  const entries: (Value | undefined)[] = [...list]
  const steps = ([...branches] as [number, Branches | number][]).sort(([a], [b]) => a - b)
  for (const [index, branch] of steps) {
    const outcome =
      typeof branch === 'number' ? outcomes[branch]! : changedValue(list[index]!, branch, outcomes)
    if (outcome === 'removed') entries[index] = undefined
    else if (typeof outcome !== 'object') continue
    else if (index < list.length) entries[index] = outcome
    else entries.push(outcome)
  }
  return entries.filter((entry) => entry !== undefined)
}
