/*
 * What a definition may say and what not, field by field. `spec` is the Amazon States Language specification, `guide`
 * the developer guide of Step Functions, `api` the reference of its API; `here` is what only this interpreter refuses.
 */
import { expect, test } from 'vitest'
import { arn, compile, end, machine, task, world } from '../fixture/simulated.ts'

type Source = 'spec' | 'guide' | 'api' | 'here'

const one = (state: object) => machine({ A: state })
const call = (more: object) => one({ ...task, ...more })
const retry = (more: object) => call({ Retry: [{ ErrorEquals: ['X'], ...more }] })
const caught = (more: object) =>
  machine({ A: { ...task, Catch: [{ ErrorEquals: ['X'], Next: 'B', ...more }] }, B: end })
const wait = (more: object) => one({ Type: 'Wait', End: true, ...more })
const choice = (more: object, on: object = { B: end }) =>
  machine({ A: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'B', ...more }] }, ...on })
const branch = (more: object) =>
  one({ Type: 'Parallel', Branches: [{ StartAt: 'Q', States: { Q: end }, ...more }], End: true })
const map = (more: object, processor: object = {}) =>
  one({ Type: 'Map', ItemProcessor: { StartAt: 'Q', States: { Q: end }, ...processor }, End: true, ...more })
const assign = (name: string) => one({ ...end, Assign: { [name]: 1 } })

