/** One state of a definition, compiled: what each type may carry, and of what form. */
import type { ExpressionCompiler, Template } from './expression.ts'
import { isExpression } from './expression.ts'
import type {
  ChoiceState,
  Common,
  Guarded,
  MapState,
  ParallelState,
  Scope,
  State,
  TaskState,
  WaitState,
} from './machine.ts'
import type { Retrier } from './retry.ts'

export type Json = Record<string, unknown>

const guarded = ['Next', 'End', 'Arguments', 'Output', 'Assign', 'Retry', 'Catch']

const fields: Record<State['type'], string[]> = {
  Task: [...guarded, 'Resource', 'TimeoutSeconds', 'HeartbeatSeconds'],
  Choice: ['Choices', 'Default', 'Output', 'Assign'],
  Wait: ['Next', 'End', 'Seconds', 'Timestamp', 'Output', 'Assign'],
  Pass: ['Next', 'End', 'Output', 'Assign'],
  Succeed: ['Output'],
  Fail: ['Error', 'Cause'],
  Parallel: [...guarded, 'Branches'],
  Map: [
    ...guarded.filter((field) => field !== 'Arguments'),
    'Items',
    'ItemSelector',
    'ItemProcessor',
    'MaxConcurrency',
  ],
}

const jsonPathFields = new Set(
  (
    'InputPath OutputPath ResultPath ResultSelector Parameters Result ItemsPath SecondsPath TimestampPath ' +
    'TimeoutSecondsPath HeartbeatSecondsPath ErrorPath CausePath MaxConcurrencyPath Variable Iterator'
  ).split(' '),
)

const distributedFields = new Set(
  'ItemReader ItemBatcher ResultWriter Label ToleratedFailureCount ToleratedFailurePercentage'.split(' '),
)

export interface Compiler {
  expressions: ExpressionCompiler
  scopes: Map<string, Scope>
  scope: (source: Json, path: string, compiler: Compiler, outer: ReadonlySet<string>) => Scope
  /** Of all states so far: they must be unique in the whole machine. */
  names: Set<string>
  /** Whether JSONata is the machine's language; otherwise each state must say so. */
  jsonata: boolean
}

/** Reads one state. Every method throws an Error that says what of it is not supported. */
export class StateReader {
  readonly #name: string
  readonly #source: Json
  readonly #siblings: Json
  readonly #path: string
  readonly #compiler: Compiler
  readonly #variables: ReadonlySet<string>

  constructor(
    name: string,
    source: Json,
    siblings: Json,
    path: string,
    compiler: Compiler,
    variables: ReadonlySet<string>,
  ) {
    this.#name = name
    this.#source = source
    this.#siblings = siblings
    this.#path = path
    this.#compiler = compiler
    this.#variables = variables
  }

