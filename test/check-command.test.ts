import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compile } from '#infra/compile.ts'
import { runCommand } from './command.ts'
import { northwindFolder } from './fixture/northwind.ts'

const directory = mkdtempSync(join(tmpdir(), 'holdfast-check-'))
const at = (file: string): string => join(directory, file)
beforeAll(() => cpSync(northwindFolder, directory, { recursive: true }))
afterAll(() => rmSync(directory, { recursive: true }))

const run = (command: string, options: { in?: string } = {}) =>
  runCommand(command.split(' '), { directory: options.in ? at(options.in) : directory })

describe('holdfast check', () => {
  test('all that can be told is told in one round: what refers to a refused file is left out, and nothing else', async () => {
    cpSync(northwindFolder, at('round'), { recursive: true })
    const edit = (file: string, find: string, replacement: string): void =>
      writeFileSync(at(`round/${file}`), readFileSync(at(`round/${file}`), 'utf8').replace(find, replacement))
    edit('messages/lead-reminder.yaml', 'parts: [', 'parts: [fcts, ')
    edit('rules/lead-routing.yaml', 'hitPolicy: first', 'hitPolicy: frist')
    edit('workflows/lead-follow-up.yaml', 'tell: manager', 'tell: manger')
    const { out } = await run('check', { in: 'round' })
    const told = (text: string): string[] =>
      [...text.matchAll(/^(\S+):\d+:\d+: error: .*\[(.*)\]$/gm)].map(([, file, code]) => `${file} ${code}`)
    expect(told(out)).toEqual([
      'rules/lead-routing.yaml wrong-value',
      'messages/lead-reminder.yaml unknown-part',
      'workflows/lead-follow-up.yaml unknown-person',
    ])
    const built = await compile(at('round'))
    expect(built.problems.map(({ file, code }) => `${file} ${code}`)).toEqual(told(out))
    expect(told((await run('check workflows', { in: 'round' })).out)).toEqual([
      'workflows/lead-follow-up.yaml unknown-person',
    ])
  })

  test('a workflow that is no YAML is told though the company is refused', async () => {
    cpSync(northwindFolder, at('both'), { recursive: true })
    writeFileSync(at('both/company/people.yaml'), 'people: 1\n')
    writeFileSync(at('both/workflows/lead-follow-up.yaml'), 'workflow: [\n')
    const { out } = await run('check', { in: 'both' })
    const { problems } = await compile(at('both'))
    for (const told of [out, problems.map(({ file }) => file).join('\n')]) {
      expect(told).toContain('company/people.yaml')
      expect(told).toContain('workflows/lead-follow-up.yaml')
    }
  })

  test.each([
    ['workflows', '2 workflows'],
    ['lead-follow-up', '1 workflow'],
    ['workflows/lead-follow-up.yaml', '1 workflow'],
    ['./messages', '14 messages'],
    ['lead-assigned lead-merged', '2 messages'],
    ['lead-routing workflows', '1 table, 9 tests, 2 workflows'],
    ['company', '9 company files'],
    ['.', '10 tables, 73 tests, 14 messages, 2 workflows'],
  ])('a folder, a file or a name means what lies there: check %s', async (named, found) => {
    expect(await run(`check ${named}`)).toMatchObject({ code: 0, out: `${found}: no problems\n` })
  })

  test.each([
    ['lead-folow-up', 'did you mean "lead-follow-up"?'],
    ['wrkflows', 'did you mean "workflows"?'],
    ['empty', 'there is no YAML file in the folder "empty"'],
  ])('what lies nowhere is told: check %s', async (named, words) => {
    mkdirSync(at('empty'), { recursive: true })
    expect(await run(`check ${named}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining(words) as string,
    })
  })

  test('a word of a role that there is not is told at the word, with those that there are and the nearest', async () => {
    cpSync(northwindFolder, at('word'), { recursive: true })
    const file = at('word/company/access.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace('read: team', 'read: teem'))
    const { code, out } = await run('check company', { in: 'word' })
    expect(code).toBe(1)
    expect(out).toContain(
      'roles.rep.kinds.default.read: "teem" is not known here: write none, own, team, territory or all [wrong-value]',
    )
    expect(out).toMatch(/default: \{ read: teem.*\n.*\^~~~\n/)
    expect(out).toContain('= did you mean "team"?')
  })
})
