import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from './command.ts'
import { northwindFolder } from './fixture/northwind.ts'

const directory = mkdtempSync(join(tmpdir(), 'holdfast-access-'))
const at = (file: string): string => join(directory, file)
beforeAll(() => {
  for (const folder of ['before', 'now']) cpSync(northwindFolder, at(folder), { recursive: true })
  for (const folder of ['before', 'now'])
    edit(`${folder}/company/access.yaml`, '      lead: none', '      lead: { read: team, do: team }')
  edit(
    'now/company/access.yaml',
    '      lead: { read: team, do: team }',
    '      lead: { read: all, do: team, upTo: confidential }',
  )
  edit(
    'now/company/access.yaml',
    'customer: { create: all, change: all, do: all }',
    'customer: { create: all, change: all, do: all, upTo: confidential }',
  )
  edit('now/company/people.yaml', '    roles: [rep]\n  jonas', '    roles: [rep, marketer]\n  jonas')
})
afterAll(() => rmSync(directory, { recursive: true }))

const edit = (file: string, find: string, replacement: string): void => {
  const text = readFileSync(at(file), 'utf8')
  expect(text).toContain(find)
  writeFileSync(at(file), text.replace(find, replacement))
}
const run = (command: string, folder = 'now') => runCommand(command.split(' '), { directory: at(folder) })

describe('holdfast access', () => {
  test('shows of every role what it may do with every kind, who has it, and what should not be overlooked', async () => {
    const { code, out } = await run('access', 'before')
    expect(code).toBe(0)
    expect(out).toContain('levels: open < internal < confidential < secret')
    expect(out).toContain('confidential: customer.income')
    expect(out).toMatch(/^agent \(Service agent: greta, hannah, lukas, oksana\)$/m)
    expect(out).toMatch(/^ {2}lead +team +none +none +team +internal$/m)
    expect(out).toContain('Nobody has the role admin, marketer, read-only.')
    expect(out).toContain('sofia, oliver')
  })

  test('shows of a person what all roles allow together', async () => {
    const { out } = await run('access --person viktor')
    expect(out).toMatch(/^viktor \(manager, operations; in enterprise\)$/m)
    expect(out).toMatch(/ all +all +all +all +confidential$/m)
    expect(out).not.toContain('levels:')
  })

  test('shows one role, also as JSON', async () => {
    const { out } = await run('access --role rep --json')
    expect(JSON.parse(out)).toMatchObject([
      {
        of: 'rep',
        rows: [
          { kinds: ['alert'], read: 'none' },
          { read: 'team', create: 'all', upTo: 'internal' },
        ],
      },
    ])
  })

  test('says of a change what it changes, and for whom', async () => {
    const { code, out } = await run('access --than ../before')
    expect(code).toBe(0)
    expect(out.trim().split('\n')).toEqual([
      'agent (greta, hannah, lukas, oksana): may now read customer.income',
      'agent (greta, hannah, lukas, oksana): may now read leads, all of them, until now those of their teams',
      expect.stringMatching(
        /^anna: rep, marketer, until now rep; may now read contacts, customers, files, leads, .*tickets, views, all of them/,
      ),
    ])
    expect((await run('access --than .')).out).toBe('Nobody may do anything else than there.\n')
    expect(JSON.parse((await run('access --than ../before --json')).out).changes).toHaveLength(3)
  })

  test.each([
    ['access --role reep', 1, 'did you mean "rep"?'],
    ['access --person nobody-at-all', 1, 'there is no person "nobody-at-all"'],
    ['access --person constructor', 1, 'there is no person "constructor"'],
    ['access --than ../nowhere', 1, 'there is no company/ in ../nowhere'],
    ['access --role rep --person anna', 2, 'ask for one of'],
    ['access rep', 2, 'there is no command "access rep"'],
  ])('%s is refused in words', async (command, expected, words) => {
    const { code, err } = await run(command)
    expect(code).toBe(expected)
    expect(err).toContain(words)
  })
})
