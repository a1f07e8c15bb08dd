import fc from 'fast-check'
import { expect, test } from 'vitest'
import { StateFailure } from '../failure.ts'
import { lambda, run, start } from '../fixture/simulated.ts'
import { isTimestamp } from './value.ts'

const evaluation = 'States.QueryEvaluationError'
const pass = (more: object) => ({ P: { Type: 'Pass', End: true, ...more } })
const task = (more: object) => ({ T: { Type: 'Task', Resource: lambda, End: true, ...more } })
const wait = (more: object) => ({ W: { Type: 'Wait', End: true, ...more } })
const map = (more: object) => ({
  M: {
    Type: 'Map',
    ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } },
    End: true,
    ...more,
  },
})

test.each<[string, object]>([
  ['a lambda as Output', pass({ Output: '{% function($x) { $x } %}' })],
  ['a built-in function as Output', pass({ Output: '{% $sum %}' })],
  ['a regular expression as Output', pass({ Output: '{% /a/ %}' })],
  ['a partial application as Output', pass({ Output: '{% $substring(?, 1) %}' })],
  ['a lambda within an object', pass({ Output: '{% { "a": [1, { "f": function($x) { $x } }] } %}' })],
  ['a built-in function within a list', pass({ Output: '{% [1, $uppercase] %}' })],
  ['a function as variable', pass({ Assign: { f: '{% $sum %}' } })],
  ['a function as Arguments', task({ Arguments: { f: '{% function() { 1 } %}' } })],
  ['a number beyond all', pass({ Output: '{% $sum([1.7e308, 1.7e308]) %}' })],
  ['a number beyond all within a list', pass({ Output: '{% [$parse("1e999")] %}' })],
  ['nothing as Output', pass({ Output: { a: '{% $states.input.none %}' } })],
  ['nothing as Assign', pass({ Assign: { a: '{% $none %}' } })],
  ['a number as Error', { F: { Type: 'Fail', Error: '{% 5 %}' } }],
  ['an object as Cause', { F: { Type: 'Fail', Error: 'E', Cause: '{% { "a": 1 } %}' } }],
  ['null as Cause', { F: { Type: 'Fail', Cause: '{% null %}' } }],
  ['the 30th of February as Timestamp', wait({ Timestamp: '{% "2028-02-30T00:00:00Z" %}' })],
  ['a number as Timestamp', wait({ Timestamp: '{% 1800000000 %}' })],
  ['a date without a time as Timestamp', wait({ Timestamp: '{% "2028-02-28" %}' })],
  ['-1 as Seconds', wait({ Seconds: '{% -1 %}' })],
  ['half a second as Seconds', wait({ Seconds: '{% 0.5 %}' })],
  ['a text as Seconds', wait({ Seconds: '{% "5" %}' })],
  ['null as Seconds', wait({ Seconds: '{% null %}' })],
  ['100,000,000 as Seconds', wait({ Seconds: '{% 100000000 %}' })],
  ['0 as TimeoutSeconds', task({ TimeoutSeconds: '{% 0 %}' })],
  ['0 as HeartbeatSeconds', task({ HeartbeatSeconds: '{% 0 %}' })],
  ['-1 as MaxConcurrency', map({ Items: [1], MaxConcurrency: '{% -1 %}' })],
  ['an object as Items', map({ Items: '{% { "a": 1 } %}' })],
  ['null as Items', map({ Items: '{% null %}' })],
  ['a function as ItemSelector', map({ Items: [1], ItemSelector: '{% $sum %}' })],
  [
    'a text as Condition',
    { C: { Type: 'Choice', Choices: [{ Condition: '{% "" %}', Next: 'S' }] }, S: { Type: 'Succeed' } },
  ],
])('%s is an evaluation error', async (_what, states) => {
  const w = await run(states)
  expect(w.result()).toMatchObject({ status: 'FAILED', error: evaluation })
  expect(w.calls).toEqual([])
})

test('data with the names that JSONata gives its functions are data', async () => {
  const input = { _jsonata_lambda: true, _jsonata_function: true, body: {}, arguments: [] }
  expect((await run(pass({ Output: { a: '{% $states.input %}' } }), input)).result().output).toEqual({
    a: input,
  })
})

