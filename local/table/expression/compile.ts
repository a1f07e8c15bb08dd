/*
 * Texts of expressions, read and kept.
 *
 * Problem: the same few texts come thousands of times a second with other values.
 * Representation: by kind and text what was read; within it, by the attributes that its aliases stand for, what was
 * compiled. Both are forgotten as a whole when there are too many: texts that a program writes anew for each request
 * are not worth keeping. A text that cannot be read is not kept.
 */
import { type Check, checksOf } from './check.ts'
import { type Test, pathsIn, testOf } from './condition.ts'
import { type KeyTerm, keyTermsOf } from './key-condition.ts'
import { Parser } from './syntax/parser.ts'
import { type Branches, type Names, aliasesIn, branchesOf, clashFault, headsOf, resolve } from './path.ts'
import { type Kind, refusal } from './syntax/tree.ts'
import { type Node, childrenOf, requireNoReservedWord, requireWords } from './syntax/words.ts'

const mostTexts = 1000
const mostNamings = 1000

export interface Compiled {
  aliases: ReadonlySet<string>
  values: ReadonlySet<string>
  checks: readonly Check[]
  /** names of the attributes of the first level, each once */
  attributes: readonly string[]
}

export interface CompiledCondition extends Compiled {
  test: Test
}

export interface CompiledKeyCondition extends Compiled {
  /** @throws ValidationException for what is no condition on any key */
  terms(): readonly KeyTerm[]
}

export interface CompiledProjection extends Compiled {
  branches: Branches
}

/** A text that waits for its names. */
export interface Source<T> {
  nodes: readonly Node[]
  compile(names: Names): Omit<T, 'aliases' | 'values'>
}

/** A way to compile texts of one kind, which keeps them. */
export function compiler<T extends Compiled>(read: (text: string) => Source<T>) {
  const texts = new Map<string, { uses: Uses; source: Source<T>; namings: Map<string, T> }>()
  /** @throws ValidationException */
  return (text: string, names: Names): T => {
    const { uses, source, namings } = kept(texts, text, mostTexts, () => {
      const fresh = read(text)
      return { uses: usesOf(fresh.nodes), source: fresh, namings: new Map<string, T>() }
    })
    let naming = ''
    for (const alias of uses.aliases) naming += `${names[alias]?.length} ${names[alias]}`
    return kept(namings, naming, mostNamings, () => ({ ...source.compile(names), ...uses }) as T)
  }
}

function kept<T>(store: Map<string, T>, id: string, most: number, make: () => T): T {
  let entry = store.get(id)
  if (entry === undefined) {
    entry = make()
    if (store.size >= most) store.clear()
    store.set(id, entry)
  }
  return entry
}

type Uses = Pick<Compiled, 'aliases' | 'values'>

function usesOf(nodes: readonly Node[]): Uses {
  const [aliases, values] = [new Set<string>(), new Set<string>()]
  const visit = (node: Node): void => {
    if (node.kind === 'path') aliasesIn(node).forEach((alias) => aliases.add(alias))
    if (node.kind === 'value') values.add(node.name)
    childrenOf(node).forEach(visit)
  }
  nodes.forEach(visit)
  return { aliases, values }
}

const conditionCompiler = (kind: Kind) =>
  compiler<CompiledCondition>((text) => {
    const condition = new Parser(kind, text).condition()
    requireWords(kind, condition, 'condition')
    return {
      nodes: [condition],
      compile: (names) => ({
        checks: checksOf(kind, names, condition),
        attributes: headsOf(pathsIn(condition, names)),
        test: testOf(condition, names),
      }),
    }
  })

export const compileCondition = conditionCompiler('ConditionExpression')
export const compileFilter = conditionCompiler('FilterExpression')

export const compileKeyCondition = compiler<CompiledKeyCondition>((text) => {
  const kind = 'KeyConditionExpression'
  const condition = new Parser(kind, text).condition()
  requireWords(kind, condition, 'condition')
  return {
    nodes: [condition],
    compile(names) {
      let terms: readonly KeyTerm[] | undefined
      return {
        checks: checksOf(kind, names, condition),
        attributes: headsOf(pathsIn(condition, names)),
        terms: () => (terms ??= keyTermsOf(condition, names)),
      }
    },
  }
})

export const compileProjection = compiler<CompiledProjection>((text) => {
  const kind = 'ProjectionExpression'
  const paths = new Parser(kind, text).projection()
  for (const path of paths) requireNoReservedWord(kind, path)
  return {
    nodes: paths,
    compile(names) {
      const resolved = paths.map((path) => resolve(path, names))
      const checks = paths.flatMap((path) => checksOf(kind, names, path))
      const fault = clashFault(resolved)
      if (fault === undefined)
        return { checks, attributes: headsOf(resolved), branches: branchesOf(resolved) }
      checks.push(() => {
        throw refusal(kind, fault)
      })
      return { checks, attributes: [], branches: new Map() }
    },
  }
})
