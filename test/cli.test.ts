import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { runCommand } from './command.ts'
import { northwindFolder } from './fixture/northwind.ts'

const root = join(import.meta.dirname, '..')
const directory = mkdtempSync(join(tmpdir(), 'holdfast-cli-'))
const at = (file: string): string => join(directory, file)

beforeAll(() => {
  for (const folder of ['rules', 'company', 'messages', 'workflows'])
    cpSync(join(northwindFolder, folder), at(folder), { recursive: true })
  mkdirSync(at('broken/rules'), { recursive: true })
  writeFileSync(
    at('broken/rules/bad.yaml'),
    `decision: bad
record: lead
hitPolicy: first
outputs: { team: { type: text } }
rows:
  - id: german
    when: { lead.country: [DE] }
    then: { team: a }
  - id: munich
    when: { lead.country: [DE], lead.employes: [5] }
    then: { team: b }
  - id: berlin
    when: { lead.country: [DE], lead.product: [x] }
    then: { team: c }
`,
  )
})
afterAll(() => rmSync(directory, { recursive: true }))

const run = (command: string, options: { in?: string; now?: number } = {}) =>
  runCommand(command.split(' '), {
    directory: options.in ? at(options.in) : directory,
    ...(options.now !== undefined && { now: options.now }),
  })

describe('holdfast check', () => {
  test('the files of Northwind have no problems', async () => {
    expect(await run('check')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^10 tables, \d+ tests, 14 messages, 2 workflows: no problems\n$/) as string,
    })
  })

  test('a calendar whose holidays end is warned of with its line, and nothing is refused', async () => {
    const { code, out } = await run('check', { now: Date.UTC(2027, 11, 1) })
    expect(code).toBe(0)
    expect(out).toMatch(
      /company\/calendars\.yaml:\d+:9: warning: the calendar "berlin" lists no holiday after 2027-12-26/,
    )
    expect(out).toMatch(/: 3 warnings\n$/)
  })

  test('problems are printed like a compiler’s, and the exit code is 1', async () => {
    const { code, out } = await run('check', { in: 'broken' })
    expect(code).toBe(1)
    expect(out)
      .toBe(`rules/bad.yaml:10:33: error: there is no fact "lead.employes" for a table about lead [unknown-field]
 10 |     when: { lead.country: [DE], lead.employes: [5] }
    |                                 ^~~~~~~~~~~~~
    = did you mean "lead.employees"?

rules/bad.yaml:12:5: error: row "berlin" can never decide: "german" (line 6) takes everything that it matches [unreachable-row]
 12 |   - id: berlin
    |     ^~
    = move it before "german", or narrow "german"

1 table, 0 tests: 2 errors
`)
  })

  test('of a line with thousands of columns only what lies around the problem is shown', async () => {
    const facts = Array.from({ length: 900 }, (_, number) => `lead.fact${number}`)
    writeFileSync(at('wide.csv'), `id,${facts.join(',')},-> team\n`)
    const { err: out } = await run('rules import wide.csv')
    const shown = out.split('\n').findIndex((line) => line.includes('"lead.fact450"'))
    const [source, caret] = out.split('\n').slice(shown + 1, shown + 3)
    expect(source).toMatch(/^ 1 \| ….{200}…$/)
    expect(source!.slice(caret!.indexOf('^'), caret!.lastIndexOf('~') + 1)).toBe('lead.fact450')
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThan(300)
  })

  test('--json gives the same to programs', async () => {
    const { code, out } = await run('check --json', { in: 'broken' })
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      tables: 1,
      errors: 2,
      problems: [
        { file: 'rules/bad.yaml', line: 10, column: 33, code: 'unknown-field', severity: 'error' },
        { code: 'unreachable-row' },
      ],
    })
  })

  test('two files that decide the same are refused', async () => {
    mkdirSync(at('twice/rules'), { recursive: true })
    for (const name of ['a', 'b'])
      cpSync(join(northwindFolder, 'rules/territory.yaml'), at(`twice/rules/${name}.yaml`))
    const { code, out } = await run('check', { in: 'twice' })
    expect(code).toBe(1)
    expect(out).toContain(
      'rules/b.yaml:2:11: error: rules/a.yaml decides "territory" already [decision-taken]',
    )
  })

  test('a message that the product itself sends must be there, and what is wrong in one is found', async () => {
    mkdirSync(at('told'), { recursive: true })
    for (const folder of ['rules', 'company', 'messages', 'workflows'])
      cpSync(at(folder), at(`told/${folder}`), { recursive: true })
    rmSync(at('told/messages/lead-raised.yaml'))
    expect((await run('check', { in: 'told' })).out).toContain(
      'messages/lead-raised.yaml:1:1: error: the file is missing: Holdfast itself sends "lead-raised" [missing-message]',
    )
    const file = at('told/messages/lead-queued.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace('“{queue}”', '“{quue}”'))
    const { code, out } = await run('check', { in: 'told' })
    expect(code).toBe(1)
    expect(out).toMatch(
      /messages\/lead-queued\.yaml:\d+:\d+: error: en: unknown fact "quue" \[unknown-fact\]/,
    )
    expect(out).toContain('did you mean "queue"?')
    expect(out, 'nothing is told twice').toContain(' 2 errors\n')
  })

  test('a workflow that names no table is found', async () => {
    mkdirSync(at('flow'), { recursive: true })
    for (const folder of ['rules', 'company', 'messages', 'workflows'])
      cpSync(at(folder), at(`flow/${folder}`), { recursive: true })
    rmSync(at('flow/rules/lead-routing.yaml'))
    expect((await run('check', { in: 'flow' })).out).toMatch(/workflows\/lead-follow-up\.yaml:\d+:\d+: error/)
  })

  test('rows that never decided are found in an export of whole decision items', async () => {
    const line = (row: string, day: string): string =>
      JSON.stringify({
        at: `${day}T09:00:00.000Z`,
        entries: [{ step: 'route', what: 'table', record: { table: 'territory', row } }, { what: 'skip' }],
      })
    writeFileSync(
      at('history.jsonl'),
      `${line('ukraine', '2026-11-20')}\n${line('switzerland', '2026-08-01')}\n`,
    )
    const { code, out } = await run('check territory --history history.jsonl --last 90d')
    expect(code).toBe(0)
    expect(out).toContain('row "switzerland" decided none of 1 since 2026-08-25 [never-fired]')
    expect(out).not.toContain('"ukraine" decided none')
    expect((await run('check territory --history history.jsonl --last 200d')).out).not.toContain(
      '"switzerland" decided none',
    )
  })
})

