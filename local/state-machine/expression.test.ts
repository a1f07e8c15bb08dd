import { expect, test } from 'vitest'
import { arn, run, start } from './fixture/simulated.ts'

test('variables, the context and the functions of AWS are there for expressions', async () => {
  const w = await run(
    {
      Set: {
        Type: 'Pass',
        Assign: { a: '{% $states.input.n + 1 %}', b: [1, '{% $states.context.State.Name %}'] },
        Next: 'Swap',
      },
      Swap: {
        Type: 'Pass',
        Assign: { a: '{% $b[1] %}', b: '{% $a %}' },
        Output: { before: '{% $a %}' },
        Next: 'Show',
      },
      Show: {
        Type: 'Pass',
        Output: {
          a: '{% $a %}',
          b: '{% $b %}',
          input: '{% $states.input %}',
          execution: '{% $states.context.Execution %}',
          machine: '{% $states.context.StateMachine %}',
          entered: '{% $states.context.State.EnteredTime %}',
          parts: '{% $partition([1..5], 2) %}',
          range: '{% $range(0, 10, 5) %}',
          hash: "{% $hash('x', 'SHA-256') %}",
          parsed: '{% $parse(\'{"k":[1]}\') %}',
          random: '{% $random() %}',
          same: '{% $random(7) = $random(7) %}',
          uuid: '{% $length($uuid()) %}',
          now: '{% $now() %}',
          millis: '{% $millis() %}',
          one: '{% [1..3][$ = 2] %}',
        },
        End: true,
      },
    },
    { n: 1 },
  )
  expect(w.result().output).toEqual({
    a: 'Set',
    b: 2,
    input: { before: 2 },
    execution: {
      Id: w.executionArn,
      Name: 'a',
      Input: { n: 1 },
      StartTime: '2026-01-05T00:00:00.000Z',
      RedriveCount: 0,
    },
    machine: { Id: arn, Name: 'Follow' },
    entered: '2026-01-05T00:00:00.000Z',
    parts: [[1, 2], [3, 4], [5]],
    range: [0, 5, 10],
    hash: '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
    parsed: { k: [1] },
    random: 0.5,
    same: true,
    uuid: 36,
    now: '2026-01-05T00:00:00.000Z',
    millis: start,
    one: 2,
  })
})
