import { readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { accessProblems } from '#core/company/access-check.ts'
import { readCompany } from '#core/company/company-read.ts'
import { compileContent, type WrittenFile } from '#core/content/compile.ts'
import { missingMessages } from '#core/message/template/read.ts'
import type { Published } from '#core/publish/published.ts'
import { contentHash } from '#core/table/content-hash.ts'
import { collecting, type Problem, type Source } from '#core/source/source.ts'
import { parseYaml } from '#core/source/yaml.ts'
import type { CompiledWorkflow } from '#core/workflow/compile.ts'
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
  const written = (folder: string): WrittenFile[] =>
    yamlFiles(root, folder).map((file) => ({
      file,
      read: () => parseYaml(file, readFileSync(join(root, file), 'utf8')),
    }))
  const problems: Problem[] = []
  const parts = written('company').map(({ read }) => collecting(problems, read))
  const company = parts.every((part) => part !== undefined)
    ? collecting(problems, () => readCompany(parts))
    : undefined
  if (company) problems.push(...accessProblems(parts as Source[], company, found.kinds))
  const files = {
    rules: written('rules'),
    messages: written('messages'),
    workflows: written('workflows'),
  }
  const { tables, messages, refused, ...content } = await compileContent(files, { company, ...found })
  problems.push(...content.problems, ...missingMessages(messages, found, refused.messages))
  const workflows = content.workflows.map(({ compiled }) => compiled)
  const until = Object.fromEntries(workflows.flatMap(({ name, until: end }) => (end ? [[name, end]] : [])))
  const plans = Object.fromEntries(
    workflows.map(({ name, title, hash, segments }) => [name, { title, version: hash, segments }]),
  )
  const whole = { company, tables, until, messages, workflows: plans }
  const published = company && { ...whole, company, version: contentHash(whole) }
  return { ...(published && { published }), workflows, problems }
}

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