  read(): State {
    const type = this.#source['Type'] as State['type']
    if (typeof type !== 'string' || !Object.hasOwn(fields, type))
      throw new Error(`the type ${JSON.stringify(type)} is not supported`)
    if (this.#name.length > 80) throw new Error('the name is longer than 80 characters')
    this.#allowFields(type)
    const common = this.#common(type)
    switch (type) {
      case 'Task':
        return this.#task(common)
      case 'Choice':
        return this.#choice(common)
      case 'Wait':
        return this.#wait(common)
      case 'Fail':
        return { ...common, type, error: this.#template('Error'), cause: this.#template('Cause') }
      case 'Parallel':
        return this.#parallel(common)
      case 'Map':
        return this.#map(common)
      default:
        return { ...common, type }
    }
  }

  #allowFields(type: State['type']): void {
    const language = this.#source['QueryLanguage']
    if (language === 'JSONPath' || (language === undefined && !this.#compiler.jsonata))
      throw new Error('the query language JSONPath is not supported; write QueryLanguage JSONata')
    for (const field of Object.keys(this.#source)) {
      if (['Type', 'Comment', 'QueryLanguage', ...fields[type]].includes(field)) continue
      if (jsonPathFields.has(field)) throw new Error(`the JSONPath field ${field} is not supported`)
      if (distributedFields.has(field)) throw new Error(`${field} of a Distributed Map is not supported`)
      throw new Error(`the field ${field} is not supported in ${type}`)
    }
  }

  #common(type: State['type']): Common {
    const { Next, End } = this.#source
    const moves = !['Choice', 'Succeed', 'Fail'].includes(type)
    if (moves && (Next === undefined) === (End !== true)) throw new Error('needs either Next or End: true')
    return {
      name: this.#name,
      next: Next === undefined ? undefined : this.#target(Next, 'Next'),
      output: this.#template('Output'),
      assign: this.#assign(this.#source),
    }
  }

  #guarded(common: Common): Guarded {
    return {
      ...common,
      arguments: this.#template('Arguments'),
      retry: this.#list('Retry').map((entry, i, all) => this.#retrier(entry, i === all.length - 1)),
      catch: this.#list('Catch').map((entry, i, all) => ({
        errors: errorNames(entry, 'Catch', i === all.length - 1),
        next: this.#target(entry['Next'], 'Catch'),
        output: this.#template('Output', entry),
        assign: this.#assign(entry),
      })),
    }
  }

  #task(common: Common): TaskState {
    const resource = this.#source['Resource']
    if (typeof resource !== 'string' || !resource.startsWith('arn:'))
      throw new Error('Resource must be an ARN')
    if (/\.sync(:\d+)?$/.test(resource)) throw new Error(`the integration ${resource} is not supported`)
    return {
      ...this.#guarded(common),
      type: 'Task',
      resource,
      waitsForToken: resource.endsWith('.waitForTaskToken'),
      timeoutSeconds: this.#number('TimeoutSeconds', 1),
      heartbeatSeconds: this.#number('HeartbeatSeconds', 1),
    }
  }

  #choice(common: Common): ChoiceState {
    const choices = this.#list('Choices').map((entry) => {
      const { Condition } = entry
      if (Condition === undefined) throw new Error('a choice needs a Condition')
      if (typeof Condition !== 'boolean' && !(typeof Condition === 'string' && isExpression(Condition)))
        throw new Error('Condition must be a boolean or {% … %}')
      return {
        condition: this.#compile(Condition, 'Condition'),
        next: this.#target(entry['Next'], 'Choices'),
        output: this.#template('Output', entry),
        assign: this.#assign(entry),
      }
    })
    if (choices.length === 0) throw new Error('needs at least one of Choices')
    const fallback = this.#source['Default']
    return {
      ...common,
      type: 'Choice',
      choices,
      default: fallback === undefined ? undefined : this.#target(fallback, 'Default'),
    }
  }

  #wait(common: Common): WaitState {
    const seconds = this.#number('Seconds', 0)
    const timestamp = this.#template('Timestamp')
    if ((seconds === undefined) === (timestamp === undefined))
      throw new Error('needs exactly one of Seconds and Timestamp')
    return { ...common, type: 'Wait', seconds, timestamp }
  }

  #parallel(common: Common): ParallelState {
    const branches = this.#list('Branches')
    if (branches.length === 0) throw new Error('needs at least one of Branches')
    return {
      ...this.#guarded(common),
      type: 'Parallel',
      branches: branches.map((branch, i) =>
        this.#compiler.scope(branch, `${this.#path}/${i}`, this.#compiler, this.#variables),
      ),
    }
  }

  #map(common: Common): MapState {
    const processor = this.#source['ItemProcessor']
    if (!isObject(processor)) throw new Error('needs an ItemProcessor')
    const mode = isObject(processor['ProcessorConfig']) ? processor['ProcessorConfig']['Mode'] : 'INLINE'
    if (mode !== 'INLINE') throw new Error(`a Map with mode ${String(mode)} is not supported`)
    return {
      ...this.#guarded(common),
      type: 'Map',
      items: this.#template('Items'),
      itemSelector: this.#template('ItemSelector'),
      maxConcurrency: this.#number('MaxConcurrency', 0),
      processor: this.#compiler.scope(processor, this.#path, this.#compiler, this.#variables),
    }
  }

  #retrier(entry: Json, last: boolean): Retrier {
    const number = (field: string, fallback: number, least: number) => {
      const value = entry[field] ?? fallback
      if (typeof value !== 'number' || value < least)
        throw new Error(`Retry: ${field} must be at least ${least}`)
      return value
    }
    const { JitterStrategy } = entry
    if (JitterStrategy !== undefined && JitterStrategy !== 'FULL' && JitterStrategy !== 'NONE')
      throw new Error('Retry: JitterStrategy must be FULL or NONE')
    return {
      errors: errorNames(entry, 'Retry', last),
      intervalSeconds: number('IntervalSeconds', 1, 1),
      maxAttempts: number('MaxAttempts', 3, 0),
      backoffRate: number('BackoffRate', 2, 1),
      maxDelaySeconds: number('MaxDelaySeconds', Infinity, 1),
      fullJitter: JitterStrategy === 'FULL',
    }
  }

  #list(field: string): Json[] {
    const value = this.#source[field]
    if (value === undefined) return []
    if (!Array.isArray(value) || !value.every(isObject)) throw new Error(`${field} must be a list of objects`)
    return value
  }

  #target(name: unknown, field: string): string {
    if (typeof name !== 'string' || !Object.hasOwn(this.#siblings, name))
      throw new Error(`${field} leads to ${JSON.stringify(name)}, which is not a state beside it`)
    return name
  }

  #assign(source: Json): Template | undefined {
    const value = source['Assign']
    if (value === undefined) return undefined
    if (!isObject(value)) throw new Error('Assign must be an object')
    for (const name of Object.keys(value))
      if (name === 'states' || !/^[\p{L}_][\p{L}\p{N}_]{0,79}$/u.test(name))
        throw new Error(`${JSON.stringify(name)} is not a name for a variable`)
    return this.#compile(value, 'Assign')
  }

  #number(field: string, least: number): Template | undefined {
    const value = this.#source[field]
    if (value === undefined) return undefined
    if (!(typeof value === 'string' && isExpression(value)) && !isCount(value, least))
      throw new Error(`${field} must be a whole number of at least ${least} or {% … %}`)
    return this.#compile(value, field)
  }

  #template(field: string, source: Json = this.#source): Template | undefined {
    return source[field] === undefined ? undefined : this.#compile(source[field], field)
  }

  #compile(value: unknown, field: string): Template {
    try {
      return this.#compiler.expressions.compile(value)
    } catch (error) {
      throw new Error(`${field}: ${(error as Error).message}`, { cause: error })
    }
  }
}

function errorNames(entry: Json, field: string, last: boolean): string[] {
  const names = entry['ErrorEquals']
  if (!Array.isArray(names) || names.length === 0 || !names.every((name) => typeof name === 'string'))
    throw new Error(`${field}: ErrorEquals must be a list of error names`)
  if (names.includes('States.ALL') && (names.length > 1 || !last))
    throw new Error(`${field}: States.ALL must stand alone and last`)
  return names
}

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isCount = (value: unknown, least: number) =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= 99_999_999
