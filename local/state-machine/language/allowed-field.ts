/* Which fields each object of a definition may carry; everything else is refused by name. */
import type { State } from '../machine.ts'

export type Json = Record<string, unknown>

const guarded = ['Next', 'End', 'Arguments', 'Output', 'Assign', 'Retry', 'Catch']

/** Besides `Comment`, which every object may have. */
const fields = {
  machine: ['StartAt', 'States', 'QueryLanguage', 'TimeoutSeconds', 'Version'],
  branch: ['StartAt', 'States'],
  processor: ['StartAt', 'States', 'ProcessorConfig'],
  processorConfig: ['Mode'],
  choice: ['Condition', 'Next', 'Output', 'Assign'],
  retrier: [
    'ErrorEquals',
    'IntervalSeconds',
    'MaxAttempts',
    'BackoffRate',
    'MaxDelaySeconds',
    'JitterStrategy',
  ],
  catcher: ['ErrorEquals', 'Next', 'Output', 'Assign'],
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
} satisfies Record<State['type'], string[]> & Record<string, string[]>

export const isStateType = (type: unknown): type is State['type'] =>
  typeof type === 'string' && /^[A-Z]/.test(type) && Object.hasOwn(fields, type)

const jsonPathFields = new Set(
  (
    'InputPath OutputPath ResultPath ResultSelector Parameters Result ItemsPath SecondsPath TimestampPath ' +
    'TimeoutSecondsPath HeartbeatSecondsPath ErrorPath CausePath MaxConcurrencyPath Variable Iterator'
  ).split(' '),
)

const distributedFields = new Set(
  (
    'ItemReader ItemBatcher ResultWriter Label ToleratedFailureCount ToleratedFailurePercentage ' +
    'ToleratedFailureCountPath ToleratedFailurePercentagePath ExecutionType'
  ).split(' '),
)

/**
 * @param what how the error names the object, such as `Retry`
 * @throws Error that names the first field that is not allowed
 */
export function allowFields(source: Json, kind: keyof typeof fields, what: string): void {
  const { Comment } = source
  if (Comment !== undefined && typeof Comment !== 'string') throw new Error(`Comment of ${what} must be text`)
  for (const field of Object.keys(source)) {
    if (field === 'Comment' || fields[kind].includes(field)) continue
    if (jsonPathFields.has(field)) throw new Error(`the JSONPath field ${field} is not supported`)
    if (distributedFields.has(field)) throw new Error(`${field} of a Distributed Map is not supported`)
    throw new Error(`the field ${field} is not supported in ${what}`)
  }
}

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The largest number of seconds or attempts that the language knows. */
const largestCount = 99_999_999

export const isCount = (value: unknown, least: number, most = largestCount): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
