import { readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { readCompany } from '#core/company/company-read.ts'
import { missingMessages, readMessage } from '#core/message/template/read.ts'
import type { MessageDefinition } from '#core/message/template/definition.ts'
import type { Published } from '#core/publish/published.ts'
import { contentHash } from '#core/table/content-hash.ts'
import { checkTable } from '#core/table/check/table.ts'
import type { TableDefinition } from '#core/table/definition.ts'
import { collecting, namesOf, type Problem, type Source } from '#core/source/source.ts'
import { parseYaml } from '#core/source/yaml.ts'
import { compileWorkflow, type CompiledWorkflow } from '#core/workflow/compile.ts'
import { filesBelow } from './fingerprint.ts'
import { findVocabulary } from './found.ts'

/** What the files of operators mean, or everything that is wrong with them. */
export interface Compiled {
  published?: Published
  workflows: CompiledWorkflow[]
  problems: Problem[]
}

/**
 * Compiles company/, rules/, messages/ and workflows/ below `root`; a decision table whose own tests fail is refused too. Goes
 * on after a problem, so that one run tells all of them; only what refers to a refused table or message is left out, and
 * workflows of a refused company, because their problems would be consequences.
 * @param project whose kinds and verbs they speak of
 */
export async function compile(root: string, project?: string): Promise<Compiled> {
  const found = await findVocabulary(project)
  const problems: Problem[] = []
  const attempt = <T>(work: () => T): T | undefined => collecting(problems, work)
  const refused = { tables: new Set<string>(), messages: new Set<string>() }
  const refuse = (file: string, source?: Source): void => {
    for (const name of namesOf(file, source))
      refused[file.startsWith('rules/') ? 'tables' : 'messages'].add(name)
  }
  const read = (folder: string): (Source | undefined)[] =>
    yamlFiles(root, folder).map((file) => {
      const source = attempt(() => parseYaml(file, readFileSync(join(root, file), 'utf8')))
      if (!source) refuse(file)
      return source
    })
  const [parts, rules, texts, flows] = [read('company'), read('rules'), read('messages'), read('workflows')]

  const company = parts.every((part) => part !== undefined) ? attempt(() => readCompany(parts)) : undefined
  const tables: Record<string, TableDefinition> = {}
  for (const source of rules.filter((rule) => rule !== undefined)) {
    const { definition, problems: wrong } = await checkTable(source, {
      vocabulary: found.vocabulary,
      company,
    })
    problems.push(...wrong)
    if (!definition) refuse(source.file, source)
    if (!definition) continue
    const twin = tables[definition.name]
    if (twin) problems.push(nameTaken(source, definition.name, twin.file))
    else tables[definition.name] = definition
  }

  const messages: Record<string, MessageDefinition> = {}
  for (const source of texts.filter((text) => text !== undefined)) {
    const message = attempt(() => readMessage(source, found))
    if (message) messages[message.name] = message
    else refuse(source.file, source)
  }
  problems.push(...missingMessages(messages, found, refused.messages))

  const context = { tables, messages, refused, ...found }
  const workflows = company
    ? flows.flatMap(
        (source) => (source && attempt(() => compileWorkflow(source, { company, ...context }))) ?? [],
      )
    : []
  const until = Object.fromEntries(workflows.flatMap(({ name, until: end }) => (end ? [[name, end]] : [])))
  const content = { company, tables, until, messages }
  const published = company && { ...content, company, version: contentHash(content) }
  return { ...(published && { published }), workflows, problems }
}

const nameTaken = (source: Source, name: string, file: string): Problem => ({
  ...source.locate(['decision']),
  severity: 'error',
  code: 'decision-taken',
  message: `${file} decides "${name}" already`,
})

function yamlFiles(root: string, folder: string): string[] {
  return filesBelow(join(root, folder))
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => relative(root, file).split(sep).join('/'))
}

function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.line - b.line || a.column - b.column
}

/** Problems as a compiler prints them: where, what, and how to mend it. */
export function renderProblems(problems: readonly Problem[]): string {
  return problems
    .toSorted(byPlace)
    .map(
      ({ file, line, column, severity, message, code, hint }) =>
        `${file}:${line}:${column}: ${severity}: ${message} [${code}]${hint ? `\n    ${hint}` : ''}`,
    )
    .join('\n')
}
