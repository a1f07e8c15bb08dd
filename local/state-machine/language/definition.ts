/*
 * Compiles a definition in Amazon States Language.
 *
 * What the interpreter does not model must be refused when the machine is defined, not ignored when a customer's
 * workflow runs. So every state type has a list of the fields it may carry, and everything else is an error that
 * names the state.
 */
import type { Json } from './allowed-field.ts'
import { allowFields, isCount, isObject } from './allowed-field.ts'
import type { ExpressionCompiler } from '../expression.ts'
import type { Machine, Scope } from '../machine.ts'
import { checkWays } from './reachable.ts'
import type { Compiler } from './state-reader.ts'
import { StateReader } from './state-reader.ts'

/** @throws Error that names the state, for everything the interpreter does not run */
export function compileMachine(definition: object, expressions: ExpressionCompiler): Machine {
  const scopes = new Map<string, Scope>()
  const { QueryLanguage, TimeoutSeconds, Version } = definition as Json
  allowFields(definition as Json, 'machine', 'the machine')
  if (QueryLanguage !== undefined && QueryLanguage !== 'JSONata' && QueryLanguage !== 'JSONPath')
    throw new Error(`QueryLanguage must be JSONata, not ${JSON.stringify(QueryLanguage)}`)
  if (TimeoutSeconds !== undefined && !isCount(TimeoutSeconds, 1))
    throw new Error('TimeoutSeconds of the machine must be a whole number from 1 to 99,999,999')
  if (Version !== undefined && Version !== '1.0')
    throw new Error(`Version must be "1.0", not ${JSON.stringify(Version)}`)
  const compiler: Compiler = {
    expressions,
    scopes,
    names: new Set(),
    scope: compileScope,
    jsonata: QueryLanguage === 'JSONata',
  }
  const root = compileScope(definition as Json, '', compiler, new Set())
  return { root, scopes, timeoutSeconds: TimeoutSeconds }
}

function compileScope(source: Json, path: string, compiler: Compiler, outer: ReadonlySet<string>): Scope {
  const where = path === '' ? 'The machine' : `The branch ${path}`
  const { StartAt, States } = source
  if (!isObject(States) || Object.keys(States).length === 0) throw new Error(`${where} has no States`)
  if (typeof StartAt !== 'string' || !Object.hasOwn(States, StartAt))
    throw new Error(`${where}: StartAt ${JSON.stringify(StartAt)} is not one of its states`)
  const scope: Scope = { path, startAt: StartAt, states: new Map() }
  compiler.scopes.set(path, scope)
  const variables = assignedIn(States)
  for (const name of variables)
    if (outer.has(name))
      throw new Error(`${where} assigns the variable ${name}, which belongs to an outer scope`)
  const visible = new Set([...outer, ...variables])
  for (const [name, state] of Object.entries(States)) {
    try {
      if (!isObject(state)) throw new Error('is not an object')
      if (compiler.names.has(name)) throw new Error('another state has this name')
      compiler.names.add(name)
      const step = name.replaceAll('~', '~0').replaceAll('/', '~1')
      const inner = path === '' ? step : `${path}/${step}`
      const surroundings = { siblings: States, path: inner, compiler, variables: visible }
      scope.states.set(name, new StateReader(name, state, surroundings).read())
    } catch (error) {
      throw new Error(`State ${name}: ${(error as Error).message}`, { cause: error })
    }
  }
  checkWays(scope, where)
  return scope
}

function assignedIn(states: Json): Set<string> {
  const names = new Set<string>()
  const collect = (value: unknown) => {
    if (!isObject(value)) return
    for (const name of Object.keys(isObject(value['Assign']) ? value['Assign'] : {})) names.add(name)
    for (const list of [value['Catch'], value['Choices']]) if (Array.isArray(list)) list.forEach(collect)
  }
  Object.values(states).forEach(collect)
  return names
}
