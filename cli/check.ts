import { countRows } from '#core/table/check/history.ts'
import { companyWarnings } from '#core/company/company-read.ts'
import { checkTable } from '#core/table/check/table.ts'
import type { MessageDefinition } from '#core/message/template/definition.ts'
import { missingMessages, readMessage } from '#core/message/template/read.ts'
import { openedAgainWarnings, type Begun } from '#core/workflow/check/opened-again.ts'
import { compileWorkflow } from '#core/workflow/compile.ts'
import type { TableDefinition } from '#core/table/definition.ts'
import { collecting, namesOf, type Problem, type Source } from '#core/source/source.ts'
import { allFiles, namedFiles, type ContentFiles } from './content.ts'
import { companyFiles, readCompanyFiles, readText, readYaml } from './file.ts'
import { UsageError, type Options, type Terminal } from './terminal.ts'
import { firstDay } from './history.ts'
import { findVocabulary } from '#infra/found.ts'
import { printProblems } from './problem.ts'

/** `holdfast check`: everything that can be said about the files before they decide anything. */
export async function check(names: readonly string[], options: Options, terminal: Terminal): Promise<number> {
  const { directory } = terminal
  if (options.last !== undefined && options.history === undefined)
    throw new UsageError('--last counts in the file that --history names')
  const asked = names.length > 0 ? namedFiles(directory, names) : allFiles(directory)
  const written = new Map<string, string>()
  const { problems, tests } = await problemsOf(asked, written, {
    isWhole: names.length === 0,
    history: options.history === undefined ? undefined : readHistory(options, terminal),
    terminal,
  })

  const of = (severity: Problem['severity']): number =>
    problems.filter((problem) => problem.severity === severity).length
  const [errors, warnings, notes] = [of('error'), of('warning'), of('note')]
  if (options.json) {
    terminal.out(
      `${JSON.stringify({ tables: asked.rules.length, tests, messages: asked.messages.length, workflows: asked.workflows.length, errors, warnings, notes, problems }, null, 2)}\n`,
    )
  } else {
    printProblems(problems, terminal, written)
    const found = [
      errors && count(errors, 'error'),
      warnings && count(warnings, 'warning'),
      notes && count(notes, 'note'),
    ].filter(Boolean)
    terminal.out(`${countedOf(asked, tests)}: ${found.join(', ') || 'no problems'}\n`)
  }
  return errors > 0 ? 1 : 0
}

interface Asked {
  /** nothing was named: what is missing is told too */
  isWhole: boolean
  history: ReturnType<typeof countRows> | undefined
  terminal: Terminal
}

/** All that is wrong in these files. What a workflow refers to is read with it, and told of when it was asked for too. */
async function problemsOf(
  asked: ContentFiles,
  written: Map<string, string>,
  { isWhole, history, terminal }: Asked,
): Promise<{ problems: Problem[]; tests: number }> {
  const { directory, now } = terminal
  const problems: Problem[] = []
  const attempt = <T>(work: () => T): T | undefined => collecting(problems, work)
  const company = attempt(() => readCompanyFiles(directory))
  const ofCompany = [...problems]
  if (company && asked.company.length > 0)
    ofCompany.push(...companyWarnings(companyFiles(directory), company, now))
  problems.length = 0

  const files = asked.workflows.length > 0 ? allFiles(directory) : asked
  const isAsked = new Set(Object.values(asked).flat())
  const refused = { tables: new Set<string>(), messages: new Set<string>() }
  /** Reads each file of a folder; the names of those that cannot be read, or of which `read` gives nothing, are kept. */
  async function readEach(
    of: keyof ContentFiles,
    read: (source: Source) => unknown,
    wrong?: Set<string>,
  ): Promise<void> {
    for (const file of new Set([...files[of], ...asked[of]])) {
      const source = attempt(() => readYaml(directory, file))
      if (source) written.set(source.file, source.text)
      if (source && (await read(source))) continue
      for (const name of namesOf(file, source)) wrong?.add(name)
    }
  }

  const found = await findVocabulary()
  const tables: Record<string, TableDefinition> = {}
  let tests = 0
  await readEach(
    'rules',
    async (source) => {
      const result = await checkTable(source, { vocabulary: found.vocabulary, company, history })
      problems.push(...result.problems)
      const { definition } = result
      if (isAsked.has(source.file)) tests += result.tests
      const twin = definition && tables[definition.name]
      if (definition && !twin) tables[definition.name] = definition
      if (twin)
        problems.push({
          ...source.locate(['decision']),
          severity: 'error',
          code: 'decision-taken',
          message: `${twin.file} decides "${definition.name}" already`,
        })
      return definition
    },
    refused.tables,
  )
  const messages: Record<string, MessageDefinition> = {}
  await readEach(
    'messages',
    (source) => {
      const message = attempt(() => readMessage(source, found))
      if (message) messages[message.name] = message
      return message
    },
    refused.messages,
  )
  const begun: Begun[] = []
  if (company)
    await readEach('workflows', (source) => {
      const workflow = attempt(() =>
        compileWorkflow(source, { company, tables, messages, refused, ...found }),
      )
      if (workflow) begun.push({ source, when: workflow.when })
      return workflow
    })
  // The one that is missing may be among those that are wrong.
  if (begun.length === files.workflows.length) problems.push(...openedAgainWarnings(begun, found.kinds))
  const told = problems.filter(({ file }) => isAsked.has(file))
  // A folder of rules alone sends nothing.
  if (company && isWhole) told.push(...missingMessages(messages, found, refused.messages))
  return { problems: [...ofCompany, ...told], tests }
}

function readHistory(options: Options, terminal: Terminal) {
  const from = new Date(firstDay(options.last, terminal.now)).toISOString()
  return countRows(readText(terminal.directory, options.history!).split('\n'), from)
}

function countedOf({ company, rules, messages, workflows }: ContentFiles, tests: number): string {
  const others = `${also(messages.length, 'message')}${also(workflows.length, 'workflow')}`
  if (rules.length > 0) return `${count(rules.length, 'table')}, ${count(tests, 'test')}${others}`
  return (
    (others || also(company.length, 'company file')).slice(2) || `${count(0, 'table')}, ${count(0, 'test')}`
  )
}

const also = (number: number, what: string): string => (number > 0 ? `, ${count(number, what)}` : '')
const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`
