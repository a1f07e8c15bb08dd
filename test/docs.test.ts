import { describe, expect, test } from 'vitest'
import { pages, runPage, textOf } from './docs.ts'

/** After a change on purpose: npm run docs, and look at the difference. */
const withOutput = pages.filter((page) => /^```console$|<!-- (facts|kinds|routes) -->/m.test(textOf(page)))

describe.each(withOutput)('%s', (page) => {
  test('shows what its commands print', async () => {
    const text = textOf(page)
    const { shown } = await runPage(text)
    expect(withoutVersions(text), 'stale: npm run docs writes it anew').toBe(withoutVersions(shown))
  })
})

/** Versions change with every change of a table, which is no reason to write the page anew. */
const withoutVersions = (shown: string): string => shown.replace(/\b[0-9a-f]{12}\b/g, '…')

test('in the page about rules every block is run', async () => {
  expect((await runPage(textOf('docs/rules.md'))).unused).toEqual([])
})

const example = `Northwind has
\`\`\`console
$ npx holdfast check territory
as it was long ago
\`\`\`
`

test('an output is replaced by what is printed now, and the words around it stay', async () => {
  const { shown } = await runPage(example)
  expect(shown).toMatch(
    /^Northwind has\n```console\n\$ npx holdfast check territory\n1 table, \d+ tests: no problems\n```\n$/,
  )
  expect((await runPage(shown)).shown).toBe(shown)
})

test('a command that is not ours, and a change of what is not there, stop it', async () => {
  await expect(runPage('```console\n$ rm -rf rules\n```\n')).rejects.toThrow('only npx holdfast is run')
  const gone = '```yaml edit=rules/territory.yaml before="  - id: atlantis"\n```\n'
  await expect(runPage(gone)).rejects.toThrow('does not hold "  - id: atlantis"')
})
