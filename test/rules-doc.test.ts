// docs/rules.md is executed: its files are written, its edits are made, its commands are run in the order of the page in
// a copy of Northwind, and what they print must be what the page shows. Its tables of conditions and cells
// are tried, its list of facts is generated. After a change on purpose: UPDATE_DOCS=1 vitest run test/rules-doc.test.ts

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { compilePattern } from '#pattern/pattern.ts'
import { factReference } from '#core/table/fact/reference.ts'
import { readCondition } from '#core/table/sheet/cell.ts'
import { tableJsonSchema } from '#core/table/json-schema.ts'
import { main } from '../cli/main.ts'
import { northwindFolder } from './fixture/northwind.ts'

const root = join(import.meta.dirname, '..')
const page = join(root, 'docs/rules.md')
const text = readFileSync(page, 'utf8')
const directory = mkdtempSync(join(tmpdir(), 'holdfast-rules-doc-'))
afterAll(() => rmSync(directory, { recursive: true }))

test('what the page shows is what happens', async () => {
  for (const folder of ['rules', 'company'])
    cpSync(join(northwindFolder, folder), join(directory, folder), { recursive: true })
  let shown = text
  for (const [whole, info, body] of text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)) {
    const file = (name: string): string => join(directory, new RegExp(`${name}=(\\S+)`).exec(info!)![1]!)
    const quoted = /(?:text|before)="(.*)"/.exec(info!)?.[1]
    if (info!.includes(' file=')) writeFileSync(file('file'), body!)
    else if (info!.includes(' edit=')) edit(file('edit'), quoted!, `${body}${quoted}`)
    else if (info!.includes(' replace=')) edit(file('replace'), quoted!, body!.trimEnd())
    else if (info!.includes(' copy=')) cpSync(file('copy'), file('to'))
    else if (info!.includes(' condition')) compilePattern((parse(body!) as { when: object }).when)
    else if (info === 'console') shown = shown.replace(whole, `\`\`\`console\n${await run(body!)}\`\`\``)
    else throw new Error(`an example that nothing executes: ${info}`)
  }
  const facts = `<!-- facts -->\n\n${factReference()}\n<!-- end of facts -->`
  shown = shown.replace(/<!-- facts -->[\s\S]*<!-- end of facts -->/, () => facts)
  if (process.env.UPDATE_DOCS) writeFileSync(page, shown)
  else expect(withoutVersions(text)).toBe(withoutVersions(shown))
})

/** Versions change with every change of a shipped table, which is no reason to write the page anew. */
const withoutVersions = (shown: string): string => shown.replace(/\b[0-9a-f]{12}\b/g, '…')

function edit(file: string, find: string, replacement: string): void {
  const before = readFileSync(file, 'utf8')
  expect(before, `${file} holds ${find}`).toContain(find)
  writeFileSync(
    file,
    before.replace(find, () => replacement),
  )
}

async function run(block: string): Promise<string> {
  let printed = ''
  for (const [line, command] of block.matchAll(/^\$ npx holdfast (.*)$/gm)) {
    let said = ''
    const write = (part: string): void => void (said += part)
    await main(wordsOf(command!), {
      directory,
      out: write,
      err: write,
      colour: false,
      now: Date.UTC(2026, 10, 22),
    })
    printed += `${line}\n${said.trimEnd()}\n`
  }
  return printed
}

const wordsOf = (command: string): string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((word) => word[1] ?? word[2]!)

test('every operator of the language stands in the table of conditions', () => {
  const operators = [
    'exists',
    'numeric',
    'prefix',
    'suffix',
    'equals-ignore-case',
    'wildcard',
    'cidr',
    'anything-but',
  ]
  const shown = text.slice(text.indexOf('## Conditions'), text.indexOf('## What comes out'))
  expect([...operators, '$or'].filter((operator) => !shown.includes(`${operator}:`))).toEqual([])
})

test.each(
  [...text.matchAll(/^\| `(\[.*\])` \| (`.*`|\*unknown\*) \| (`.*`|\*unknown\*) \|$/gm)].map((row) =>
    row.slice(1, 4),
  ),
)('the condition %s holds for %s and not for %s', (condition = '', good = '', bad = '') => {
  const pattern = compilePattern({ fact: parse(condition) as unknown[] })
  const facts = (cell: string): object =>
    cell === '*unknown*' ? {} : { fact: parse(cell.slice(1, -1)) as unknown }
  expect(pattern.matches(facts(good))).toBe(true)
  expect(pattern.matches(facts(bad))).toBe(false)
})

test.each([...text.matchAll(/^\| `([^`]+)` \| `(\[.*\])` \|$/gm)].map((row) => row.slice(1, 3)))(
  'the cell %s stands for %s',
  (cell = '', condition = '') => {
    expect(readCondition(cell)).toEqual(parse(condition))
  },
)

test('editors complete tables by the schema that they are read by', async () => {
  await expect(`${JSON.stringify(tableJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
    '../docs/schema/decision-table.json',
  )
})
