/*
 * What DynamoDB refuses in an expression with certain names and values.
 *
 * Problem: one text is used with many values, and some refusals depend on their types. The first fault in the order in
 * which the service looks is the one that is told.
 * Representation: once for a text and its names, a list of checks in the order of the tree, operands before what they
 * belong to; each request runs the list with its values. A fault of the names is a check that always fails.
 */
import { type Item, type Value, type ValueType, compareValues, typeOf } from '../value.ts'
import { mostOperators } from './syntax/parser.ts'
import { type Names, clashFault, pathFault, pathText, resolve } from './path.ts'
import { type Action, type Call, type Kind, type Operand, refusal } from './syntax/tree.ts'
import { type Node, childrenOf, countFault, functions } from './syntax/words.ts'

export type Check = (values: Item) => void

/** Operands of IN: Amazon DynamoDB Developer Guide, "Quotas": expression parameters. */
const mostCandidates = 100
const ordered = ['S', 'N', 'B']
const sized = ['S', 'B', 'SS', 'NS', 'BS', 'L', 'M']
const types = ['B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'N', 'NS', 'S', 'M']

/** Long names of types, which only ADD and DELETE use. */
const longNames: Record<ValueType, string> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
  M: 'MAP',
  L: 'LIST',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
}

/** The checks of an expression, or of a path or a value in it. */
export function checksOf(kind: Kind, names: Names, root: Node): Check[] {
  const checks: Check[] = []
  const refuse = (what: string): void => {
    checks.push(() => {
      throw refusal(kind, what)
    })
  }
  const refuseIf = (what: string | undefined): void => {
    if (what !== undefined) refuse(what)
  }
  const typed = (operator: string, operands: readonly Operand[], allowed: readonly string[]): void => {
    for (const operand of operands)
      if (operand.kind !== 'path')
        checks.push((values) => {
          const type = typeIn(operand, values)
          if (type !== undefined && !allowed.includes(type)) throw refusal(kind, wrongType(operator, type))
        })
  }
  let operators = 0
  const visit = (node: Node): void => {
    const isUpdate = kind === 'UpdateExpression'
    if (node.kind === 'call' && isUpdate) refuseIf(countFault(node))
    for (const child of childrenOf(node)) visit(child)
    operators += node.kind === 'and' || node.kind === 'or' ? node.terms.length - 1 : 1
    switch (node.kind) {
      case 'path':
        operators--
        return refuseIf(pathFault(node, names))
      case 'value':
        operators--
        checks.push((values) => {
          if (values[node.name] === undefined)
            throw refusal(
              kind,
              `An expression attribute value used in expression is not defined; attribute value: ${node.name}`,
            )
        })
        return
      case 'compare':
        refuseIf(repeated(node.operator, node.left, [node.right], names))
        if (node.operator !== '=' && node.operator !== '<>')
          typed(node.operator, [node.left, node.right], ordered)
        return
      case 'between': {
        const { operand, low, high } = node
        refuseIf(repeated('BETWEEN', operand, [low, high], names))
        typed('BETWEEN', [operand, low, high], ordered)
        if (low.kind === 'value' && high.kind === 'value')
          checks.push((values) => {
            const fault = boundsFault(values[low.name]!, values[high.name]!)
            if (fault !== undefined) throw refusal(kind, fault)
          })
        return
      }
      case 'in':
        if (node.candidates.length > mostCandidates)
          refuse(
            `The IN operator is provided with too many operands; number of operands: ${node.candidates.length}`,
          )
        return refuseIf(repeated('IN', node.operand, node.candidates, names))
      case 'sum':
        return typed(node.operator, [node.left, node.right], ['N'])
      case 'call':
        if (functions.get(node.name)!.needsPath && node.operands[0]!.kind !== 'path')
          refuse(`Operator or function requires a document path; operator or function: ${node.name}`)
        return checkCall(node)
    }
  }
  const checkCall = ({ name, operands }: Call): void => {
    if (name !== 'list_append') refuseIf(repeated(name, operands[0]!, operands.slice(1), names))
    if (name === 'size') typed(name, operands, sized)
    if (name === 'begins_with') typed(name, operands, ['S', 'B'])
    if (name === 'list_append') typed(name, operands, ['L'])
    if (name === 'attribute_type')
      checks.push((values) => {
        const fault = typeNameFault(operands[1]!, values)
        if (fault !== undefined) throw refusal(kind, fault)
      })
  }
  visit(root)
  if (operators > mostOperators)
    refuse(`The expression contains too many operators; operator count: ${operators}`)
  return checks
}

