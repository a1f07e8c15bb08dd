/*
 * What the static checks, the change report and the sheets claim, held against random tables and random records.
 */

import fc from 'fast-check'
import { parse } from 'papaparse'
import { expect, test } from 'vitest'
import { checkTable } from '#core/table/check/table.ts'
import { guardCell, readCsv, writeCsv } from '#core/table/sheet/csv.ts'
import { readSheet } from '#core/table/sheet/read.ts'
import { writeSheet } from '#core/table/sheet/write.ts'
import { diffTables } from '#core/table/check/diff.ts'
import { compileTable } from '#core/table/table.ts'
import { vocabulary } from './fixture/vocabulary.ts'
import { parseYaml } from '#core/source/yaml.ts'
import { writeTableYaml } from '../cli/table-yaml.ts'
import { anyRecord, anyTable, definitionOf, sourceOf } from './suite/table-arbitrary.ts'

const runs = Number(process.env.RUNS ?? 100)
const records = fc.array(anyRecord, { minLength: 60, maxLength: 60 })
const all = ['first', 'unique', 'any', 'priority', 'collect'] as const

test('deciding and explaining choose the same', async () => {
  await fc.assert(
    fc.asyncProperty(anyTable(all), records, async (input, given) => {
      const table = compileTable(definitionOf(input))
      for (const { facts, at } of given)
        expect((await table.explain(facts, at)).decision).toEqual(await table.decide(facts, at))
    }),
    { numRuns: runs },
  )
})

test('facts in lists of objects are explained as they are decided', async () => {
  const value = fc.constantFrom(1, 2, undefined)
  const item = fc.record({ b: value, c: value })
  const facts = fc
    .oneof(item, fc.array(item, { maxLength: 3 }))
    .map((a) => JSON.parse(JSON.stringify({ a })) as object)
  const accepts = fc.constantFrom(
    [1],
    [2],
    [{ exists: false }],
    [{ exists: true }],
    [{ 'anything-but': [1] }],
  )
  const rows = fc.array(fc.record({ 'a.b': accepts, 'a.c': accepts }), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(rows, fc.array(facts, { minLength: 20, maxLength: 20 }), async (conditions, given) => {
      const table = compileTable(
        definitionOf({
          decision: 'lists',
          record: 'lead',
          hitPolicy: 'collect',
          aggregation: 'count',
          outputs: { n: { type: 'number' } },
          rows: conditions.map((when, index) => ({ id: `r${index}`, when, then: { n: 1 } })),
        }),
      )
      for (const each of given)
        expect((await table.explain(each, 0)).decision).toEqual(await table.decide(each, 0))
    }),
    { numRuns: runs * 3 },
  )
})

test('a row that is called unreachable never decides, and a record that no row matches is announced as a gap', async () => {
  await fc.assert(
    fc.asyncProperty(anyTable(['first', 'priority']), records, async (input, given) => {
      const { problems } = await checkTable(sourceOf(input), { vocabulary })
      if (problems.some((problem) => problem.code === 'undecided')) return
      const told = (code: string): string[] =>
        problems.filter((problem) => problem.code === code).map((problem) => problem.message)
      const dead = told('unreachable-row').map((message) => /row "(\w+)"/.exec(message)![1])
      const table = compileTable(definitionOf(input))
      const gap = /no row matches (\{.*\})(?: at (\S+))?$/.exec(told('gap')[0] ?? '')
      if (gap)
        expect((await table.decide(JSON.parse(gap[1]!), Date.parse(gap[2] ?? '2026-01-01'))).rows).toEqual([])
      for (const { facts, at } of given) {
        const { rows } = await table.decide(facts, at)
        expect(dead).not.toContain(rows[0])
        if (rows.length === 0 && !input.default) expect(told('gap')).toHaveLength(1)
      }
    }),
    { numRuns: runs },
  )
})

test('rows meet in a record exactly when an overlap is announced', async () => {
  await fc.assert(
    fc.asyncProperty(anyTable(['unique']), records, async (input, given) => {
      const { problems } = await checkTable(sourceOf(input), { vocabulary })
      if (problems.some((problem) => problem.code === 'undecided')) return
      const overlaps = problems
        .filter((problem) => problem.code === 'overlap')
        .map((problem) => problem.message)
      const { decide } = compileTable(definitionOf(input))
      for (const message of overlaps) {
        const [, facts, at] = /both match (\{.*\}|a record of which nothing is known)(?: at (\S+))?$/.exec(
          message,
        )!
        const decision = await decide(
          facts!.startsWith('{') ? JSON.parse(facts!) : {},
          Date.parse(at ?? '2026-01-01'),
        )
        expect(decision.conflict?.length).toBeGreaterThan(1)
      }
      for (const { facts, at } of given)
        if ((await decide(facts, at)).conflict) expect(overlaps.length).toBeGreaterThan(0)
    }),
    { numRuns: runs },
  )
})

test('a change report without examples means that nothing is decided differently', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyTable(['first']),
      anyTable(['first']),
      fc.nat(),
      records,
      async (older, other, pick, given) => {
        // Mostly the same table, with one row of another.
        const rows = older.rows.with(pick % older.rows.length, { ...other.rows[0]!, id: 'changed' })
        const [before, after] = [definitionOf(older), definitionOf({ ...older, rows })]
        const { samples, complete } = await diffTables(before, after, vocabulary)
        const [old, now] = [compileTable(before), compileTable(after)]
        for (const { facts, at } of given) {
          const [was, is] = [await old.decide(facts, at), await now.decide(facts, at)]
          if (JSON.stringify(was.outputs) !== JSON.stringify(is.outputs) && complete)
            expect(samples.length).toBeGreaterThan(0)
        }
      },
    ),
    { numRuns: runs },
  )
})

test('a table survives the way through a sheet and back', () => {
  fc.assert(
    fc.property(anyTable(all), (input) => {
      expect(
        readSheet(readCsv(writeCsv(writeSheet(input, vocabulary))), 'random', { vocabulary, usual: 'lead' })
          .value,
      ).toEqual(input)
    }),
    { numRuns: runs * 3 },
  )
})

test('a table that is written as YAML is read as the same table', () => {
  fc.assert(
    fc.property(anyTable(all), (input) => {
      expect(parseYaml('t.yaml', writeTableYaml(input)).value).toEqual(input)
    }),
    { numRuns: runs * 3 },
  )
})

test('no cell of a written sheet is a formula', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('=1+1', '+1', '-cmd', '@x', "'a", '-5')), {
          minLength: 1,
        }),
        { minLength: 1 },
      ),
      (rows) => {
        const text = writeCsv(rows)
        // What another reader sees, as spreadsheets do.
        const seen = parse<string[]>(text, { delimiter: ',', newline: '\r\n' }).data.slice(0, -1)
        expect(seen).toEqual(rows.map((row) => row.map(guardCell)))
        for (const cell of seen.flat()) expect(cell).not.toMatch(/^[=+@]./s)
        // A line of one empty cell is an empty line; whitespace outside of quotation marks is kept.
        expect(readCsv(text).rows.map((row) => row.map((cell) => cell.text))).toEqual(rows)
      },
    ),
    { numRuns: runs },
  )
})
