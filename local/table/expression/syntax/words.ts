/* What is wrong in an expression whatever its names and values are: reserved words, functions and where they stand. */
import { reservedWords } from './reserved.ts'
import {
  type Call,
  type Condition,
  type Kind,
  type Operand,
  type Path,
  type Section,
  type Sum,
  refusal,
} from './tree.ts'

export type Node = Condition | Operand | Sum

interface FunctionRule {
  operands: number
  standsFor: 'condition' | 'operand' | 'update'
  /** of its first operand */
  needsPath?: true
}

export const functions: ReadonlyMap<string, FunctionRule> = new Map([
  ['attribute_exists', { operands: 1, standsFor: 'condition', needsPath: true }],
  ['attribute_not_exists', { operands: 1, standsFor: 'condition', needsPath: true }],
  ['attribute_type', { operands: 2, standsFor: 'condition', needsPath: true }],
  ['begins_with', { operands: 2, standsFor: 'condition' }],
  ['contains', { operands: 2, standsFor: 'condition' }],
  ['size', { operands: 1, standsFor: 'operand' }],
  ['if_not_exists', { operands: 2, standsFor: 'update', needsPath: true }],
  ['list_append', { operands: 2, standsFor: 'update' }],
])

export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'path':
    case 'value':
      return []
    case 'call':
      return node.operands
    case 'compare':
    case 'sum':
      return [node.left, node.right]
    case 'between':
      return [node.operand, node.low, node.high]
    case 'in':
      return [node.operand, ...node.candidates]
    case 'not':
      return [node.term]
    case 'and':
    case 'or':
      return node.terms
  }
}

/**
 * Reserved words, names of functions, where they stand and how many operands they have.
 * @throws ValidationException
 */
export function requireWords(kind: Kind, node: Node, place: 'condition' | 'operand'): void {
  if (node.kind === 'path') return requireNoReservedWord(kind, node)
  if (node.kind === 'call') requireFunction(kind, node, place)
  const inner = node.kind === 'and' || node.kind === 'or' || node.kind === 'not' ? 'condition' : 'operand'
  for (const child of childrenOf(node)) {
    if (isNestedAppend(node, child)) throw misused(kind, 'list_append')
    requireWords(kind, child, inner)
  }
}

/** The service refuses it, and does not say why. */
const isNestedAppend = (node: Node, child: Node): boolean =>
  node.kind === 'call' && node.name === 'list_append' && child.kind === 'call' && child.name === 'list_append'

const misused = (kind: Kind, name: string): Error =>
  refusal(kind, `The function is not allowed to be used this way in an expression; function: ${name}`)

export function requireNoReservedWord(kind: Kind, { steps }: Path): void {
  for (const step of steps)
    if (typeof step === 'string' && reservedWords.has(step.toUpperCase()))
      throw refusal(kind, `Attribute name is a reserved keyword; reserved keyword: ${step}`)
}

function requireFunction(kind: Kind, call: Call, place: 'condition' | 'operand'): void {
  const { name } = call
  const rule = functions.get(name)
  if (rule === undefined) throw refusal(kind, `Invalid function name; function: ${name}`)
  const isUpdate = kind === 'UpdateExpression'
  if (isUpdate !== (rule.standsFor === 'update'))
    throw refusal(
      kind,
      `The function is not allowed in ${isUpdate ? 'an update' : 'a condition'} expression; function: ${name}`,
    )
  if (!isUpdate && rule.standsFor !== place) throw misused(kind, name)
  // Of an update the service counts them only after it looked at the names.
  const fault = isUpdate ? undefined : countFault(call)
  if (fault !== undefined) throw refusal(kind, fault)
}

export function countFault({ name, operands }: Call): string | undefined {
  if (operands.length === functions.get(name)!.operands) return undefined
  return (
    'Incorrect number of operands for operator or function; ' +
    `operator or function: ${name}, number of operands: ${operands.length}`
  )
}

/** @throws ValidationException as requireWords, and for a section that is there twice */
export function requireSections(kind: Kind, sections: readonly Section[]): void {
  for (const { actions } of sections)
    for (const action of actions) {
      requireNoReservedWord(kind, action.path)
      if (action.section === 'SET') requireWords(kind, action.value, 'operand')
    }
  const seen = new Set<string>()
  for (const { name } of sections) {
    if (seen.has(name))
      throw refusal(kind, `The "${name}" section can only be used once in an update expression;`)
    seen.add(name)
  }
}
