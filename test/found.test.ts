import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { build } from '#infra/build.ts'
import { functionNames } from '#infra/bundle.ts'
import { findDeclared, findFacts, findVocabulary, foundModules } from '#infra/found.ts'
import { Refusal } from '#infra/refusal.ts'

/*
 * What a project declares is found by what it is.
 */

const core = resolve(import.meta.dirname, '../core')
const projects: string[] = []
afterEach(() => {
  for (const project of projects.splice(0)) rmSync(project, { recursive: true })
})

function projectOf(files: Record<string, string>): string {
  const project = mkdtempSync(join(tmpdir(), 'holdfast-found-'))
  projects.push(project)
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, file)), { recursive: true })
    writeFileSync(join(project, file), text)
  }
  return project
}

const moon = `import { noun } from '${core}/record/vocabulary.ts'
export const moonNoun = noun({ name: 'moon', facts: { 'moon.phase': { about: 'how it looks' } } })
export const craters = { facts: 1, keys: 2 }
`
const tide = `import { text } from '${core}/record/field.ts'
import { entry, kind } from '${core}/record/kind.ts'
const plan = { name: 'tide', title: 'Tide', help: 'Water.', fields: () => ({ height: text('Height') }) }
export const tideKind = kind({ ...plan, plural: 'tides', prefix: 'tide', called: ({ height }) => height })
export const waveKind = entry({ ...plan, name: 'wave', place: () => '' })
export const beach = 'beach'
`

test('tables may be about kinds, and about nouns that have none yet', async () => {
  const facts = await findFacts(projectOf({ 'core/kind/sky/moon.ts': moon, 'core/kind/sea/tide.ts': tide }))
  expect(facts.kinds).toEqual(['moon', 'tide'])
  expect(facts.find('moon', 'moon.phase')).toMatchObject({ type: 'text' })
  expect(facts.find('tide', 'tide.height')).toMatchObject({ always: true })
})

test('a function takes in kinds, and nothing else of what their files and others declare', async () => {
  const project = projectOf({ 'core/kind/sky/moon.ts': moon, 'core/kind/sea/tide.ts': tide })
  const { 'holdfast:kinds': source = '' } = await foundModules(project)
  expect(source.match(/import .*/g)).toEqual([
    `import { tideKind as found0 } from ${JSON.stringify(join(project, 'core/kind/sea/tide.ts'))}`,
  ])
})

test('a noun that two files declare is refused with both, in words', async () => {
  const project = projectOf({ 'core/kind/sky/moon.ts': moon, 'core/kind/sea/moon.ts': moon })
  for (const find of [findFacts, findVocabulary, findDeclared])
    await expect(find(project)).rejects.toThrow(
      new Refusal(
        'core/kind/sky/moon.ts: moon, name: core/kind/sea/moon.ts declares "moon" already; one of them has to go, or is named otherwise',
      ),
    )
})

test('a project whose kinds declare what cannot be is not built, and every mistake is told', async () => {
  const wrong = tide
    .replace("prefix: 'tide'", "prefix: 'T', unique: ['heigt']")
    .replace("text('Height')", "text('Height'), line: text('Line')")
  const building = build({ root: projectOf({ 'core/kind/sea/tide.ts': wrong }) })
  await expect(building).rejects.toThrow(Refusal)
  const said = await building.catch(({ message }: Error) => message.split('\n'))
  expect(said).toEqual([
    'core/kind/sea/tide.ts: tide, prefix: "T" is none: write small letters',
    'core/kind/sea/tide.ts: tide, field "line": Holdfast keeps something else under this name; name it otherwise',
    'core/kind/sea/tide.ts: tide, unique: it has no field "heigt"; did you mean "height"?',
    'core/kind/sea/tide.ts: wave, field "line": Holdfast keeps something else under this name; name it otherwise',
  ])
})

test('two functions of one name are refused with both files, though they lie in folders of their own', () => {
  const empty = 'export const handler = 1'
  const files = { 'api/moon/phase.ts': empty, 'api/tide/height.ts': empty, 'on/phase.ts': empty }
  const of = (more: Record<string, string> = {}) => projectOf({ 'step/one.ts': empty, ...files, ...more })
  expect(functionNames(of())).toEqual(['api/phase', 'api/height', 'on/phase', 'step/one'])
  expect(() => functionNames(of({ 'api/tide/phase.ts': empty }))).toThrow(
    /moon\/phase\.ts and .*tide\/phase\.ts: both would be the function api\/phase; rename one of them/,
  )
})