const isCount = (least: number) => (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= 99_999_999
const isText = (value: unknown) => typeof value === 'string'
const given = '{% $states.input.v %}'
const ended = { status: 'SUCCEEDED' }

/** A field, a state that has it, which values it takes, and what becomes of the execution then. */
const takers: [string, object, (value: unknown) => boolean, (value: unknown) => object][] = [
  ['Seconds', wait({ Seconds: given }), isCount(0), () => ({ error: undefined })],
  ['Timestamp', wait({ Timestamp: given }), isTimestamp, () => ({ error: undefined })],
  ['Error', { F: { Type: 'Fail', Error: given } }, isText, (error) => ({ status: 'FAILED', error })],
  ['Cause', { F: { Type: 'Fail', Cause: given } }, isText, (cause) => ({ status: 'FAILED', cause })],
  ['TimeoutSeconds', task({ TimeoutSeconds: given }), isCount(1), () => ended],
  ['HeartbeatSeconds', task({ HeartbeatSeconds: given }), isCount(1), () => ended],
  ['MaxConcurrency', map({ Items: [1], MaxConcurrency: given }), isCount(0), () => ended],
  ['Items', map({ Items: given }), Array.isArray, (output) => ({ output })],
  ['ItemSelector', map({ Items: [1], ItemSelector: given }), () => true, (v) => ({ output: [v] })],
  ['Arguments', task({ Arguments: given }), () => true, (output) => ({ output })],
  ['Output', pass({ Output: { v: given } }), () => true, (v) => ({ output: { v } })],
  [
    'Assign',
    { P: { Type: 'Pass', Assign: { a: given }, Next: 'Q' }, Q: { Type: 'Succeed', Output: '{% $a %}' } },
    () => true,
    (output) => ({ output }),
  ],
  [
    'Condition',
    {
      C: { Type: 'Choice', Choices: [{ Condition: given, Next: 'S' }], Default: 'S' },
      S: { Type: 'Succeed' },
    },
    (value) => typeof value === 'boolean',
    () => ended,
  ],
]

test('each field takes the values of its kind, and any other is an evaluation error', async () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>(
      0,
      1,
      -1,
      0.5,
      99_999_999,
      100_000_000,
      true,
      '',
      '2028-02-29T00:00:00Z',
      [],
      [[]],
    ),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...takers), value, async ([, states, takes, becomes], raw) => {
      // JSON has one zero.
      const v = JSON.parse(JSON.stringify(raw)) as unknown
      const w = await run(states, { v })
      const expected = takes(v) ? becomes(v) : { status: 'FAILED', error: evaluation }
      expect(w.result()).toMatchObject(expected)
      w.machines.close()
    }),
    { numRuns: 60 },
  )
})

test('an evaluation error can be caught', async () => {
  const w = await run({
    ...task({ Arguments: '{% $sum %}', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'S' }] }),
    S: { Type: 'Succeed', Output: 'caught' },
  })
  expect(w.result().output).toBe('caught')
})

test('a Fail without fields ends the execution without an error and a cause', async () => {
  const w = await run({ F: { Type: 'Fail' } })
  expect(w.result()).toEqual({ status: 'FAILED', output: undefined, error: undefined, cause: undefined })
  expect(w.events.at(-1)!.detail).toMatchObject({ status: 'FAILED', error: null, cause: null })
})

test('a Fail without fields in a branch can be caught, with an Error and a Cause that say nothing', async () => {
  const w = await run({
    P: {
      Type: 'Parallel',
      Branches: [{ StartAt: 'F', States: { F: { Type: 'Fail' } } }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'S', Output: '{% $states.errorOutput %}' }],
      End: true,
    },
    S: { Type: 'Succeed' },
  })
  expect(w.result().output).toEqual({ Error: '', Cause: '' })
})

