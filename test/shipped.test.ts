import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { build } from '#infra/build.ts'
import { openCloud } from './cloud.ts'
import { runCommand } from './command.ts'
import { northwindFolder } from './fixture/northwind.ts'
import { mostMails, timelineOf } from './scenario/reading.ts'

/**
 * company/, rules/, messages/ and workflows/ are the operators': shipped as a copy of Northwind, on which all other tests run.
 * Whatever they hold by now must be right by itself; that it differs is only said.
 */

const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'holdfast-shipped-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('what operators keep has no error', async () => {
  const { code, out, err } = await runCommand(['check'], { directory: root, now: Date.now() })
  expect(code, `${out}${err}`).toBe(0)
})

test('what operators keep can be deployed, and runs on one machine', async () => {
  process.env.CDK_VALIDATION = 'false'
  const { checkLimits, createApp } = await import('#infra/app.ts')
  const { outDir: buildDir } = await build({ outDir: folder })
  const assembly = createApp({ buildDir, outdir: join(folder, 'cdk.out') }).synth()
  checkLimits(assembly)
  const cloud = await openCloud({ assembly: assembly.directory })
  try {
    expect((await cloud.request('/health')).status).toBe(200)
  } finally {
    await cloud.stop()
  }
})

// With other workflows or people it is theirs to say how often they want to be told.
test('a lead that nobody answers brings few e-mails in what is shipped', async () => {
  const found = differences(root, northwindFolder).filter((file) => !/^(rules|messages)\//.test(file))
  if (found.length)
    return void process.stdout.write(`not counted, since it is another: ${found.join(', ')}\n`)
  const cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z', assembly: join(folder, 'cdk.out') })
  try {
    const { leadId } = (await cloud.postForm({ name: 'Waiting', email: 'waiting@customer.example' })).json
    await cloud.advance('2 days')
    const timeline = await timelineOf(cloud, leadId)
    expect(timeline.map(({ template }) => template)).toContain('lead-queued')
    expect(timeline.length).toBeLessThanOrEqual(mostMails)
  } finally {
    await cloud.stop()
  }
})

// Printed and passed: that they differ is what the folders are for.
test('where it differs from what the tests run on is said', () => {
  const found = differences(root, northwindFolder)
  if (found.length) process.stdout.write(`not as in test/fixture/northwind/: ${found.join(', ')}\n`)
})

test('a file that was changed, added or removed is a difference', () => {
  const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')]
  const write = (to: string, file: string, text: string) => {
    mkdirSync(join(to, 'rules/more'), { recursive: true })
    writeFileSync(join(to, file), text)
  }
  write(theirs, 'rules/same.yaml', 'a: 1')
  write(theirs, 'rules/old.yaml', 'a: 1')
  write(theirs, 'rules/more/edited.yaml', 'a: 1')
  write(ours, 'rules/same.yaml', 'a: 1')
  write(ours, 'rules/more/edited.yaml', 'a: 2')
  write(ours, 'rules/new.yaml', 'a: 1')
  write(ours, 'README.md', 'theirs alone')
  expect(differences(ours, theirs)).toEqual([
    'rules/more/edited.yaml (changed)',
    'rules/new.yaml (added)',
    'rules/old.yaml (removed)',
  ])
})

/** What is not the same in the folders that operators may replace, by name. */
function differences(ours: string, theirs: string): string[] {
  const [here, there] = [filesOf(ours), filesOf(theirs)]
  const how = (file: string): string => {
    if (here[file] === undefined) return 'removed'
    return there[file] === undefined ? 'added' : 'changed'
  }
  return Object.keys({ ...here, ...there })
    .filter((file) => here[file] !== there[file])
    .toSorted()
    .map((file) => `${file} (${how(file)})`)
}

const filesOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    ['company', 'rules', 'messages', 'workflows']
      .filter((name) => existsSync(join(folder, name)))
      .flatMap((name) =>
        readdirSync(join(folder, name), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name)),
      )
      .map((file) => [file.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(file, 'utf8')]),
  )
