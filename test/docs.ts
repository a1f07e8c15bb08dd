/*
 * `npm run docs`: runs the examples of README.md and docs/ in a copy of Northwind and writes what they print into the
 * pages; test/docs.test.ts says which page is stale.
 *
 * A block ```console holds commands (`$ npx holdfast …`, one or several), each with its output. What the commands need
 * comes from blocks before it, in the order of the page; their first line says what to do with them, where readers of
 * the page do not see it:
 *   ```yaml file=rules/new.yaml                          the block is written into a file
 *   ```yaml edit=rules/old.yaml before="  - id: x"       it is put before that text
 *   ```yaml replace=rules/old.yaml text="a"              it takes the place of that text
 *   ```yaml copy=rules/old.yaml to=before.yaml           a file or a folder is copied; the block is empty
 *   ```yaml condition                                    its `when:` is compiled
 * Any other block is for reading only; those of docs/api.md, and the tour of README.md, are pasted into a shell by
 * test/scenario/api-course.test.ts and readme-tour.test.ts. Between <!-- facts --> and <!-- end of facts --> stand the facts of tables, between
 * <!-- kinds --> and <!-- end of kinds --> the fields of records, and likewise the routes of the API.
 */

import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { kindReference, type Declared } from '#core/api/kind-reference.ts'
import { findDeclared, findFacts, findVocabulary } from '#infra/found.ts'
import { allDoors } from '#infra/doors.ts'
import type { Routed } from '#core/api/door.ts'
import { tableJsonSchema } from '#core/table/json-schema.ts'
import { factReference } from '#core/table/fact/reference.ts'
import type { Vocabulary } from '#core/table/fact/vocabulary.ts'
import { workflowJsonSchema } from '#core/workflow/schema.ts'
import { compilePattern } from '#pattern/pattern.ts'
import { runCommand } from './command.ts'
import { northwindFolder } from './fixture/northwind.ts'

const root = resolve(import.meta.dirname, '..')

/** Every page that may show what something prints, relative to the project. Decisions are of their time. */
export const pages: string[] = globSync(['*.md', 'docs/*.md'], { cwd: root }).toSorted()

export const textOf = (page: string): string => readFileSync(join(root, page), 'utf8')

export interface Run {
  /** the page with what its commands print now */
  shown: string
  /** first lines of the blocks that nothing was done with */
  unused: string[]
}

/** Runs the examples of a page. Throws when one of them cannot be run, or changes a text that is not there. */
export async function runPage(text: string): Promise<Run> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-docs-'))
  try {
    cpSync(northwindFolder, directory, { recursive: true })
    const unused: string[] = []
    let [shown, done] = ['', 0]
    for (const block of text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)) {
      const [whole, info = '', body = ''] = block
      if (info === 'console') {
        shown += text.slice(done, block.index) + (await runConsole(body, directory))
        done = block.index + whole.length
      } else if (!prepare(directory, info, body)) unused.push(info)
    }
    shown += text.slice(done)
    const kinds = kindsOf(await findDeclared())
    const facts = factsOf(await findFacts())
    const routes = routesOf((await allDoors(join(root, 'functions'))).routed)
    return {
      shown: shown
        .replace(/<!-- facts -->[\s\S]*<!-- end of facts -->/, () => facts)
        .replace(/<!-- kinds -->[\s\S]*<!-- end of kinds -->/, () => kinds)
        .replace(/<!-- routes -->[\s\S]*<!-- end of routes -->/, () => routes),
      unused,
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

const routesOf = (all: readonly Routed[]): string =>
  [
    '<!-- routes -->',
    '',
    '| | |',
    '|---|---|',
    ...all.flatMap(({ routes, words, isOpen }) =>
      words
        ? [
            `| ${routes.map((route) => `\`${route}\``).join(', ')} | ${words.en}${isOpen ? ' (public)' : ''} |`,
          ]
        : [],
    ),
    '',
    '<!-- end of routes -->',
  ].join('\n')

const kindsOf = (all: readonly Declared[]): string =>
  `<!-- kinds -->\n\n${kindReference(all)}\n<!-- end of kinds -->`

const factsOf = (vocabulary: Vocabulary): string =>
  `<!-- facts -->\n\n${factReference(vocabulary)}\n<!-- end of facts -->`

/** Does what the first line of a block says; false when it says nothing. */
function prepare(directory: string, info: string, body: string): boolean {
  const [, what, name = ''] = / (file|edit|replace|copy|condition)(?:=(\S+))?/.exec(info) ?? []
  const file = join(directory, name)
  const quoted = /(?:text|before)="(.*)"/.exec(info)?.[1] ?? ''
  if (what === 'file') writeFileSync(file, body)
  else if (what === 'edit') edit(file, quoted, `${body}${quoted}`)
  else if (what === 'replace') edit(file, quoted, body.trimEnd())
  else if (what === 'copy') cpSync(file, join(directory, / to=(\S+)/.exec(info)![1]!), { recursive: true })
  else if (what === 'condition') compilePattern((parse(body) as { when: object }).when)
  return what !== undefined
}

function edit(file: string, find: string, replacement: string): void {
  const before = readFileSync(file, 'utf8')
  if (!find || !before.includes(find)) throw new Error(`${file} does not hold "${find}"`)
  writeFileSync(
    file,
    before.replace(find, () => replacement),
  )
}

/** The block with the commands of `block` and what they print on a day that the pages are written for. */
async function runConsole(block: string, directory: string): Promise<string> {
  const commands = [...block.matchAll(/^\$ (.*)$/gm)].map(([, command]) => command!)
  let printed = ''
  for (const command of commands) {
    const [npx, holdfast, ...args] = wordsOf(command)
    if (npx !== 'npx' || holdfast !== 'holdfast') throw new Error(`only npx holdfast is run, not: ${command}`)
    let said = ''
    const write = (part: string): void => void (said += part)
    await runCommand(args, { directory, out: write, err: write, now: Date.UTC(2026, 10, 22) })
    printed += `$ ${command}\n${said.trimEnd()}\n`
  }
  return `\`\`\`console\n${printed}\`\`\``
}

const wordsOf = (command: string): string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((word) => word[1] ?? word[2]!)

/** What editors complete workflows by: it names the events of kinds. */
const workflowSchemaFile = 'docs/schema/workflow.json'
const workflowSchemaText = async (): Promise<string> =>
  `${JSON.stringify(workflowJsonSchema(await findVocabulary()), null, 2)}\n`

/** What editors complete tables by: written with the pages, since it names the same facts. */
export const tableSchemaFile = 'docs/schema/decision-table.json'
export const tableSchemaText = async (): Promise<string> =>
  `${JSON.stringify(tableJsonSchema(await findFacts()), null, 2)}\n`

if (import.meta.main) {
  for (const page of pages) writeAnew(page, (await runPage(textOf(page))).shown)
  writeAnew(tableSchemaFile, await tableSchemaText())
  writeAnew(workflowSchemaFile, await workflowSchemaText())
}

function writeAnew(file: string, text: string): void {
  if (text === textOf(file)) return
  writeFileSync(join(root, file), text)
  process.stdout.write(`${file} is written anew\n`)
}
