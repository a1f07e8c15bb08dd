import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { SourceError, type Problem } from '../source/source.ts'
import { parseYaml } from '../source/yaml.ts'
import { companyJsonSchema, companyWarnings, readCompany } from './company-read.ts'

const folder = new URL('../../test/fixture/northwind/company/', import.meta.url)
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => [file, readFileSync(new URL(file, folder), 'utf8')] as const)

const read = (change: (text: string, file: string) => string = (text) => text) =>
  readCompany(files.map(([file, text]) => parseYaml(file, change(text, file))))

function problemsOf(change: (text: string, file: string) => string): Problem[] {
  try {
    read(change)
    return []
  } catch (error) {
    if (error instanceof SourceError) return [...error.problems]
    throw error
  }
}

test('the demo company is whole', () => {
  const company = read()
  expect(Object.keys(company.teams)).toEqual([
    'sales-dach',
    'sales-ukraine',
    'sales-international',
    'enterprise',
    'service',
  ])
  expect(company.queues).toHaveProperty('intake')
})

test('a manager who does not exist is refused at the place, with the nearest name', () => {
  const [problem, ...others] = problemsOf((text) => text.replace('manager: maria', 'manager: mria'))
  expect(others).toEqual([])
  expect(problem).toMatchObject({ file: 'teams.yaml', code: 'unknown-person', hint: 'did you mean "maria"?' })
  expect(problem?.line).toBeGreaterThan(5)
})

test('a forecast category and a key of a pipeline that are misspelt are told with the nearest, at their places', () => {
  const [problem, ...others] = problemsOf((text) => text.replace('forecast: commit', 'forecast: comit'))
  expect(others).toEqual([])
  expect(problem).toMatchObject({ file: 'pipelines.yaml', line: 15, code: 'wrong-value' })
  expect(problem?.message).toContain(
    '"comit" is not known here: write pipeline, best-case, commit or omitted',
  )
  expect(problem?.hint).toBe('did you mean "commit"?')
  const [key] = problemsOf((text) => text.replace('    lossReasons:', '    lossReason:')).filter(
    ({ code }) => code === 'unknown-key',
  )
  expect(key).toMatchObject({ file: 'pipelines.yaml', line: 16, hint: 'did you mean "lossReasons"?' })
})

test('a company without pipelines is whole', () => {
  const { pipelines } = readCompany(
    files.filter(([file]) => file !== 'pipelines.yaml').map(([file, text]) => parseYaml(file, text)),
  )
  expect(pipelines).toEqual({})
})

test.each([
  ['an unknown calendar', 'calendar: kyiv', 'calendar: kiev', 'unknown-calendar'],
  ['an unknown time zone', 'Europe/Kyiv', 'Europe/Kiyv', 'broken-calendar'],
  ['an unknown key', 'followUpWithin: 1', 'followupWithin: 1', 'unknown-key'],
  ['opening hours that are none', "['09:00-17:30']", "['9-17:30']", 'wrong-value'],
  ['a length of time that is none', '4 business hours', 'half a day', 'wrong-value'],
  ['a missing intake queue', '  intake:', '  entrance:', 'unknown-queue'],
  ['a field that is there twice', 'name: company', 'name: email', 'given-twice'],
  ['a field with a name of the form itself', 'name: company', 'name: _company', 'reserved-name'],
  ['a watcher who is nobody', 'watchers: [viktor]', 'watchers: [nobody]', 'unknown-person'],
  ['a currency that there is none of', 'currency: EUR', 'currency: EUX', 'wrong-value'],
  ['a placeholder that covers everything', '- noemail@*', "- '*@*'", 'wrong-value'],
  ['a queue that nobody watches', 'watchers: [viktor]', 'watchers: []', 'wrong-value'],
  ['a stage that is there twice', 'id: demo', 'id: qualified', 'given-twice'],
  ['a stage without a chance that is one', 'probability: 10,', 'probability: 110,', 'wrong-value'],
  ['a forecast category that there is none of', 'forecast: commit', 'forecast: sure', 'wrong-value'],
  ['a pipeline without reasons', '    lossReasons:', '    reasons:', 'unknown-key'],
  ['a name of a pipeline that no record can hold', '  renewal:', '  Renewal:', 'wrong-value'],
  ['a watcher who stands there twice', 'watchers: [viktor]', 'watchers: [viktor, viktor]', 'wrong-value'],
  [
    'more watchers than one transaction can tell',
    'watchers: [viktor]',
    `watchers: [${Array.from({ length: 21 }, (_, number) => `person${number}`).join(', ')}]`,
    'wrong-value',
  ],
  ...[
    'https://*.northwind.example',
    'https://www.northwind.example/',
    'https://Northwind.example',
    'http://www.northwind.example',
    'www.northwind.example',
    "https://a.example; script-src 'unsafe-inline'",
    '*',
  ].map((site): [string, string, string, string] => [
    `${site} as a site that may show a form`,
    '[https://www.northwind.example]',
    JSON.stringify([site]),
    'wrong-value',
  ]),
  [
    'a site that is to show a form without a page',
    '  typeform:\n',
    '  typeform:\n    embed: [https://a.example]\n',
    'wrong-value',
  ],
])('%s is refused', (_, found, wrong, code) => {
  expect(problemsOf((text) => text.replace(found, wrong)).map((problem) => problem.code)).toContain(code)
})

