/*
 * The shape of a compiled state machine.
 *
 * The nested state lists (the machine, each branch of a Parallel, each processor of a Map) are scopes with a path
 * such as `` (the machine), `Fan/0`, `Each`, so that a stored thread can name the one it runs in.
 */
import type { Template } from './expression.ts'
import type { Retrier } from './state/retry.ts'

export interface Scope {
  path: string
  startAt: string
  states: Map<string, State>
}

export interface Common {
  name: string
  /** Undefined for End, Choice, Succeed and Fail. */
  next: string | undefined
  output: Template | undefined
  assign: Template | undefined
}

export interface Catcher {
  errors: string[]
  next: string
  output: Template | undefined
  assign: Template | undefined
}

export interface Guarded extends Common {
  arguments: Template | undefined
  retry: Retrier[]
  catch: Catcher[]
}

export interface TaskState extends Guarded {
  type: 'Task'
  resource: string
  waitsForToken: boolean
  timeoutSeconds: Template | undefined
  heartbeatSeconds: Template | undefined
}

export interface ChoiceState extends Common {
  type: 'Choice'
  choices: {
    condition: Template
    next: string
    output: Template | undefined
    assign: Template | undefined
  }[]
  default: string | undefined
}

export interface WaitState extends Common {
  type: 'Wait'
  seconds: Template | undefined
  timestamp: Template | undefined
}

export interface PassState extends Common {
  type: 'Pass'
}

export interface SucceedState extends Common {
  type: 'Succeed'
}

export interface FailState extends Common {
  type: 'Fail'
  error: Template | undefined
  cause: Template | undefined
}

export interface ParallelState extends Guarded {
  type: 'Parallel'
  branches: Scope[]
}

export interface MapState extends Guarded {
  type: 'Map'
  items: Template | undefined
  itemSelector: Template | undefined
  maxConcurrency: Template | undefined
  processor: Scope
}

export type State =
  | TaskState
  | ChoiceState
  | WaitState
  | PassState
  | SucceedState
  | FailState
  | ParallelState
  | MapState

export interface Machine {
  root: Scope
  scopes: Map<string, Scope>
  timeoutSeconds: number | undefined
}