describe('holdfast decide', () => {
  test('a record may be written alone', async () => {
    writeFileSync(at('lead.json'), '{"country":"DE","employees":800,"channel":"web-form","language":"en"}')
    const { code, out } = await run('decide lead-routing --record lead.json')
    expect(code).toBe(0)
    expect(out).toMatch(
      /^team: enterprise\npriority: urgent\nrespondWithin: 30 minutes\n\(row enterprise-dach decided/,
    )
  })

  test('--json gives outputs and rows, with --explain the whole view, with --html a page', async () => {
    expect(JSON.parse((await run('decide lead-routing --record lead.json --json')).out)).toMatchObject({
      matched: true,
      rows: ['enterprise-dach'],
    })
    expect(
      JSON.parse((await run('decide lead-routing --record lead.json --json --explain')).out),
    ).toMatchObject({ outcome: 'row', rows: expect.any(Array) as unknown[] })
    expect((await run('decide lead-routing --record lead.json --html')).out).toContain(
      '<section class="explanation"',
    )
  })

  test('--pin writes what came out as a test, without what is personal', async () => {
    writeFileSync(
      at('big.json'),
      '{"lead":{"channel":"phone","language":"en","budget":30000},"given":{"phone":true}}',
    )
    const { out } = await run('decide lead-score --record big.json --pin large')
    expect(parse(out)).toEqual([
      {
        name: 'large',
        given: { lead: { channel: 'phone', budget: 30000 }, given: { phone: true, message: false } },
        expect: { rows: ['budget-stated', 'phone-given', 'called-or-chatted'], outputs: { points: 40 } },
      },
    ])
  })

  test('a name or a value that no lead has is told with its place, and what is decided stays readable', async () => {
    cpSync(join(root, 'test/fixture/record-misspelt.json'), at('misspelt.json'))
    const { code, out, err } = await run('decide lead-routing --record misspelt.json --json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ outputs: { team: 'sales-international' } })
    expect(err).toContain('misspelt.json:1:44: warning: there is no fact "lead.contry"')
    expect(err).toContain('did you mean "lead.country"?')
    expect(err).toContain('misspelt.json:1:73: warning: "lead.employees" cannot be "800": it is a number')
    expect(err).toContain('write 800 without quotation marks')
  })

  test.each([
    ['{"lead":{"country":"de"}}', '1:20: warning: "lead.country" is never "de"', 'did you mean "DE"?'],
    ['{"lead":{"formId":"demoo"}}', '"lead.formId" is never "demoo"', 'did you mean "demo"?'],
    [
      '{"given":{"phone":"yes"}}',
      '"given.phone" cannot be "yes"',
      'write true or false without quotation marks',
    ],
    ['{"lead":{"employees":-5}}', '"lead.employees" cannot be -5', 'it is a whole number from 0'],
    [
      '{"customer":{"products":"sensors"}}',
      'cannot be "sensors": it is a list of texts',
      'write texts in [ ]',
    ],
    ['{"laed":{"country":"DE"}}', 'there is no fact "lead.laed.country"', 'did you mean "lead.country"?'],
  ])('%s: %s', async (record, message, hint) => {
    writeFileSync(at('odd.json'), record)
    const { code, err } = await run('decide lead-routing --record odd.json')
    expect(code).toBe(0)
    expect(err).toContain(message)
    expect(err).toContain(hint)
  })

  test('null is unknown, and a whole lead as it is stored has nothing odd in it', async () => {
    writeFileSync(
      at('null.json'),
      '{"id":"lead_1","tenant":"main","version":1,"channel":"web-form","language":"en","country":null,"budget":null,"contact":{"phone":null},"next":"route","also":[{"name":"a","text":"b"}]}',
    )
    const { out, err } = await run('decide lead-score --record null.json --explain')
    expect(err).toBe('')
    expect(out).toContain('budget-stated')
    expect(out).not.toMatch(/✓ (budget-stated|phone-given)/)
    expect(out).not.toContain('null')
  })

  test('derived facts are computed from what the record says', async () => {
    writeFileSync(
      at('caller.json'),
      '{"channel":"phone","language":"en","contact":{"phone":"+380441234567"},"message":"Hi"}',
    )
    const { out } = await run('decide lead-score --record caller.json --explain')
    expect(out).toContain('✓ phone-given')
    expect(out).not.toContain('380441234567')
  })
})

test('use that makes no sense is told with how it is used, exit code 2', async () => {
  expect(await run('decide lead-routing')).toMatchObject({
    code: 2,
    err: expect.stringContaining('decide needs a rule and --record') as string,
  })
  expect(await run('fly')).toMatchObject({
    code: 2,
    err: expect.stringContaining('there is no command "fly"') as string,
  })
  expect((await run('decide lead-ruting --record lead.json')).err).toContain(
    'there is no rule "lead-ruting"; there are alert-recipients,',
  )
  expect((await run('check --colour')).code).toBe(2)
  expect((await run('decide lead-routing --record missing.json')).code).toBe(2)
  expect(await run('help')).toMatchObject({
    code: 0,
    out: expect.stringContaining('holdfast check') as string,
  })
})

test('a file that cannot be read is named, with what is wrong, and never costs a trace of the program', async () => {
  symlinkSync(at('round'), at('round'))
  mkdirSync(at('folder.yaml'))
  const named: [command: string, reason: string][] = [
    ['decide lead-routing --record rules', 'rules is a folder: name a file'],
    ['decide lead-routing --record nothing.json', 'nothing.json does not exist here'],
    ['decide lead-routing --record company/teams.yaml/x', 'company/teams.yaml/x does not exist here'],
    ['decide lead-routing --record round', 'round is a link that leads nowhere'],
    ['check --history rules', 'rules is a folder: name a file'],
    ['rules import rules', 'rules is a folder: name a file'],
    ['rules diff rules/territory.yaml folder.yaml', 'folder.yaml is a folder: name a file'],
    ['forms try demo rules', 'rules is a folder: name a file'],
    ['rules export territory --out rules', 'EISDIR'],
  ]
  for (const [command, reason] of named) {
    const { code, out, err } = await run(command)
    expect([command, code, out], err).toEqual([command, 2, ''])
    expect(err).toContain(reason)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  }
  rmSync(at('round'))
  rmSync(at('folder.yaml'), { recursive: true })
})

test('the help of a command is its own; that of no command is all', async () => {
  const { out } = await run('decide --help')
  expect(out).toMatch(/^holdfast decide <rule>/)
  expect(out).not.toContain('holdfast check')
  expect(await run('help decide')).toMatchObject({ code: 0, out })
  expect((await run('decide')).err).toBe(`holdfast: decide needs a rule and --record\n\n${out}`)
  expect((await run('logout --help')).out).toContain('holdfast login')
  expect((await run('rules')).err).toContain('holdfast rules export <rule>')
  for (const command of ['--help', 'help', 'help nothing'])
    expect((await run(command)).out, command).toContain('holdfast doctor')
})

test('a sheet that cannot be read is refused with the cell', async () => {
  writeFileSync(at('sheet.csv'), 'lead.country,lead.employees,-> team\nDE,>= many,a\n')
  expect(await run('rules import sheet.csv')).toMatchObject({
    code: 2,
    err: expect.stringContaining('cell B2: ">= many": compare with a number') as string,
  })
  writeFileSync(at('sheet.csv'), 'lead.country,team\nDE,a\n')
  expect((await run('rules import sheet.csv')).err).toContain('no row names outputs')
})

test('a sheet of a spreadsheet in another country, with semicolons, is read too', async () => {
  writeFileSync(at('halb.csv'), 'lead.country;lead.employees;-> team\n"DE, AT";[50..250);sales-dach\n')
  const { code, out } = await run('rules import halb.csv')
  expect(code).toBe(0)
  expect(out).toContain("lead.employees: [ { numeric: [ '>=', 50, <, 250 ] } ]")
})

test.each(['csv', 'xlsx'])('every table survives %s', async (kind) => {
  for (const name of [
    'lead-routing',
    'lead-score',
    'alert-recipients',
    'upsell-suggestion',
    'ticket-priority',
  ]) {
    expect((await run(`rules export ${name} --out ${name}.${kind}`)).code).toBe(0)
    expect((await run(`rules import ${name}.${kind} --out ${name}-again.yaml`)).code).toBe(0)
    expect((await run(`rules diff rules/${name}.yaml ${name}-again.yaml`)).out).toMatch(
      /^nothing that decides has changed/,
    )
    const { out } = await run(`check ${name}-again.yaml`)
    expect(out).toMatch(/^1 table, [1-9]\d* tests: no problems\n$/)
  }
})

test('the command runs under the Node that came with the project when the system’s is older', () => {
  const old = '/usr/bin/node'
  const node = existsSync(old) ? old : process.execPath
  const output = execFileSync(node, [join(root, 'cli/holdfast.mjs'), 'check', '--json'], {
    cwd: northwindFolder,
    encoding: 'utf8',
  })
  expect(JSON.parse(output)).toMatchObject({ errors: 0 })
  expect(spawnSync(node, [join(root, 'cli/holdfast.mjs'), 'check'], { cwd: at('broken') }).status).toBe(1)
})

/** Runs the command with an end of its output that nobody holds. */
async function runUnread(args: string[], which: 'stdout' | 'stderr') {
  const child = spawn(process.execPath, [join(root, 'cli/holdfast.mjs'), ...args], { cwd: directory })
  child[which].destroy()
  let said = ''
  child[which === 'stdout' ? 'stderr' : 'stdout'].on('data', (part: Buffer) => (said += part.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, said }
}

test.each([['check'], ['help'], ['decide lead-routing --record whole.json'], ['rules export lead-routing']])(
  '%s ends without a word when nobody reads its output',
  async (command) => {
    writeFileSync(at('whole.json'), '{"channel":"web-form","language":"en"}')
    expect(await runUnread(command.split(' '), 'stdout')).toEqual({ code: 141, said: '' })
  },
)

test('the output goes on when nobody reads the errors', async () => {
  writeFileSync(at('odd.json'), '{"channel":"web-form","contry":"DE"}')
  const { code, said } = await runUnread(['decide', 'lead-routing', '--record', 'odd.json'], 'stderr')
  expect(code).toBe(0)
  expect(said).toContain('team: sales-international')
})

test('every file of rules/ names its schema in the first line', async () => {
  const { yamlFiles } = await import('../cli/file.ts')
  for (const file of yamlFiles(northwindFolder, 'rules'))
    expect(readFileSync(join(northwindFolder, file), 'utf8').split('\n')[0]).toBe(
      '# yaml-language-server: $schema=../docs/schema/decision-table.json',
    )
})
