import { countRows } from '#core/table/check/history.ts'
import { companyWarnings } from '#core/company/company-read.ts'
import { checkTable } from '#core/table/check/table.ts'
import type { MessageDefinition } from '#core/message/template/definition.ts'
import { missingMessages, readMessage } from '#core/message/template/read.ts'
import { compileWorkflow } from '#core/workflow/compile.ts'
import type { TableDefinition } from '#core/table/definition.ts'
import { collecting, type Problem, type Source } from '#core/source/source.ts'
import { companyFiles, readCompanyFiles, readText, readYaml, ruleFile, yamlFiles } from './file.ts'
import { UsageError, type Options, type Terminal } from './terminal.ts'
import { firstDay } from './history.ts'
import { findFacts, findVocabulary } from '#infra/found.ts'
import { printProblems } from './problem.ts'

/** `holdfast check`: everything that can be said about the files before they decide anything. */
export async function check(names: readonly string[], options: Options, terminal: Terminal): Promise<number> {
  const { directory } = terminal
  if (options.last !== undefined && options.history === undefined)
    throw new UsageError('--last counts in the file that --history names')
  const problems: Problem[] = []
  const written = new Map<string, string>()
  const attempt = <T>(work: () => T): T | undefined => collecting(problems, work)
  const read = (file: string): Source | undefined =>
    attempt(() => {
      const source = readYaml(directory, file)
      written.set(source.file, source.text)
      return source
    })

  const company = attempt(() => readCompanyFiles(directory))
  if (company && names.length === 0)
    problems.push(...companyWarnings(companyFiles(directory), company, terminal.now))
  const history = options.history === undefined ? undefined : readHistory(options, terminal)
  const files =
    names.length > 0 ? names.map((name) => ruleFile(directory, name)) : yamlFiles(directory, 'rules')
  const vocabulary = await findFacts()
  const tables: Record<string, TableDefinition> = {}
  let tests = 0
  for (const file of files) {
    const source = read(file)
    if (!source) continue
    const result = await checkTable(source, { vocabulary, company, history })
    problems.push(...result.problems)
    tests += result.tests
    const { definition } = result
    if (!definition) continue
    const twin = tables[definition.name]
    if (twin)
      problems.push({
        ...source.locate(['decision']),
        severity: 'error',
        code: 'decision-taken',
        message: `${twin.file} decides "${definition.name}" already`,
      })
    else tables[definition.name] = definition
  }

  const nouns = await findVocabulary()
  const texts = names.length > 0 ? [] : yamlFiles(directory, 'messages')
  const messages: Record<string, MessageDefinition> = {}
  for (const file of texts) {
    const source = read(file)
    const message = source && attempt(() => readMessage(source, nouns))
    if (message) messages[message.name] = message
  }
  // A folder of rules alone sends nothing.
  if (company && names.length === 0 && Object.keys(messages).length === texts.length)
    problems.push(...missingMessages(messages, nouns))

  // What a workflow refers to must be right first, or its problems would be consequences.
  const flows = names.length > 0 ? [] : yamlFiles(directory, 'workflows')
  if (company && flows.length && !problems.some((problem) => problem.severity === 'error')) {
    const context = { company, tables, messages, ...nouns }
    for (const file of flows) {
      const source = read(file)
      if (source) attempt(() => compileWorkflow(source, context))
    }
  }

  const of = (severity: Problem['severity']): number =>
    problems.filter((problem) => problem.severity === severity).length
  const [errors, warnings, notes] = [of('error'), of('warning'), of('note')]
  if (options.json) {
    terminal.out(
      `${JSON.stringify({ tables: files.length, tests, messages: texts.length, workflows: flows.length, errors, warnings, notes, problems }, null, 2)}\n`,
    )
  } else {
    printProblems(problems, terminal, written)
    const found = [
      errors && count(errors, 'error'),
      warnings && count(warnings, 'warning'),
      notes && count(notes, 'note'),
    ].filter(Boolean)
    terminal.out(
      `${count(files.length, 'table')}, ${count(tests, 'test')}${also(texts.length, 'message')}${also(flows.length, 'workflow')}: ${found.join(', ') || 'no problems'}\n`,
    )
  }
  return errors > 0 ? 1 : 0
}

function readHistory(options: Options, terminal: Terminal) {
  const from = new Date(firstDay(options.last, terminal.now)).toISOString()
  return countRows(readText(terminal.directory, options.history!).split('\n'), from)
}

const also = (number: number, what: string): string => (number > 0 ? `, ${count(number, what)}` : '')
const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`
