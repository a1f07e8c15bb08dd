import type { Company } from '../company/company.ts'
import type { Letters } from '../message/letter.ts'
import type { MessageDefinition } from '../message/template/definition.ts'
import { readMessage } from '../message/template/read.ts'
import type { Kinds } from '../record/kind.ts'
import { collecting, namesOf, type Problem, type Source } from '../source/source.ts'
import { checkTable, type CheckOptions } from '../table/check/table.ts'
import type { TableDefinition } from '../table/definition.ts'
import type { Vocabulary } from '../table/fact/vocabulary.ts'
import { compileWorkflow, type CompiledWorkflow } from '../workflow/compile.ts'
import type { Verbs } from '../workflow/verb.ts'

/** A file of operators that is yet to be read. */
export interface WrittenFile {
  file: string
  /** Throws SourceError for what is no YAML. */
  read(): Source
}

export type WrittenFiles = Record<'rules' | 'messages' | 'workflows', readonly WrittenFile[]>

/** Of what files may speak, and with which company. */
export interface ContentContext {
  kinds: Kinds
  verbs: Verbs
  letters: Letters
  vocabulary: Vocabulary
  /** absent: it was refused; workflows are read then, and not compiled */
  company: Company | undefined
  history?: CheckOptions['history']
}

/** What the files mean, and everything that is wrong with them. */
export interface CompiledContent {
  tables: Record<string, TableDefinition>
  messages: Record<string, MessageDefinition>
  workflows: { source: Source; compiled: CompiledWorkflow }[]
  /** names of what could not be read or is wrong */
  refused: { tables: Set<string>; messages: Set<string> }
  problems: Problem[]
  /** of tables, by their files: how many there are */
  tests: Map<string, number>
  /** what was read, by its file */
  sources: Map<string, Source>
}

/**
 * Compiles rules, messages and workflows. Goes on after a problem, so that one run tells all of them; only what refers to a
 * refused table or message is left out, because its problems would be consequences.
 */
export async function compileContent(
  { rules, messages, workflows }: WrittenFiles,
  { company, history, ...found }: ContentContext,
): Promise<CompiledContent> {
  const made: CompiledContent = {
    tables: {},
    messages: {},
    workflows: [],
    refused: { tables: new Set(), messages: new Set() },
    problems: [],
    tests: new Map(),
    sources: new Map(),
  }
  const { problems, refused } = made
  const attempt = <T>(work: () => T): T | undefined => collecting(problems, work)

  /** Reads each of the files; the names of those that cannot be read, or of which `compile` makes nothing, are kept. */
  async function each(
    files: readonly WrittenFile[],
    compile: (source: Source) => unknown,
    wrong?: Set<string>,
  ): Promise<void> {
    for (const { file, read } of files) {
      const source = attempt(read)
      if (source) made.sources.set(source.file, source)
      if (source && (await compile(source))) continue
      for (const name of namesOf(file, source)) wrong?.add(name)
    }
  }

  await each(rules, tableOf, refused.tables)
  await each(messages, messageOf, refused.messages)
  await each(workflows, workflowOf)
  return made

  async function tableOf(source: Source): Promise<TableDefinition | undefined> {
    const {
      definition,
      problems: wrong,
      tests,
    } = await checkTable(source, {
      vocabulary: found.vocabulary,
      company,
      history,
    })
    problems.push(...wrong)
    made.tests.set(source.file, tests)
    const twin = definition && made.tables[definition.name]
    if (twin)
      problems.push({
        ...source.locate(['decision']),
        severity: 'error',
        code: 'decision-taken',
        message: `${twin.file} decides "${definition.name}" already`,
      })
    else if (definition) made.tables[definition.name] = definition
    return definition
  }

  function messageOf(source: Source): MessageDefinition | undefined {
    const message = attempt(() => readMessage(source, found))
    if (message) made.messages[message.name] = message
    return message
  }

  function workflowOf(source: Source): void {
    if (!company) return
    const { tables, messages: told } = made
    const compiled = attempt(() =>
      compileWorkflow(source, { company, tables, messages: told, refused, ...found }),
    )
    if (compiled) made.workflows.push({ source, compiled })
  }
}