test.each([
  [
    'a preset that there is not',
    'preset: tally',
    'preset: taly',
    { code: 'unknown-preset', words: 'did you mean "tally"?' },
  ],
  [
    'a path that cannot be read',
    'answers[field.ref=size].number',
    'answers[field.ref=size.number',
    { code: 'broken-path', words: 'closing ]' },
  ],
  [
    'a secret that nobody asks for',
    'preset: typeform',
    'product: meters',
    { code: 'proof-missing', words: 'add proof' },
  ],
  [
    'half a page',
    'preset: tally',
    'preset: tally, title: { en: a, uk: b, ru: c }',
    { code: 'wrong-value', words: 'has none of them' },
  ],
  [
    'a signature without its header',
    'preset: tally',
    'proof: { hmac: sha256, query: a }',
    { code: 'wrong-value', words: 'in a header' },
  ],
])('%s is refused at its place', (_, found, wrong, { code, words }) => {
  const problems = problemsOf((text, file) => (file === 'webhooks.yaml' ? text.replace(found, wrong) : text))
  const problem = problems.find((entry) => entry.code === code)
  expect(problem).toMatchObject({ file: 'webhooks.yaml' })
  expect(`${problem?.message} ${problem?.hint}`).toContain(words)
})

test('a path is refused at the sign where it breaks', () => {
  const problems = problemsOf((text) =>
    text.replace('answers[field.ref=size].number', 'answers[field.ref=size].'),
  )
  const text = files.find(([file]) => file === 'webhooks.yaml')![1]
  const line = text.split('\n').findIndex((row) => row.includes('answers[field.ref=size]'))
  const column = text.split('\n')[line]!.indexOf('].number') + 3
  expect(problems).toMatchObject([{ code: 'broken-path', line: line + 1, column }])
})

test('a name that two files give is refused', () => {
  const more = parseYaml('more.yaml', 'teams:\n  enterprise: {}\n')
  expect(() => readCompany([...files.map(([file, text]) => parseYaml(file, text)), more])).toThrow(
    /more.yaml:2:3: teams.enterprise is given in another file too/,
  )
})

