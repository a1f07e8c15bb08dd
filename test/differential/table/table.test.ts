/*
 * The table engine against dynoxide, which was itself checked against AWS: the same random calls give the same answers,
 * the same items and the same stream records. Where the two differ AWS's documentation decides; each such difference
 * stands in known-difference/, with the source, and is held here by its example.
 *
 * HOLDFAST_SEED repeats a run, HOLDFAST_CALLS makes it longer. What fails is made small before it is printed.
 */

import { describe, expect, test } from 'vitest'
import { dynoxideProgram } from '../../dynoxide.ts'
import { type Call, CallGenerator } from './call.ts'
import { openEngine } from './engine.ts'
import { canonical } from './compare.ts'
import { textOf } from './cause.ts'
import { knownDifferences } from './known-difference/known-difference.ts'
import { Pair, type Difference, type Stored } from './pair.ts'
import { startReference } from './reference.ts'
import { type Case, shrink } from './shrink.ts'

const seed = Number(process.env.HOLDFAST_SEED)
const calls = Number(process.env.HOLDFAST_CALLS ?? 20_000)
/** Every so many calls begin with empty tables. */
const callsOfRound = 2000
/** After so many the whole state is compared. */
const callsBetweenLooks = 50

const dynoxide = dynoxideProgram()
const where = dynoxide
  ? ''
  : ` (skipped: npm has no dynoxide for ${process.platform}-${process.arch}, nothing to compare with)`

describe.runIf(dynoxide)(`the engine and dynoxide${where}`, () => {
  async function freshPair(): Promise<Pair> {
    const pair = new Pair(await startReference(dynoxide!), openEngine())
    await pair.create()
    return pair
  }

  /** Runs a case from the beginning, and says how it fails. */
  async function check({ before, calls: asked }: Case): Promise<Difference | undefined> {
    const pair = await freshPair()
    try {
      await pair.put(before)
      for (const call of asked) {
        const { found } = await pair.ask(call)
        if (found) return found
      }
      return await pair.compareState()
    } finally {
      await pair.close()
    }
  }

  test(`agree on ${calls} random calls`, { timeout: 600_000 }, async () => {
    const outcomes = new Map<string, number>()
    const met = new Map<string, number>()
    for (let done = 0, round = 0; done < calls; done += callsOfRound, round++) {
      const generator = new CallGenerator(seed * 1000 + round)
      const pair = await freshPair()
      let before: Stored[] = []
      let asked: Call[] = []
      for (let at = 0; at < callsOfRound; at++) {
        const call = generator.next()
        asked.push(call)
        const { step, found, isKnown } = await pair.ask(call)
        if (found) await fail(pair, { before, calls: asked }, found)
        if (isKnown) generator.forgetToken(call)
        generator.learn(call, step.reference.body)
        const outcome = step.reference.status === 200 ? 'accepted' : String(step.reference.body.__type)
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
        if (asked.length < callsBetweenLooks) continue
        const different = await pair.compareState()
        if (different) await fail(pair, { before, calls: asked }, different)
        before = await pair.items()
        asked = []
      }
      for (const [name, count] of pair.met) met.set(name, (met.get(name) ?? 0) + count)
      await pair.close()
    }
    console.log(
      `HOLDFAST_SEED=${seed}: ${[...outcomes].map(([name, count]) => `${count} ${name.split('#').at(-1)}`).join(', ')}`,
    )
    console.log(
      `known differences met: ${[...met].map(([name, count]) => `${count} × ${name}`).join('; ') || 'none'}`,
    )
    // A generator of which most is refused would show little, and so would one of which nothing is.
    expect(outcomes.get('accepted')).toBeGreaterThan(calls * 0.7)
    expect(outcomes.get('accepted')).toBeLessThan(calls * 0.95)
  })

  test.for(knownDifferences)('AWS decides: $name', async ({ name, rule, source, example }) => {
    expect(rule).toMatch(/\.$/)
    expect(source).not.toBe('')
    const pair = await freshPair()
    try {
      await pair.put(example.before ?? [])
      for (const call of example.earlier ?? []) await pair.answers(call)
      const step = await pair.answers(example.call)
      for (const [answer, wanted] of [
        [step.engine, example.aws],
        [step.reference, example.dynoxide],
      ] as const)
        if (wanted instanceof RegExp) expect(textOf(answer)).toMatch(wanted)
        else expect(canonical(answer)).toMatchObject(canonical(wanted) as object)
      const names = knownDifferences.filter(({ covers }) => covers(step)).map((known) => known.name)
      expect(names, 'only its own predicate knows the example').toEqual(
        example.isCovered === false ? [] : [name],
      )
    } finally {
      await pair.close()
    }
  })

  async function fail(pair: Pair, failing: Case, found: Difference): Promise<never> {
    await pair.close()
    const report = await shrink(failing, check).catch((error: Error) => ({
      smallest: failing,
      found: { ...found, where: `${found.where} (${error.message})` },
    }))
    return expect.fail(reportOf(report.smallest, report.found))
  }
})

function reportOf({ before, calls: asked }: Case, { where, step }: Difference): string {
  const lines = [`HOLDFAST_SEED=${seed}: dynoxide and the engine differ in ${where}`]
  for (const { table, item } of before) lines.push(`stored in ${table}: ${JSON.stringify(item)}`)
  for (const { operation, input } of asked) lines.push(`${operation} ${JSON.stringify(input)}`)
  if (step) {
    lines.push(`dynoxide: ${step.reference.status} ${JSON.stringify(step.reference.body)}`)
    lines.push(`engine:   ${step.engine.status} ${JSON.stringify(step.engine.body)}`)
  }
  return lines.map((line) => (line.length > 4000 ? `${line.slice(0, 4000)}…` : line)).join('\n')
}
