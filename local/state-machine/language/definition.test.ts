import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { compile, end, machine, task } from '../fixture/simulated.ts'

// The package has no types.
const validate = createRequire(import.meta.url)('asl-validator') as (definition: object) => {
  errors: object[]
}

test('a definition with every supported construct compiles, and the schema of the language agrees', () => {
  const definition = machine(
    {
      Call: {
        ...task,
        End: undefined,
        Next: 'Which',
        Comment: 'all fields',
        Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
        TimeoutSeconds: 60,
        HeartbeatSeconds: '{% 30 %}',
        Retry: [
          {
            ErrorEquals: ['Lambda.TooManyRequestsException'],
            IntervalSeconds: 1,
            MaxAttempts: 5,
            BackoffRate: 2,
            MaxDelaySeconds: 30,
            JitterStrategy: 'FULL',
          },
          { ErrorEquals: ['States.ALL'] },
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Bad', Assign: { e: '{% $states.errorOutput %}' } }],
        Assign: { v: '{% $states.result.Payload %}' },
        Output: '{% $v %}',
      },
      Which: {
        Type: 'Choice',
        Choices: [{ Condition: "{% $v = 'x' %}", Next: 'Hold', Assign: { c: 1 }, Output: {} }],
        Default: 'Fan',
      },
      Hold: { Type: 'Wait', Timestamp: '{% $v.at %}', Next: 'Each' },
      Fan: { Type: 'Parallel', Branches: [{ StartAt: 'Q', States: { Q: end } }], Next: 'Each' },
      Each: {
        Type: 'Map',
        Items: [1, 2],
        ItemSelector: '{% $states.context.Map.Item.Value %}',
        ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'P', States: { P: end } },
        MaxConcurrency: 2,
        Next: 'Good',
      },
      Good: { Type: 'Succeed', Output: { good: true } },
      Bad: { Type: 'Fail', Error: 'Bad', Cause: '{% $e.Cause %}' },
    },
    { TimeoutSeconds: 100, Comment: 'all' },
  )
  expect(validate(JSON.parse(JSON.stringify(definition)) as object).errors).toEqual([])
  expect([...compile(definition).scopes.keys()]).toEqual(['', 'Fan/0', 'Each'])
})

test.each<[string, object, string]>([
  [
    'a JSONPath field',
    machine({ A: { ...task, ResultPath: '$.x' } }),
    'State A: the JSONPath field ResultPath',
  ],
  ['a machine in JSONPath', { StartAt: 'A', States: { A: end } }, 'State A: the query language JSONPath'],
  [
    'a state in JSONPath',
    machine({ A: { ...end, QueryLanguage: 'JSONPath' } }),
    'State A: the query language JSONPath',
  ],
  [
    'a Distributed Map',
    machine({
      M: {
        Type: 'Map',
        ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'A', States: { A: end } },
        End: true,
      },
    }),
    'State M: a Map with mode "DISTRIBUTED"',
  ],
  [
    'a field of a Distributed Map',
    machine({ M: { Type: 'Map', ItemReader: {}, End: true } }),
    'State M: ItemReader of a Distributed Map',
  ],
  ['an unknown type', machine({ A: { Type: 'Loop', End: true } }), 'State A: the type "Loop"'],
  ['an unknown field', machine({ A: { ...end, Speed: 1 } }), 'State A: the field Speed'],
  [
    'a .sync integration',
    machine({ A: { ...task, Resource: 'arn:aws:states:::states:startExecution.sync:2' } }),
    'State A: the integration',
  ],
  ['a way to nowhere', machine({ A: { Type: 'Pass', Next: 'B' } }), 'State A: Next leads to "B"'],
  ['no way on', machine({ A: { Type: 'Pass' } }), 'State A: needs either Next or End'],
  ['a start that is missing', { ...machine({ A: end }), StartAt: 'B' }, 'StartAt "B"'],
  ['an expression with an error', machine({ A: { ...end, Output: '{% 1 + %}' } }), 'State A: Output:'],
  ['$eval', machine({ A: { ...end, Output: "{% $eval('1') %}" } }), 'State A: Output: $eval'],
  [
    'an inner variable that hides an outer one',
    machine({
      S: { Type: 'Pass', Assign: { v: 1 }, Next: 'P' },
      P: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'A', States: { A: { ...end, Assign: { v: 2 } } } }],
        End: true,
      },
    }),
    'State P: The branch P/0 assigns the variable v',
  ],
  [
    'a state within a branch',
    machine({
      P: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'A', States: { A: { ...end, InputPath: '$' } } }],
        End: true,
      },
    }),
    'State P: State A: the JSONPath field InputPath',
  ],
  [
    'a name that is used twice',
    machine({ P: { Type: 'Parallel', Branches: [{ StartAt: 'P', States: { P: end } }], End: true } }),
    'State P: State P: another state has this name',
  ],
  [
    'States.ALL with others',
    machine({ A: { ...task, Catch: [{ ErrorEquals: ['States.ALL', 'X'], Next: 'A' }] } }),
    'State A: Catch: States.ALL',
  ],
  [
    'States.ALL before others',
    machine({ A: { ...task, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] } }),
    'State A: Retry: States.ALL',
  ],
  ['a Wait without a time', machine({ A: { Type: 'Wait', End: true } }), 'State A: needs exactly one'],
  [
    'a Choice without choices',
    machine({ A: { Type: 'Choice', Choices: [] } }),
    'State A: needs at least one',
  ],
])('%s is refused with the name of the state', (_what, definition, message) => {
  expect(() => compile(definition)).toThrow(message)
})