test('a Choice that nothing matches fails its branch beyond what a catcher can take', async () => {
  const never = {
    StartAt: 'C',
    States: {
      C: { Type: 'Choice', Choices: [{ Condition: false, Next: 'E' }] },
      E: { Type: 'Succeed' },
    },
  }
  const w = await run({
    P: {
      Type: 'Parallel',
      Branches: [never],
      Catch: [{ ErrorEquals: ['States.NoChoiceMatched'], Next: 'S' }],
      End: true,
    },
    S: { Type: 'Succeed' },
  })
  expect(w.result()).toMatchObject({ status: 'FAILED', error: 'States.Runtime' })
})

test('a Wait until a time with a fraction of a second ends at its whole second', async () => {
  const w = await run(wait({ Timestamp: '{% $states.input.at %}', Output: '{% $millis() %}' }), {
    at: '2026-01-05T00:00:10.900Z',
  })
  await w.advance(9999)
  expect(w.result().status).toBe('RUNNING')
  await w.advance(1)
  expect(w.result().output).toBe(start + 10_000)
})

test('a retry whose interval grows beyond all measure is overtaken by the year that an execution may last', async () => {
  const w = await run(
    task({ Retry: [{ ErrorEquals: ['X'], BackoffRate: 1e300, MaxAttempts: 3 }] }),
    {},
    async () => {
      throw new StateFailure('X', '')
    },
  )
  await w.advance(365 * 86_400_000 - 1)
  expect(w.result().status).toBe('RUNNING')
  await w.advance(1)
  expect(w.times).toEqual([0, 1000])
  expect(w.result()).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' })
})

test.each<[string, object]>([
  ['Arguments', task({ Arguments: '{% $states.input.big & $states.input.big %}' })],
  ['Output', pass({ Output: '{% $states.input.big & $states.input.big %}' })],
  [
    'the variables of one Assign',
    pass({ Assign: { a: '{% $states.input.big %}', b: '{% $states.input.big %}' } }),
  ],
  ['Items', map({ Items: ['{% $states.input.big %}', '{% $states.input.big %}'] })],
  ['ItemSelector', map({ Items: [1], ItemSelector: '{% $states.input.big & $states.input.big %}' })],
  [
    'the result of a Parallel',
    {
      P: {
        Type: 'Parallel',
        Branches: ['A', 'B'].map((name) => ({
          StartAt: name,
          States: { [name]: { Type: 'Pass', End: true } },
        })),
        End: true,
      },
    },
  ],
])('%s beyond 256 KiB fail with States.DataLimitExceeded', async (_what, states) => {
  const w = await run(states, { big: 'ü'.repeat(70_000) })
  expect(w.result()).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' })
})

test('the variables of an execution hold 10 MiB, those of its branches included', async () => {
  // Each of the branches keeps 250 KB in each of seven variables.
  const fill = (name: string, i: number, next: string) => ({
    [name]: { Type: 'Pass', Assign: { [`v${i}`]: '{% $pad("", 250000, "x") %}' }, Next: next },
  })
  const branches = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      StartAt: `S${i}.0`,
      States: {
        ...Object.assign({}, ...[0, 1, 2, 3, 4, 5, 6].map((j) => fill(`S${i}.${j}`, j, `S${i}.${j + 1}`))),
        [`S${i}.7`]: { Type: 'Wait', Seconds: 10, End: true },
      },
    }))
  const fan = (count: number) => ({
    P: { Type: 'Parallel', Branches: branches(count), Output: 'fits', End: true },
  })
  const few = await run(fan(5))
  await few.advance(10_000)
  expect(few.result().output).toBe('fits')
  const many = await run(fan(7))
  await many.advance(10_000)
  expect(many.result()).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' })
})

test('a time is taken if and only if the calendar has its day', () => {
  const two = (n: number) => String(n).padStart(2, '0')
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9999 }),
      fc.integer({ min: 0, max: 14 }),
      fc.integer({ min: 0, max: 33 }),
      (year, month, day) => {
        const date = new Date(0)
        date.setUTCFullYear(year, month - 1, day)
        const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
        expect(isTimestamp(`${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T10:00:00Z`)).toBe(real)
      },
    ),
  )
})
