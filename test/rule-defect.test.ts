/*
 * A corpus of tables, each with a seeded defect. The first lines of a file say what must be found and where; nothing
 * else may be found. Northwind's tables must be found clean.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCompany } from '#core/company/company-read.ts'
import { countRows } from '#core/table/check/history.ts'
import { checkTable } from '#core/table/check/table.ts'
import { vocabulary } from './fixture/vocabulary.ts'
import { SourceError, type Problem } from '#core/source/source.ts'
import { parseYaml } from '#core/source/yaml.ts'

const worlds = join(import.meta.dirname, 'fixture')
const read = (file: string) => parseYaml(file, readFileSync(join(worlds, file), 'utf8'))
const yaml = (folder: string): string[] =>
  readdirSync(join(worlds, folder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => `${folder}/${file}`)

const company = readCompany(yaml('northwind/company').map(read))
const history = countRows(
  readFileSync(join(worlds, 'rule-defect/history.jsonl'), 'utf8').split('\n'),
  '2026-08-24T00:00:00.000Z',
)

async function problemsOf(file: string): Promise<readonly Problem[]> {
  try {
    return (
      await checkTable(read(file), { vocabulary, company, ...(file.includes('never-fired') && { history }) })
    ).problems
  } catch (error) {
    if (error instanceof SourceError) return error.problems
    throw error
  }
}

const seeded = yaml('rule-defect')

test.each(seeded)('%s: the seeded defect is found, at its line, and nothing else', async (file) => {
  const wanted = readFileSync(join(worlds, file), 'utf8')
    .split('\n')
    .flatMap((line) => /^# expect: (\S+) on line (\d+)/.exec(line)?.slice(1) ?? [])
  const expected = wanted.flatMap((code, index) => (index % 2 === 0 ? [`${wanted[index + 1]} ${code}`] : []))
  const found = (await problemsOf(file)).filter((problem) => problem.code !== 'untested-row')
  // One slip of the pen may give several errors of syntax: what counts is that the first is at the line.
  const first = found[0]?.code === 'yaml-syntax' ? found.slice(0, 1) : found
  expect(first.map((problem) => `${problem.line} ${problem.code}`).sort()).toEqual(expected.sort())
})

test('every kind of defect that is documented is in the corpus', () => {
  const documented = [
    ...readFileSync(join(worlds, '../../docs/rules.md'), 'utf8').matchAll(
      /^\| `([a-z-]+)` \| (?:error|warning|note)/gm,
    ),
  ].map((match) => match[1]!)
  const covered = seeded.map((file) => readFileSync(join(worlds, file), 'utf8')).join('\n')
  const elsewhere = ['untested-row', 'no-history', 'decision-taken', 'wrong-value']
  expect(documented.length).toBeGreaterThan(25)
  expect(
    documented.filter((code) => !covered.includes(`# expect: ${code} `) && !elsewhere.includes(code)),
  ).toEqual([])
})

test.each(yaml('northwind/rules'))('%s is found clean, and every row has a test', async (file) => {
  expect(await problemsOf(file)).toEqual([])
})
