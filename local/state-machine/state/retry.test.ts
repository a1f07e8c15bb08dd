import fc from 'fast-check'
import { expect, test } from 'vitest'
import { StateFailure } from '../failure.ts'
import { matchesError } from './retry.ts'
import { lambda, run } from '../fixture/simulated.ts'

test('retries and waits happen at the times the closed formulas give', async () => {
  const retrier = fc.record({
    IntervalSeconds: fc.integer({ min: 1, max: 1000 }),
    BackoffRate: fc.double({ min: 1, max: 4, noNaN: true }),
    MaxAttempts: fc.integer({ min: 0, max: 6 }),
    MaxDelaySeconds: fc.option(fc.integer({ min: 1, max: 5000 }), { nil: undefined }),
    JitterStrategy: fc.constantFrom('FULL' as const, 'NONE' as const),
  })
  await fc.assert(
    fc.asyncProperty(retrier, fc.integer({ min: 0, max: 100_000 }), async (policy, seconds) => {
      const w = await run(
        {
          Hold: { Type: 'Wait', Seconds: seconds, Next: 'Call' },
          Call: { Type: 'Task', Resource: lambda, Retry: [{ ErrorEquals: ['X'], ...policy }], End: true },
        },
        {},
        async () => {
          throw new StateFailure('X', '')
        },
      )
      await w.advance(60 * 86_400_000)
      const expected = [seconds * 1000]
      for (let attempt = 1; attempt <= policy.MaxAttempts; attempt++) {
        const grown = policy.IntervalSeconds * policy.BackoffRate ** (attempt - 1)
        const delay = Math.min(grown, policy.MaxDelaySeconds ?? Infinity) * 1000
        // The simulated source of randomness always says 0.5.
        expected.push(expected.at(-1)! + Math.round(policy.JitterStrategy === 'FULL' ? delay / 2 : delay))
      }
      expect(w.times).toEqual(expected)
      expect(w.machines.counts().transitions).toBe(2 + policy.MaxAttempts)
      expect(w.result()).toMatchObject({ status: 'FAILED', error: 'X' })
      w.machines.close()
    }),
    { numRuns: 40 },
  )
})

test.each<[string[], string, boolean]>([
  [['States.ALL'], 'Anything', true],
  [['States.ALL'], 'States.Timeout', true],
  [['States.ALL'], 'States.DataLimitExceeded', false],
  [['States.ALL'], 'States.Runtime', false],
  [['States.Runtime'], 'States.Runtime', false],
  [['States.DataLimitExceeded'], 'States.DataLimitExceeded', true],
  [['States.TaskFailed'], 'Lambda.ServiceException', true],
  [['States.TaskFailed'], 'States.Timeout', false],
  [['States.TaskFailed'], 'States.HeartbeatTimeout', false],
  [['States.Timeout'], 'States.HeartbeatTimeout', true],
  [['States.HeartbeatTimeout'], 'States.Timeout', false],
  [['A', 'B'], 'B', true],
  [['A'], 'B', false],
])('%j covers %s: %s', (errors, name, covered) => {
  expect(matchesError(errors, new StateFailure(name, ''))).toBe(covered)
})