/** Names and paths of all actions come first, then the values of each. */
export function checksOfUpdate(actions: readonly Action[], names: Names): Check[] {
  const checks = actions.flatMap(({ path }) => checksOf('UpdateExpression', names, path))
  const isNamed = actions.every(({ path }) => pathFault(path, names) === undefined)
  const fault = isNamed ? clashFault(actions.map(({ path }) => resolve(path, names))) : undefined
  if (fault !== undefined)
    checks.push(() => {
      throw refusal('UpdateExpression', fault)
    })
  for (const action of actions)
    if (action.section !== 'REMOVE') {
      checks.push(...checksOf('UpdateExpression', names, action.value))
      if (action.section !== 'SET') checks.push(operandCheck(action.section, action.value.name))
    }
  return checks
}

/** ADD takes numbers and sets, DELETE sets. */
const operandCheck =
  (section: 'ADD' | 'DELETE', name: string): Check =>
  (values) => {
    const type = typeOf(values[name]!)
    if (sets.has(type) || (section === 'ADD' && type === 'N')) return
    throw refusal(
      'UpdateExpression',
      'Incorrect operand type for operator or function; ' +
        `operator: ${section}, operand type: ${longNames[type]}, typeSet: ALLOWED_FOR_${section}_OPERAND`,
    )
  }

const sets: ReadonlySet<ValueType> = new Set(['SS', 'NS', 'BS'])

/** Known before an item is: of a value, and of a size. */
function typeIn(operand: Operand, values: Item): ValueType | undefined {
  if (operand.kind === 'value') return typeOf(values[operand.name]!)
  return operand.kind === 'call' && operand.name === 'size' ? 'N' : undefined
}

const wrongType = (operator: string, type: string): string =>
  `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`

function repeated(
  operator: string,
  first: Operand,
  others: readonly Operand[],
  names: Names,
): string | undefined {
  if (first.kind !== 'path') return undefined
  const steps = resolve(first, names)
  const isSame = (other: Operand): boolean => {
    if (other.kind !== 'path' || other.steps.length !== steps.length) return false
    return resolve(other, names).every((step, at) => step === steps[at])
  }
  if (!others.some(isSame)) return undefined
  return (
    'The first operand must be distinct from the remaining operands for this operator or function; ' +
    `operator: ${operator}, first operand: ${pathText(steps)}`
  )
}

function boundsFault(low: Value, high: Value): string | undefined {
  const bounds =
    `lower bound operand: AttributeValue: ${boundText(low)}, ` +
    `upper bound operand: AttributeValue: ${boundText(high)}`
  if (typeOf(low) !== typeOf(high))
    return `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`
  if (compareValues(low, high)! > 0)
    return `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`
  return undefined
}

function boundText(value: Value): string {
  const type = typeOf(value)
  return `{${type}:${value.S ?? value.N ?? value.B}}`
}

function typeNameFault(operand: Operand, values: Item): string | undefined {
  if (operand.kind === 'path') return wrongType('attribute_type', '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}')
  const type = typeIn(operand, values)!
  if (operand.kind === 'call' || type !== 'S') return wrongType('attribute_type', type)
  const name = values[operand.name]!.S!
  if (types.includes(name)) return undefined
  return `Invalid attribute type name found; type: ${name}, valid types: {${types.join(',')}}`
}
