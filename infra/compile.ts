import { readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { company, type Company } from '#core/model/company.ts'
import type { Published } from '#core/model/published.ts'
import { parseTable } from '#core/rule/table-definition.ts'
import { readSource, SourceError, type Problem, type Source } from '#core/source/source.ts'
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

/**
 * The company is one record spread over several files, so that people, forms and calendars can be changed by
 * different hands. Each file gives whole parts of it; a part may be spread too, but a name is given only once.
 */
function readCompany(sources: readonly Source[]): Company {
  const merged: Record<string, unknown> = {}
  const origin = new Map<string, Source>()
  const twice: Problem[] = []
  for (const source of sources) {
    if (!isMapping(source.value))
      throw new SourceError([
        { ...source.locate([]), severity: 'error', code: 'wrong-value', message: 'the file must be a mapping' },
      ])
    for (const [part, value] of Object.entries(source.value)) {
      const before = merged[part]
      const spread = isMapping(value) && (before === undefined || isMapping(before))
      if (before !== undefined && !spread) twice.push(givenTwice(source, [part]))
      if (!spread) {
        merged[part] = value
        origin.set(part, source)
        continue
      }
      const names = isMapping(before) ? before : {}
      for (const name of Object.keys(value)) {
        if (Object.hasOwn(names, name)) twice.push(givenTwice(source, [part, name]))
        origin.set(`${part}/${name}`, source)
      }
      merged[part] = { ...names, ...value }
      origin.set(part, source)
    }
  }
  if (twice.length) throw new SourceError(twice)

  const sourceOf = (path: readonly (string | number)[]): Source | undefined =>
    origin.get(`${path[0]}/${path[1]}`) ?? origin.get(String(path[0])) ?? sources[0]
  return readSource(
    {
      file: 'company/',
      text: '',
      value: merged,
      locate: (path, part) =>
        sourceOf(path)?.locate(path, part) ?? { file: 'company/', line: 1, column: 1 },
      slice: (path) => sourceOf(path)?.slice(path),
    },
    company,
  )
}

const givenTwice = (source: Source, path: string[]): Problem => ({
  ...source.locate(path, 'key'),
  severity: 'error',
  code: 'given-twice',
  message: `${path.join('.')} is given in another file too`,
})

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

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