const cases: [Source, string, object, refusal?: string][] = [
  ['spec', 'Comment', machine({ A: { ...end, Comment: 'x' } }, { Comment: 'y' })],
  ['spec', 'Comment that is no text', one({ ...end, Comment: 1 }), 'Comment of Pass'],
  ['spec', 'Version 1.0', machine({ A: end }, { Version: '1.0' })],
  ['spec', 'Version 2.0', machine({ A: end }, { Version: '2.0' }), 'Version must be "1.0"'],
  ['guide', 'another field of the machine', machine({ A: end }, { Timeout: 5 }), 'the field Timeout'],
  [
    'spec',
    'the machine in another language',
    machine({ A: end }, { QueryLanguage: 'XPath' }),
    'QueryLanguage',
  ],
  ['spec', 'a state in another language', one({ ...end, QueryLanguage: 'XPath' }), 'QueryLanguage must be'],
  ['spec', 'TimeoutSeconds 1 of the machine', machine({ A: end }, { TimeoutSeconds: 1 })],
  ['spec', 'TimeoutSeconds 0 of the machine', machine({ A: end }, { TimeoutSeconds: 0 }), 'TimeoutSeconds'],
  ['spec', 'a machine without states', machine({}), 'has no States'],
  ['spec', 'End: false beside Next', machine({ A: { Type: 'Pass', End: false, Next: 'B' }, B: end })],
  ['spec', 'End: false alone', one({ Type: 'Pass', End: false }), 'needs either Next or End'],
  ['spec', 'End as text', one({ Type: 'Pass', End: 'true' }), 'End must be true or false'],
  ['spec', 'Next and End', machine({ A: { ...end, Next: 'B' }, B: end }), 'needs either Next or End'],
  ['spec', 'a name of 80 characters', machine({ ['x'.repeat(80)]: end })],
  ['spec', 'a name of 81 characters', machine({ ['x'.repeat(81)]: end }), 'longer than 80'],
  ['api', 'an empty name', machine({ '': end }), 'the name is empty'],
  [
    'guide',
    'a state that nothing leads to',
    machine({ A: end, B: end }),
    'State B: no other state leads here',
  ],
  [
    'guide',
    'a state that leads to itself only',
    machine({ A: end, B: { Type: 'Pass', Next: 'B' } }),
    'State B',
  ],
  ['guide', 'a state that a catcher leads to', caught({})],
  [
    'spec',
    'states without an end',
    machine({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } }),
    'The machine has no state that ends it',
  ],
  [
    'spec',
    'a branch without an end',
    branch({ States: { Q: { Type: 'Pass', Next: 'Q' } } }),
    'The branch A/0 has no state that ends it',
  ],
  [
    'spec',
    'a way into a branch',
    branch({ States: { Q: { Type: 'Pass', Next: 'A' } } }),
    'Next leads to "A"',
  ],
  [
    'spec',
    'one name in two branches',
    map({}, { States: { A: end }, StartAt: 'A' }),
    'another state has this',
  ],

  ['spec', 'IntervalSeconds 1', retry({ IntervalSeconds: 1 })],
  [
    'spec',
    'IntervalSeconds 0',
    retry({ IntervalSeconds: 0 }),
    'IntervalSeconds must be a whole number from 1',
  ],
  ['spec', 'IntervalSeconds 1.5', retry({ IntervalSeconds: 1.5 }), 'IntervalSeconds'],
  ['spec', 'IntervalSeconds as text', retry({ IntervalSeconds: '1' }), 'IntervalSeconds'],
  ['spec', 'IntervalSeconds null', retry({ IntervalSeconds: null }), 'IntervalSeconds'],
  ['guide', 'IntervalSeconds 99,999,999', retry({ IntervalSeconds: 99_999_999 })],
  ['guide', 'IntervalSeconds 100,000,000', retry({ IntervalSeconds: 100_000_000 }), 'IntervalSeconds'],
  ['spec', 'MaxAttempts 0', retry({ MaxAttempts: 0 })],
  ['spec', 'MaxAttempts -1', retry({ MaxAttempts: -1 }), 'MaxAttempts must be a whole number from 0'],
  ['spec', 'MaxAttempts 0.5', retry({ MaxAttempts: 0.5 }), 'MaxAttempts'],
  ['guide', 'MaxAttempts 99,999,999', retry({ MaxAttempts: 99_999_999 })],
  ['guide', 'MaxAttempts 100,000,000', retry({ MaxAttempts: 100_000_000 }), 'MaxAttempts'],
  ['spec', 'BackoffRate 1', retry({ BackoffRate: 1 })],
  ['spec', 'BackoffRate 1.5', retry({ BackoffRate: 1.5 })],
  ['spec', 'BackoffRate 0.9', retry({ BackoffRate: 0.9 }), 'BackoffRate must be a number of at least 1'],
  ['spec', 'BackoffRate as text', retry({ BackoffRate: '2' }), 'BackoffRate'],
  ['guide', 'MaxDelaySeconds 1', retry({ MaxDelaySeconds: 1 })],
  [
    'guide',
    'MaxDelaySeconds 0',
    retry({ MaxDelaySeconds: 0 }),
    'MaxDelaySeconds must be a whole number from 1',
  ],
  ['guide', 'MaxDelaySeconds 31,622,400', retry({ MaxDelaySeconds: 31_622_400 })],
  ['guide', 'MaxDelaySeconds 31,622,401', retry({ MaxDelaySeconds: 31_622_401 }), 'MaxDelaySeconds'],
  ['spec', 'JitterStrategy NONE', retry({ JitterStrategy: 'NONE' })],
  ['spec', 'JitterStrategy full', retry({ JitterStrategy: 'full' }), 'JitterStrategy must be FULL or NONE'],
  ['spec', 'another field in Retry', retry({ Interval: 1 }), 'the field Interval is not supported in Retry'],
  ['spec', 'Next in Retry', retry({ Next: 'A' }), 'the field Next is not supported in Retry'],
  ['spec', 'an empty ErrorEquals', retry({ ErrorEquals: [] }), 'ErrorEquals must be a list'],
  ['spec', 'ErrorEquals as text', retry({ ErrorEquals: 'X' }), 'ErrorEquals must be a list'],
  ['spec', 'a known States. error', retry({ ErrorEquals: ['States.TaskFailed', 'X'] })],
  ['guide', 'States.Http.Socket', retry({ ErrorEquals: ['States.Http.Socket'] })],
  [
    'spec',
    'an unknown States. error',
    retry({ ErrorEquals: ['States.Timeouts'] }),
    'there is no error States.Timeouts',
  ],
  [
    'spec',
    'an unknown States. error in Catch',
    caught({ ErrorEquals: ['States.all'] }),
    'there is no error States.all',
  ],
  [
    'spec',
    'States.ALL beside another',
    retry({ ErrorEquals: ['X', 'States.ALL'] }),
    'States.ALL must stand alone',
  ],
  ['spec', 'Catch without Next', caught({ Next: undefined }), 'Catch leads to undefined'],
  ['spec', 'Catch to nowhere', caught({ Next: 'C' }), 'Catch leads to "C"'],
  ['spec', 'Output and Assign in Catch', caught({ Output: 1, Assign: { e: '{% $states.errorOutput %}' } })],
  ['spec', 'ResultPath in Catch', caught({ ResultPath: '$.e' }), 'the JSONPath field ResultPath'],
  [
    'spec',
    'another field in Catch',
    caught({ MaxAttempts: 1 }),
    'the field MaxAttempts is not supported in Catch',
  ],
  ['spec', 'Retry in a Pass', one({ ...end, Retry: [] }), 'the field Retry is not supported in Pass'],

  ['spec', 'a rule with Output and Assign', choice({ Output: {}, Assign: { v: 1 } })],
  ['spec', 'a rule with a literal Condition', choice({ Condition: true })],
  ['spec', 'a rule whose Condition is a text', choice({ Condition: 'true' }), 'Condition must be'],
  ['spec', 'a rule without Condition', choice({ Condition: undefined }), 'a choice needs a Condition'],
  ['spec', 'a rule without Next', choice({ Next: undefined }, {}), 'Choices leads to undefined'],
  ['spec', 'a rule with a JSONPath test', choice({ Variable: '$.x' }), 'the JSONPath field Variable'],
  [
    'spec',
    'another field in a rule',
    choice({ StringEquals: 'x' }),
    'the field StringEquals is not supported',
  ],
  ['spec', 'Default to nowhere', one({ Type: 'Choice', Choices: [], Default: 'B' }), 'needs at least one'],
  [
    'spec',
    'Next in a Choice',
    one({ Type: 'Choice', Next: 'A' }),
    'the field Next is not supported in Choice',
  ],

  ['guide', 'Seconds 0', wait({ Seconds: 0 })],
  ['guide', 'Seconds 99,999,999', wait({ Seconds: 99_999_999 })],
  ['guide', 'Seconds 100,000,000', wait({ Seconds: 100_000_000 }), 'Seconds must be'],
  ['guide', 'Seconds -1', wait({ Seconds: -1 }), 'Seconds must be'],
  ['guide', 'Seconds 0.5', wait({ Seconds: 0.5 }), 'Seconds must be'],
  ['guide', 'Seconds as text', wait({ Seconds: '5' }), 'Seconds must be'],
  ['guide', 'Seconds as an expression', wait({ Seconds: '{% 5 %}' })],
  ['spec', 'Seconds and Timestamp', wait({ Seconds: 1, Timestamp: '2027-01-01T00:00:00Z' }), 'exactly one'],
  ['spec', 'SecondsPath', wait({ SecondsPath: '$.s' }), 'the JSONPath field SecondsPath'],
  ['spec', 'a Timestamp', wait({ Timestamp: '2027-03-01T09:00:00Z' })],
  ['spec', 'a Timestamp with an offset and a fraction', wait({ Timestamp: '2027-03-01T09:00:00.123+02:00' })],
  ['spec', '29 February of a leap year', wait({ Timestamp: '2028-02-29T00:00:00Z' })],
  [
    'spec',
    '29 February of another year',
    wait({ Timestamp: '2027-02-29T00:00:00Z' }),
    'is not an RFC 3339 time',
  ],
  ['spec', '30 February', wait({ Timestamp: '2028-02-30T00:00:00Z' }), 'is not an RFC 3339 time'],
  ['spec', '31 April', wait({ Timestamp: '2027-04-31T00:00:00Z' }), 'is not an RFC 3339 time'],
  ['spec', 'month 13', wait({ Timestamp: '2027-13-01T00:00:00Z' }), 'is not an RFC 3339 time'],
  ['spec', '24:00', wait({ Timestamp: '2027-03-01T24:00:00Z' }), 'is not an RFC 3339 time'],
  ['spec', 'a small t', wait({ Timestamp: '2027-03-01t09:00:00Z' }), 'is not an RFC 3339 time'],
  ['spec', 'a small z', wait({ Timestamp: '2027-03-01T09:00:00z' }), 'is not an RFC 3339 time'],
  ['spec', 'no offset', wait({ Timestamp: '2027-03-01T09:00:00' }), 'is not an RFC 3339 time'],
  ['spec', 'a date alone', wait({ Timestamp: '2027-03-01' }), 'is not an RFC 3339 time'],
  ['spec', 'Timestamp as a number', wait({ Timestamp: 1_800_000_000 }), 'Timestamp must be text'],

  ['spec', 'a Fail without fields', one({ Type: 'Fail' })],
  ['spec', 'a Fail with Error and Cause', one({ Type: 'Fail', Error: 'E', Cause: '{% "c" %}' })],
  ['spec', 'a Fail whose Error is a number', one({ Type: 'Fail', Error: 5 }), 'Error must be text'],
  ['spec', 'a Fail whose Cause is an object', one({ Type: 'Fail', Cause: {} }), 'Cause must be text'],
  [
    'spec',
    'a Fail with a reserved Error',
    one({ Type: 'Fail', Error: 'States.Mine' }),
    'such names are reserved',
  ],
  [
    'spec',
    'a Fail with Output',
    one({ Type: 'Fail', Output: {} }),
    'the field Output is not supported in Fail',
  ],
  ['spec', 'a Fail with End', one({ Type: 'Fail', End: true }), 'the field End is not supported in Fail'],
  ['spec', 'a Succeed with Assign', one({ Type: 'Succeed', Assign: {} }), 'the field Assign'],
  ['spec', 'Result in a Pass', one({ ...end, Result: 1 }), 'the JSONPath field Result'],

  ['spec', 'TimeoutSeconds 1', call({ TimeoutSeconds: 1 })],
  ['spec', 'TimeoutSeconds 0', call({ TimeoutSeconds: 0 }), 'TimeoutSeconds must be'],
  ['spec', 'HeartbeatSeconds below TimeoutSeconds', call({ TimeoutSeconds: 2, HeartbeatSeconds: 1 })],
  [
    'spec',
    'HeartbeatSeconds of TimeoutSeconds',
    call({ TimeoutSeconds: 2, HeartbeatSeconds: 2 }),
    'smaller than',
  ],
  ['spec', 'no Resource', call({ Resource: undefined }), 'Resource must be an ARN'],
  ['guide', 'a Resource that is an expression', call({ Resource: '{% $r %}' }), 'Resource must be an ARN'],
  ['here', 'Credentials', call({ Credentials: {} }), 'the field Credentials is not supported in Task'],

  ['spec', 'a branch with Comment', branch({ Comment: 'x' })],
  [
    'spec',
    'another field in a branch',
    branch({ TimeoutSeconds: 1 }),
    'the field TimeoutSeconds is not supported',
  ],
  ['spec', 'QueryLanguage in a branch', branch({ QueryLanguage: 'JSONata' }), 'the field QueryLanguage'],
  ['spec', 'a branch that begins nowhere', branch({ StartAt: 'R' }), 'StartAt "R" is not one of its states'],
  [
    'spec',
    'no Branches',
    one({ Type: 'Parallel', Branches: [], End: true }),
    'needs at least one of Branches',
  ],
  ['spec', 'Items', map({ Items: [1, '{% $v %}'] })],
  ['spec', 'Items that are a number', map({ Items: 5 }), 'Items must be a list'],
  ['here', 'Items that are an object', map({ Items: { a: 1 } }), 'Items must be a list'],
  ['spec', 'MaxConcurrency 0', map({ MaxConcurrency: 0 })],
  ['spec', 'MaxConcurrency -1', map({ MaxConcurrency: -1 }), 'MaxConcurrency must be'],
  ['spec', 'a processor with its mode', map({}, { ProcessorConfig: { Mode: 'INLINE' } })],
  [
    'here',
    'an execution type',
    map({}, { ProcessorConfig: { ExecutionType: 'STANDARD' } }),
    'Distributed Map',
  ],
  [
    'spec',
    'ProcessorConfig as text',
    map({}, { ProcessorConfig: 'INLINE' }),
    'ProcessorConfig must be an object',
  ],
  ['spec', 'another field in a processor', map({}, { Branches: [] }), 'the field Branches is not supported'],
  ['spec', 'Iterator', map({ Iterator: {} }), 'the JSONPath field Iterator'],

  ['guide', 'a variable of 80 characters', assign('v'.repeat(80))],
  ['guide', 'a variable of 81 characters', assign('v'.repeat(81)), 'is not a name for a variable'],
  ['guide', 'a variable in another alphabet', assign('змінна')],
  ['guide', 'a variable that begins with a digit', assign('1v'), 'is not a name for a variable'],
  ['guide', 'a variable with a superscript', assign('v²'), 'is not a name for a variable'],
  ['guide', 'a variable named states', assign('states'), 'is not a name for a variable'],
  ['spec', 'Assign as a list', one({ ...end, Assign: [] }), 'Assign must be an object'],
  ['guide', 'an expression after a space', one({ ...end, Output: ' {% 1 %}' }), 'must begin with {%'],
  [
    'guide',
    'an expression before a space',
    one({ ...end, Output: { a: ['{% 1 %} '] } }),
    'must begin with {%',
  ],
  ['guide', 'an expression that is not closed', one({ ...end, Output: '{% 1 }' }), 'must begin with {%'],
  ['guide', 'an expression that is not opened', one({ ...end, Output: '1 %}' }), 'must begin with {%'],
  ['guide', 'an empty expression', one({ ...end, Output: '{%  %}' }), 'Output:'],
]

test.each(cases.filter(([, , , refusal]) => refusal === undefined))(
  'by the %s, %s is accepted',
  (_source, _what, definition) => {
    expect(() => compile(definition)).not.toThrow()
  },
)

test.each(cases.filter(([, , , refusal]) => refusal !== undefined))(
  'by the %s, %s is refused',
  (_source, _what, definition, refusal) => {
    expect(() => compile(definition)).toThrow(refusal)
  },
)

test('a definition of 1 MiB is taken, one of a byte more is not', () => {
  const w = world()
  const comment = (length: number) => ({ ...machine({ A: end }), Comment: 'x'.repeat(length) })
  const room = 1_048_576 - JSON.stringify(comment(0)).length
  const define = (length: number) => w.machines.define({ arn, name: 'Follow', definition: comment(length) })
  expect(() => define(room)).not.toThrow()
  expect(() => define(room + 1)).toThrow('larger than 1048576 bytes')
})
