import { readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { readCompany } from '#core/model/company-read.ts'
import type { Published } from '#core/model/published.ts'
import { parseTable } from '#core/rule/table-definition.ts'
import { SourceError, type Problem, type Source } from '#core/source/source.ts'
import { parseYaml } from '#core/source/yaml.ts'
import { compileWorkflow, type CompiledWorkflow } from '#core/workflow/compile.ts'
import { filesBelow } from './fingerprint.ts'

/** What the files of operators mean, or everything that is wrong with them. */
export interface Compiled {
  published?: Published
  workflows: CompiledWorkflow[]
  problems: Problem[]
}

/**
 * Compiles company/, rules/ and workflows/ below `root`. Goes on after a problem, so that one run tells all of
 * them; only what depends on a refused file is left out, because its problems would be consequences.
 */
export function compile(root: string): Compiled {
  const problems: Problem[] = []
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
      problems.push(...error.problems)
      return undefined
    }
  }
  const sources = (folder: string): (Source | undefined)[] =>
    yamlFiles(root, folder).map((file) =>
      attempt(() => parseYaml(file, readFileSync(join(root, file), 'utf8'))),
    )

  const parts = sources('company')
  const company = parts.every((part) => part !== undefined) ? attempt(() => readCompany(parts)) : undefined
  const rules = sources('rules').map((source) => source && attempt(() => parseTable(source)))
  const flows = sources('workflows')
  const tables = Object.fromEntries(rules.flatMap((table) => (table ? [[table.name, table]] : [])))

  let workflows: CompiledWorkflow[] = []
  if (company && rules.every((table) => table !== undefined))
    workflows = flows.flatMap(
      (source) => (source && attempt(() => compileWorkflow(source, { company, tables }))) ?? [],
    )
  return { ...(company && { published: { company, tables } }), workflows, problems }
}

function yamlFiles(root: string, folder: string): string[] {
  return filesBelow(join(root, folder))
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => relative(root, file).split(sep).join('/'))
}

/** Problems as a compiler prints them: where, what, and how to mend it. */
export function renderProblems(problems: readonly Problem[]): string {
  return problems
    .toSorted((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column))
    .map(
      ({ file, line, column, severity, message, code, hint }) =>
        `${file}:${line}:${column}: ${severity}: ${message} [${code}]${hint ? `\n    ${hint}` : ''}`,
    )
    .join('\n')
}
