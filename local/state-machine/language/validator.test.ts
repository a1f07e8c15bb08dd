/*
 * Another reader of the language judges the same definitions: what this one takes, asl-validator takes too, except
 * where the specification allows more than it does. The other way round nothing is asked: it takes any field and number
 * in Retry and Catch, any field in a branch, names as reserved as `States.Mine`, and states that nothing leads to.
 */
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { realClock } from '../../clock/clock.ts'
import { compileMachine } from './definition.ts'
import { expressionCompiler } from '../expression.ts'
import { StateFailure } from '../failure.ts'
import { arn, world } from '../fixture/simulated.ts'

// The package has no types.
const validate = createRequire(import.meta.url)('asl-validator') as (definition: object) => {
  errors: object[]
}

type Json = Record<string, unknown>

/**
 * Takes away what the validator refuses and the specification allows: any JSON value as Arguments, Output and
 * ItemSelector, a Condition that is a boolean, End: false beside Next, a Map that does not say its mode, empty texts.
 */
function softened(definition: Json): Json {
  const copy = structuredClone(definition)
  for (const object of objectsOf(copy)) {
    for (const field of ['Arguments', 'Output', 'ItemSelector']) delete object[field]
    for (const field of ['Error', 'Cause']) if (object[field] === '') delete object[field]
    if (typeof object['Condition'] === 'boolean') object['Condition'] = '{% true %}'
    if (object['End'] === false) delete object['End']
    delete object['ProcessorConfig']
  }
  return copy
}

const whole: Json = {
  QueryLanguage: 'JSONata',
  StartAt: 'Call',
  TimeoutSeconds: 100,
  States: {
    Call: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
      TimeoutSeconds: 60,
      HeartbeatSeconds: 30,
      Retry: [
        { ErrorEquals: ['X'], IntervalSeconds: 1, MaxAttempts: 5, BackoffRate: 2, MaxDelaySeconds: 30 },
        { ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL' },
      ],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Bad', Assign: { e: '{% $states.errorOutput %}' } }],
      Assign: { v: '{% $states.result.Payload %}' },
      Output: { v: '{% $states.result.Payload %}' },
      Next: 'Which',
    },
    Which: {
      Type: 'Choice',
      Choices: [{ Condition: "{% $v = 'x' %}", Next: 'Hold', Assign: { c: 1 }, Output: {} }],
      Default: 'Fan',
    },
    Hold: { Type: 'Wait', Timestamp: '2027-03-01T09:00:00Z', Next: 'Each' },
    Fan: {
      Type: 'Parallel',
      Branches: [{ StartAt: 'Q', States: { Q: { Type: 'Wait', Seconds: 5, End: true } } }],
      Next: 'Each',
    },
    Each: {
      Type: 'Map',
      Items: [1, 2],
      ItemSelector: { a: '{% $states.context.Map.Item.Value %}' },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'P',
        States: { P: { Type: 'Pass', End: true } },
      },
      MaxConcurrency: 2,
      Next: 'Good',
    },
    Good: { Type: 'Succeed', Output: { good: true } },
    Bad: { Type: 'Fail', Error: 'Bad', Cause: '{% $e.Cause %}' },
  },
}

const fields = (
  'Type Next End Comment QueryLanguage Resource Arguments Output Assign Retry Catch TimeoutSeconds HeartbeatSeconds ' +
  'Choices Default Condition Seconds Timestamp Branches StartAt States Items ItemSelector ItemProcessor Result Error ' +
  'MaxConcurrency Cause ErrorEquals IntervalSeconds MaxAttempts BackoffRate MaxDelaySeconds JitterStrategy Version ' +
  'InputPath ResultPath SecondsPath Variable Iterator ToleratedFailureCount Speed constructor'
).split(' ')

const someValue = fc.oneof(
  fc.constantFrom<unknown>(
    'Bad',
    'Good',
    'Nowhere',
    '',
    'JSONata',
    'JSONPath',
    'Pass',
    'Wait',
    'Fail',
    'Task',
  ),
  fc.constantFrom<unknown>(
    '{% 1 %}',
    '{% 1 + %}',
    '2028-02-30T00:00:00Z',
    '2028-02-29T00:00:00Z',
    'States.Mine',
  ),
  fc.constantFrom<unknown>(-1, 0, 0.5, 1, 60, 1e9, true, false, null, [], {}, ['X'], [{}]),
)

type Change = { at: number; field: string; value: unknown; how: 'set' | 'remove' | 'replace' }
const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(1000),
  field: fc.constantFrom(...fields),
  value: someValue,
  how: fc.constantFrom('set' as const, 'remove' as const, 'replace' as const),
})

/** All objects of the definition that are not payload. */
function objectsOf(value: unknown, found: Json[] = []): Json[] {
  if (Array.isArray(value)) for (const part of value) objectsOf(part, found)
  else if (typeof value === 'object' && value !== null) {
    found.push(value as Json)
    for (const [key, part] of Object.entries(value))
      if (!['Arguments', 'Output', 'Assign', 'ItemSelector', 'Items'].includes(key)) objectsOf(part, found)
  }
  return found
}

function changed(changes: Change[]): Json {
  const definition = structuredClone(whole)
  for (const { at, field, value, how } of changes) {
    const objects = objectsOf(definition)
    const object = objects[at % objects.length]!
    const keys = Object.keys(object)
    const key = keys[at % Math.max(1, keys.length)]
    if (how === 'set') object[field] = structuredClone(value)
    else if (key !== undefined && how === 'remove') delete object[key]
    else if (key !== undefined) object[key] = structuredClone(value)
  }
  return definition
}

test('what the reader takes, the validator takes, and what it refuses it refuses in words', () => {
  const expressions = expressionCompiler(realClock())
  let taken = 0
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const definition = changed(changes)
      try {
        compileMachine(definition, expressions)
      } catch (error) {
        // Never a stumble of the reader itself.
        expect(error).not.toBeInstanceOf(TypeError)
        expect((error as Error).cause).not.toBeInstanceOf(TypeError)
        return
      }
      taken++
      expect(validate(softened(definition)).errors).toEqual([])
    }),
    { numRuns: 600 },
  )
  expect(taken).toBeGreaterThan(20)
})

test('whatever the reader takes runs to an end within the year', async () => {
  const ends = new Set<string>()
  const property = fc.asyncProperty(
    fc.array(change, { maxLength: 3 }),
    fc.constantFrom('x', 'y', 'never'),
    async (changes, Payload) => {
      let calls = 0
      const w = world(async () => {
        if (calls++ === 0 || Payload === 'never') throw new StateFailure('X', 'down')
        return { Payload }
      })
      try {
        w.machines.define({ arn, name: 'Follow', definition: changed(changes) })
      } catch {
        return
      }
      await w.machines.start({ stateMachineArn: arn })
      await w.advance(365 * 86_400_000)
      // What ended more than 90 days ago cannot be described any more.
      const status = w.events.at(-1)!.detail['status'] as string
      expect(status).not.toBe('RUNNING')
      ends.add(status)
      w.machines.close()
    },
  )
  await fc.assert(property, { numRuns: 100 })
  expect([...ends].sort()).toEqual(['FAILED', 'SUCCEEDED', 'TIMED_OUT'])
})
