/*
 * Texts of expressions, read and kept.
 *
 * Problem: the same few texts come thousands of times a second with other values.
 * Representation: by kind and text what was read; within it, by the attributes that its aliases stand for, what was
 * compiled. All is forgotten as a whole when it has too many characters: texts that a program writes anew for each
 * request are not worth keeping, and must not fill the memory. A text that cannot be read is not kept.
 */
import { type Check, checksOf } from './check.ts'
import { type Test, pathsIn, testOf } from './condition.ts'
import { type KeyTerm, keyTermsOf } from './key-condition.ts'
import { Parser } from './syntax/parser.ts'
import { type Branches, type Names, aliasesIn, branchesOf, clashFault, headsOf, resolve } from './path.ts'
import { type Kind, refusal } from './syntax/tree.ts'
import { type Node, childrenOf, requireNoReservedWord, requireWords } from './syntax/words.ts'

/** Of the texts and names that are kept of one kind; what is compiled of a character takes some dozen bytes. */
const mostCharacters = 100_000

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
  let room = mostCharacters
  const keep = <E>(entries: Map<string, E>, id: string, entry: E, size: number): E => {
    room -= size
    if (room < 0) {
      texts.clear()
      room = mostCharacters
    }
    entries.set(id, entry)
    return entry
  }
  const textOf = (text: string) => {
    const source = read(text)
    return keep(
      texts,
      text,
      { uses: usesOf(source.nodes), source, namings: new Map<string, T>() },
      text.length,
    )
  }
  /** @throws ValidationException */
  return (text: string, names: Names): T => {
    const { uses, source, namings } = texts.get(text) ?? textOf(text)
    let naming = ''
    for (const alias of uses.aliases) naming += `${names[alias]?.length} ${names[alias]}`
    const known = namings.get(naming)
    if (known !== undefined) return known
    const fresh = { ...source.compile(names), ...uses } as T
    return keep(namings, naming, fresh, text.length + naming.length)
  }
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
