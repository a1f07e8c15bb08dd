/** What DynamoDB refuses in an update with certain names and values. */
import { type ValueType, typeOf } from '../value.ts'
import { type Check, checksOf } from './check.ts'
import { type Names, clashFault, pathFault, resolve } from './path.ts'
import { type Action, refusal } from './syntax/tree.ts'

const kind = 'UpdateExpression'

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

/** Names and paths of all actions come first, then the values of each. */
export function checksOfUpdate(actions: readonly Action[], names: Names): Check[] {
  const checks = actions.flatMap(({ path }) => checksOf(kind, names, path))
  const isNamed = actions.every(({ path }) => pathFault(path, names) === undefined)
  const fault = isNamed ? clashFault(actions.map(({ path }) => resolve(path, names))) : undefined
  if (fault !== undefined)
    checks.push(() => {
      throw refusal(kind, fault)
    })
  for (const action of actions)
    if (action.section !== 'REMOVE') {
      checks.push(...checksOf(kind, names, action.value))
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
      kind,
      'Incorrect operand type for operator or function; ' +
        `operator: ${section}, operand type: ${longNames[type]}, typeSet: ALLOWED_FOR_${section}_OPERAND`,
    )
  }

const sets: ReadonlySet<ValueType> = new Set(['SS', 'NS', 'BS'])
