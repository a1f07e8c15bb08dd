import { countRows } from '#core/table/check/history.ts'
import { accessProblems } from '#core/company/access-check.ts'
import { companyWarnings } from '#core/company/company-read.ts'
import { compileContent, type WrittenFile, type WrittenFiles } from '#core/content/compile.ts'
import { missingMessages } from '#core/message/template/read.ts'
import { openedAgainWarnings } from '#core/workflow/check/opened-again.ts'
import { collecting, type Problem } from '#core/source/source.ts'
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
  const ofCompany: Problem[] = []
  const company = collecting(ofCompany, () => readCompanyFiles(directory))
  if (company && asked.company.length > 0)
    ofCompany.push(...companyWarnings(companyFiles(directory), company, now))
  // What a workflow refers to is read with it.
  const files = asked.workflows.length > 0 ? allFiles(directory) : asked
  const isAsked = new Set(Object.values(asked).flat())
  const filesIn = (of: keyof WrittenFiles): WrittenFile[] =>
    [...new Set([...files[of], ...asked[of]])].map((file) => ({
      file,
      read: () => readYaml(directory, file),
    }))
  const found = await findVocabulary()
  if (company && asked.company.length > 0)
    ofCompany.push(...accessProblems(companyFiles(directory), company, found.kinds))
  const { workflows, messages, refused, tests, sources, ...content } = await compileContent(
    { rules: filesIn('rules'), messages: filesIn('messages'), workflows: filesIn('workflows') },
    { company, history, ...found },
  )
  for (const { file, text } of sources.values()) written.set(file, text)
  const begun = workflows.map(({ source, compiled: { when } }) => ({ source, when }))
  // The one that is missing may be among those that are wrong.
  const again = begun.length === files.workflows.length ? openedAgainWarnings(begun, found.kinds) : []
  const told = [...content.problems, ...again].filter(({ file }) => isAsked.has(file))
  // A folder of rules alone sends nothing.
  if (company && isWhole) told.push(...missingMessages(messages, found, refused.messages))
  const counted = [...tests].filter(([file]) => isAsked.has(file)).reduce((sum, [, each]) => sum + each, 0)
  return { problems: [...ofCompany, ...told], tests: counted }
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