test('editors complete the files by the schema that they are read by', async () => {
  for (const [, text] of files)
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../docs/schema/company.json')
  await expect(`${JSON.stringify(companyJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
    '../../docs/schema/company.json',
  )
})

const warningsOf = (now: string, change: (text: string, file: string) => string = (text) => text) => {
  const sources = files.map(([file, text]) => parseYaml(file, change(text, file)))
  return companyWarnings(sources, readCompany(sources), Date.parse(now))
}

test('a calendar whose holidays end soon, or have ended, is warned of at its last holiday', () => {
  expect(warningsOf('2027-10-20T00:00:00Z')).toEqual([])
  for (const now of ['2027-11-20T00:00:00Z', '2029-01-01T00:00:00Z']) {
    const warnings = warningsOf(now)
    expect(warnings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(
      ['berlin', 'kyiv', 'london'].map(() => 'warning holidays-end'),
    )
    const lines = files.find(([file]) => file === 'calendars.yaml')![1].split('\n')
    for (const { file, line } of warnings) {
      expect(file).toBe('calendars.yaml')
      expect(lines[line - 1]).toMatch(/- 2027-12-2/)
    }
  }
})

test('a quarantine whose watchers may not look into it is warned of', () => {
  const warnings = warningsOf('2027-01-01T00:00:00Z', (text) =>
    text.replaceAll('watchers: [viktor]', 'watchers: [anna]'),
  )
  expect(warnings).toMatchObject([{ file: 'queues.yaml', code: 'quarantine-unwatched' }])
})

const maps = ['calendars', 'people', 'teams', 'queues', 'forms', 'roles', 'pipelines', 'clearance']
const everywhere = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__']

test.each([
  ...[...maps, ''].flatMap((map) =>
    everywhere.map((name) => [map, name, map ? `${map}:\n  ${name}: a\n` : `${name}: a\n`]),
  ),
  ...everywhere.flatMap((name) => [
    ['roles.rep.kinds', name, `roles:\n  one: { title: One, kinds: { ${name}: none } }\n`],
    [
      'roles.rep.kinds.do',
      name,
      `roles:\n  one: { title: One, kinds: { lead: { do: { ${name}: all } } } }\n`,
    ],
    ['lossReasons', name, `pipelines:\n  one: { title: One, stages: [], lossReasons: { ${name}: a } }\n`],
    ['forms.map', name, `forms:\n  one: { map: { ${name}: a } }\n`],
    ['fields', name, `forms:\n  one: { fields: [{ name: ${name} }] }\n`],
    ['stages', name, `pipelines:\n  one: { title: One, stages: [{ id: ${name} }] }\n`],
    ['secret', name, `forms:\n  one: { secret: ${name} }\n`],
  ]),
] as [string, string, string][])('in %s nothing is called %s', (_map, name, text) => {
  const more = parseYaml('more.yaml', text)
  const lines = text.split('\n')
  try {
    readCompany([...files.map(([file, each]) => parseYaml(file, each)), more])
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(SourceError)
    const at = (error as SourceError).problems.filter(
      ({ file, line, column }) => file === 'more.yaml' && lines[line - 1]!.slice(column - 1).startsWith(name),
    )
    expect(at.length).toBeGreaterThan(0)
    expect(at[0]!.message).toMatch(/keep for themselves|small letters/)
  }
})

test.each(['calendars', 'people', 'teams', 'queues', 'forms', 'roles', 'pipelines'])(
  'a name in %s that has another form is refused at the name, with how one is written',
  (map) => {
    for (const name of ['Big', 'two words', 'ключ', 'a_b', '1st']) {
      // Forms are in two files.
      const problems = problemsOf((text, file) =>
        file === 'webhooks.yaml' ? text : text.replace(`\n${map}:\n`, `\n${map}:\n  ${name}: {}\n`),
      )
      expect(problems.map(({ message }) => message)).toContainEqual(
        expect.stringMatching(`^${map}: "${name}": write a name in small letters, digits and hyphens`),
      )
    }
  },
)

test('access.yaml that is missing is told once, by its name, with how to get one', () => {
  const without = (text: string): Problem[] => {
    try {
      readCompany([
        ...files.filter(([file]) => file !== 'access.yaml').map(([file, each]) => parseYaml(file, each)),
        parseYaml('access.yaml', text),
      ])
      return []
    } catch (error) {
      return [...(error as SourceError).problems]
    }
  }
  const place = { file: 'people.yaml', code: 'roles-missing' }
  expect(without('{}')).toMatchObject([
    {
      ...place,
      message: expect.stringContaining(
        'company/access.yaml, which says what each may do, is not there',
      ) as string,
      hint: expect.stringContaining('copy company/access.yaml') as string,
    },
  ])
  expect(without('roles: {}')).toMatchObject([
    { ...place, message: expect.stringContaining('says of none what it may do') as string },
  ])
})
