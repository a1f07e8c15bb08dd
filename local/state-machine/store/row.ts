/* Threads and executions as they are stored. */

/**
 * How far a thread is in its state.
 * enter: the state has not begun. select: a Map iteration whose input is not yet computed. task: its task may be
 * running (and runs again after a crash). token: the task waits for its callback. answered: the callback came and
 * is stored. wait, retry: until `wake`. join: children run. joined: all children ended well. done: a child ended.
 */
export type Phase =
  | 'enter'
  | 'select'
  | 'task'
  | 'token'
  | 'answered'
  | 'wait'
  | 'retry'
  | 'join'
  | 'joined'
  | 'done'

export interface ThreadRow {
  id: number
  execution: number
  parent: number | null
  slot: number
  scope: string
  state: string
  phase: Phase
  /** When something is due, milliseconds. */
  wake: number | null
  /** 1 while the thread is to be driven by whoever opens the file. */
  active: number
  input: string
  variables: string
  /** Attempts used, for each retrier, then in total. */
  retries: string
  entered: number
  token: string | null
  /** What a callback brought: `{"output": text}` or `{"error", "cause"}`. */
  answer: string | null
  /** When a token times out, and when its next heartbeat is due. */
  deadline: number | null
  heartbeat: number | null
  heartbeatSeconds: number | null
  /** Children that have not ended, the next Map item to begin, and how many there are. */
  open: number
  upcoming: number
  total: number
  items: string | null
  /** Id of the thread's last history event. */
  event: number
}

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'

export interface ExecutionRow {
  id: number
  arn: string
  machine: string
  definition: string
  name: string
  status: Status
  input: string
  output: string | null
  error: string | null
  cause: string | null
  started: number
  stopped: number | null
  deadline: number | null
  events: number
  transitions: number
  redrives: number
  redriven: number | null
  /** 0 while the end of the execution has not been told to the bus. */
  announced: number
}

/** What is known of an execution before it begins. */
export type Basis = Pick<
  ExecutionRow,
  'arn' | 'machine' | 'definition' | 'name' | 'input' | 'started' | 'deadline'
>

/** An execution that has just begun. */
export const startedRow = (id: number, basis: Basis): ExecutionRow => ({
  ...basis,
  id,
  status: 'RUNNING',
  output: null,
  error: null,
  cause: null,
  stopped: null,
  events: 0,
  transitions: 0,
  redrives: 0,
  redriven: null,
  announced: 0,
})

/** A thread at the beginning of a state. */
export function freshThread(
  begun: Pick<ThreadRow, 'execution' | 'scope' | 'state' | 'input' | 'entered'>,
): Omit<ThreadRow, 'id'> {
  const { execution, scope, state, input, entered } = begun
  return {
    execution,
    parent: null,
    slot: 0,
    scope,
    state,
    phase: 'enter',
    wake: null,
    active: 1,
    input,
    variables: '{}',
    retries: '',
    entered,
    token: null,
    answer: null,
    deadline: null,
    heartbeat: null,
    heartbeatSeconds: null,
    open: 0,
    upcoming: 0,
    total: 0,
    items: null,
    event: 0,
  }
}
