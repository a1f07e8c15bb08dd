/* One state of a definition, compiled: what each type may carry, and of what form. */
import type { Json } from './allowed-field.ts'
import { allowFields, isCount, isObject, isStateType } from './allowed-field.ts'
import { errorNames, readRetrier } from './handler-reader.ts'
import type { ExpressionCompiler, Template } from '../expression.ts'
import { isExpression } from '../expression.ts'
import type {
  Catcher,
  ChoiceState,
  Common,
  FailState,
  Guarded,
  MapState,
  ParallelState,
  Scope,
  State,
  TaskState,
  WaitState,
} from '../machine.ts'
import { isTimestamp } from '../state/value.ts'

export interface Compiler {
  expressions: ExpressionCompiler
  scopes: Map<string, Scope>
  scope: (source: Json, path: string, compiler: Compiler, outer: ReadonlySet<string>) => Scope
  /** Of all states so far: they must be unique in the whole machine. */
  names: Set<string>
  /** Whether JSONata is the machine's language; otherwise each state must say so. */
  jsonata: boolean
}

/** Where a state stands. */
export interface Surroundings {
  /** All states of its scope, by name. */
  siblings: Json
  path: string
  compiler: Compiler
  /** Those that its expressions may name. */
  variables: ReadonlySet<string>
}

/** Reads one state. Every method throws an Error that says what of it is not supported. */
export class StateReader {
  readonly #name: string
  readonly #source: Json
  readonly #siblings: Json
  readonly #path: string
  readonly #compiler: Compiler
  readonly #variables: ReadonlySet<string>

  constructor(name: string, source: Json, { siblings, path, compiler, variables }: Surroundings) {
    this.#name = name
    this.#source = source
    this.#siblings = siblings
    this.#path = path
    this.#compiler = compiler
    this.#variables = variables
  }

  read(): State {
    const type = this.#source['Type']
    if (!isStateType(type)) throw new Error(`the type ${JSON.stringify(type)} is not supported`)
    if (this.#name === '') throw new Error('the name is empty')
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
        return this.#fail(common)
      case 'Parallel':
        return this.#parallel(common)
      case 'Map':
        return this.#map(common)
      default:
        return { ...common, type }
    }
  }

  #allowFields(type: State['type']): void {
    const { QueryLanguage: language, Type: _type, ...source } = this.#source
    if (language === 'JSONPath' || (language === undefined && !this.#compiler.jsonata))
      throw new Error('the query language JSONPath is not supported; write QueryLanguage JSONata')
    if (language !== undefined && language !== 'JSONata')
      throw new Error(`QueryLanguage must be JSONata, not ${JSON.stringify(language)}`)
    allowFields(source, type, type)
  }

  #common(type: State['type']): Common {
    const { Next, End } = this.#source
    const moves = !['Choice', 'Succeed', 'Fail'].includes(type)
    if (End !== undefined && typeof End !== 'boolean') throw new Error('End must be true or false')
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
      retry: this.#list('Retry').map((entry, i, all) => readRetrier(entry, i === all.length - 1)),
      catch: this.#list('Catch').map((entry, i, all) => this.#catcher(entry, i === all.length - 1)),
    }
  }

  #catcher(entry: Json, last: boolean): Catcher {
    allowFields(entry, 'catcher', 'Catch')
    return {
      errors: errorNames(entry, 'Catch', last),
      next: this.#target(entry['Next'], 'Catch'),
      output: this.#template('Output', entry),
      assign: this.#assign(entry),
    }
  }

  #task(common: Common): TaskState {
    const resource = this.#source['Resource']
    if (typeof resource !== 'string' || !resource.startsWith('arn:'))
      throw new Error('Resource must be an ARN')
    if (/\.sync(:\d+)?$/.test(resource)) throw new Error(`the integration ${resource} is not supported`)
    const { TimeoutSeconds, HeartbeatSeconds } = this.#source
    if (typeof HeartbeatSeconds === 'number' && HeartbeatSeconds >= Number(TimeoutSeconds))
      throw new Error('HeartbeatSeconds must be smaller than TimeoutSeconds')
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
      allowFields(entry, 'choice', 'Choices')
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
    const timestamp = this.#text('Timestamp')
    const { Timestamp } = this.#source
    if (timestamp?.constant && !isTimestamp(Timestamp))
      throw new Error(
        `Timestamp ${JSON.stringify(Timestamp)} is not an RFC 3339 time, such as 2027-03-01T09:00:00Z`,
      )
    if ((seconds === undefined) === (timestamp === undefined))
      throw new Error('needs exactly one of Seconds and Timestamp')
    return { ...common, type: 'Wait', seconds, timestamp }
  }

  #fail(common: Common): FailState {
    const { Error: name } = this.#source
    if (typeof name === 'string' && name.startsWith('States.'))
      throw new Error(`Error must not begin with States., as ${name} does: such names are reserved`)
    return { ...common, type: 'Fail', error: this.#text('Error'), cause: this.#text('Cause') }
  }

  #parallel(common: Common): ParallelState {
    const branches = this.#list('Branches')
    if (branches.length === 0) throw new Error('needs at least one of Branches')
    return {
      ...this.#guarded(common),
      type: 'Parallel',
      branches: branches.map((branch, i) => {
        allowFields(branch, 'branch', 'Branches')
        return this.#compiler.scope(branch, `${this.#path}/${i}`, this.#compiler, this.#variables)
      }),
    }
  }

  #map(common: Common): MapState {
    const processor = this.#source['ItemProcessor']
    if (!isObject(processor)) throw new Error('needs an ItemProcessor')
    const { ProcessorConfig: config = {} } = processor
    if (!isObject(config)) throw new Error('ProcessorConfig must be an object')
    const { Mode: mode = 'INLINE' } = config
    if (mode !== 'INLINE') throw new Error(`a Map with mode ${JSON.stringify(mode)} is not supported`)
    allowFields(config, 'processorConfig', 'ProcessorConfig')
    allowFields(processor, 'processor', 'ItemProcessor')
    const { Items: items } = this.#source
    if (items !== undefined && !Array.isArray(items) && !(typeof items === 'string' && isExpression(items)))
      throw new Error('Items must be a list or {% … %}')
    return {
      ...this.#guarded(common),
      type: 'Map',
      items: this.#template('Items'),
      itemSelector: this.#template('ItemSelector'),
      maxConcurrency: this.#number('MaxConcurrency', 0),
      processor: this.#compiler.scope(processor, this.#path, this.#compiler, this.#variables),
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
      if (name === 'states' || !/^[\p{ID_Start}_]\p{ID_Continue}{0,79}$/u.test(name))
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

  /** A text, which may be an expression. */
  #text(field: string): Template | undefined {
    const value = this.#source[field]
    if (value !== undefined && typeof value !== 'string') throw new Error(`${field} must be text or {% … %}`)
    return this.#template(field)
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
