/*
 * A second event-pattern engine, written from the description of the language and from nothing else: no code of the
 * product, no index, no shared conditions, no clever walk. It is slow, and meant to be read.
 *
 * 1. The pattern is turned into branches: maps from path to the list of alternatives.
 * 2. The event is flattened to fields: path, value, and for each list around it the element it lies in.
 * 3. A branch matches if, path by path in sorted order, a field can be chosen that satisfies the list and that agrees
 * with the fields chosen before on every list they share; `exists: false` asks that no agreeing field is there.
 *
 * It expects valid patterns; validation is tested by the vectors.
 */

type Json =
  | { kind: 'object'; entries: [string, Json][] }
  | { kind: 'list'; items: Json[] }
  | { kind: 'text'; value: string }
  | { kind: 'number'; spelling: string }
  | { kind: 'word'; word: 'true' | 'false' | 'null' }

type Leaf = Exclude<Json, { kind: 'object' } | { kind: 'list' }>
type Field = { path: string; leaf: Leaf; elements: Map<number, number> }
type SlowBranch = Map<string, Json[]>

/** Whether the event's text matches the pattern's text. */
export function slowMatches(patternText: string, eventText: string): boolean {
  const pattern = read(patternText)
  const event = read(eventText)
  if (pattern.kind !== 'object') throw new Error('the pattern is no object')
  const fields = flatten(event)
  return branchesOf(pattern, [], [new Map()]).some((branch) => {
    const paths = [...branch.keys()].sort()
    return choose(paths, branch, fields, new Map())
  })
}

function choose(paths: string[], branch: SlowBranch, fields: Field[], bound: Map<number, number>): boolean {
  const [path, ...others] = paths
  if (path === undefined) return true
  const alternatives = branch.get(path) ?? []
  const agreeing = fields.filter((field) => field.path === path && agrees(field.elements, bound))
  for (const alternative of alternatives) {
    if (isAbsence(alternative)) {
      if (agreeing.length === 0 && choose(others, branch, fields, bound)) return true
      continue
    }
    for (const field of agreeing) {
      if (!satisfies(field.leaf, alternative)) continue
      if (choose(others, branch, fields, new Map([...bound, ...field.elements]))) return true
    }
  }
  return false
}

function agrees(elements: Map<number, number>, bound: Map<number, number>): boolean {
  for (const [list, index] of elements) if (bound.has(list) && bound.get(list) !== index) return false
  return true
}

function branchesOf(
  pattern: Json & { kind: 'object' },
  parents: string[],
  branches: SlowBranch[],
): SlowBranch[] {
  let current = branches
  for (const [key, value] of pattern.entries) {
    if (key === '$or' && value.kind === 'list') {
      const starts = current
      current = []
      for (const alternative of value.items) {
        if (alternative.kind !== 'object') throw new Error('$or lists objects')
        current.push(
          ...branchesOf(
            alternative,
            parents,
            starts.map((start) => new Map(start)),
          ),
        )
      }
    } else if (value.kind === 'object') {
      current = branchesOf(value, [...parents, key], current)
    } else if (value.kind === 'list') {
      for (const branch of current) branch.set([...parents, key].join('.'), value.items)
    }
  }
  return current
}

function flatten(event: Json): Field[] {
  const fields: Field[] = []
  let lists = 0
  const visit = (value: Json, keys: string[], elements: Map<number, number>): void => {
    if (value.kind === 'object') {
      for (const [key, child] of value.entries) visit(child, [...keys, key], elements)
    } else if (value.kind === 'list') {
      const list = lists++
      value.items.forEach((item, index) => {
        const isLeaf = item.kind !== 'object' && item.kind !== 'list'
        visit(item, keys, isLeaf ? elements : new Map([...elements, [list, index]]))
      })
    } else {
      fields.push({ path: keys.join('.'), leaf: value, elements })
    }
  }
  visit(event, [], new Map())
  return fields.filter((field) => event.kind === 'object' || field.path !== '')
}

function isAbsence(alternative: Json): boolean {
  const [name, operand] = operatorOf(alternative)
  return name === 'exists' && operand.kind === 'word' && operand.word === 'false'
}

function operatorOf(alternative: Json): [string, Json] {
  if (alternative.kind !== 'object') return ['', alternative]
  return alternative.entries[0] ?? ['', alternative]
}

function satisfies(leaf: Leaf, alternative: Json): boolean {
  const [name, operand] = operatorOf(alternative)
  switch (name) {
    case '':
      return equals(leaf, operand, true)
    case 'exactly':
      return equals(leaf, operand, false)
    case 'exists':
      return operand.kind === 'word' && operand.word === 'true'
    case 'anything-but': {
      if (operand.kind === 'object') {
        const [inner, texts] = operatorOf(operand)
        return !listed(texts).some((text) => textOperator(inner, leaf, text))
      }
      return !listed(operand).some((value) => equals(leaf, value, false))
    }
    case 'numeric':
      return numeric(leaf, listed(operand))
    case 'cidr':
      return leaf.kind === 'text' && inNetwork(leaf.value, textOf(operand))
    case 'prefix':
    case 'suffix': {
      const [inner, text] = operatorOf(operand)
      return textOperator(inner === '' ? name : `${name}-${inner}`, leaf, text)
    }
    default:
      return textOperator(name, leaf, operand)
  }
}

function textOperator(name: string, leaf: Leaf, operand: Json): boolean {
  if (leaf.kind !== 'text') return false
  const { value } = leaf
  const text = textOf(operand)
  switch (name) {
    case 'prefix':
      return value.slice(0, text.length) === text
    case 'suffix':
      return value.length >= text.length && value.slice(value.length - text.length) === text
    case 'wildcard':
      return wild(text, value)
    case 'equals-ignore-case':
      return foldings(text, value).includes(value.length)
    case 'prefix-equals-ignore-case':
      return foldings(text, value).length > 0
    case 'suffix-equals-ignore-case':
      return Array.from({ length: value.length + 1 }, (_, from) => value.slice(from)).some((rest) =>
        foldings(text, rest).includes(rest.length),
      )
    default:
      throw new Error(`unknown operator ${name}`)
  }
}

/** The lengths of the starts of `value` that are `text` when each character is as it is, in lower or in upper case. */
function foldings(text: string, value: string): number[] {
  const [character] = text
  if (character === undefined) return [0]
  const rest = text.slice(character.length)
  const lengths = new Set<number>()
  for (const form of new Set([character, character.toLowerCase(), character.toUpperCase()])) {
    if (!value.startsWith(form)) continue
    for (const length of foldings(rest, value.slice(form.length))) lengths.add(form.length + length)
  }
  return [...lengths]
}

function wild(pattern: string, value: string): boolean {
  if (pattern === '') return value === ''
  if (pattern[0] === '*') {
    for (let length = 0; length <= value.length; length++)
      if (wild(pattern.slice(1), value.slice(length))) return true
    return false
  }
  const escaped = pattern[0] === '\\'
  const literal = escaped ? pattern[1] : pattern[0]
  return value !== '' && value[0] === literal && wild(pattern.slice(escaped ? 2 : 1), value.slice(1))
}

function equals(leaf: Leaf, wanted: Json, asAddress: boolean): boolean {
  if (leaf.kind === 'text' && wanted.kind === 'text') {
    if (leaf.value === wanted.value) return true
    const address = asAddress ? addressBits(wanted.value) : undefined
    return address !== undefined && addressBits(leaf.value) === address
  }
  if (leaf.kind === 'word' && wanted.kind === 'word') return leaf.word === wanted.word
  if (leaf.kind !== 'number' || wanted.kind !== 'number') return false
  if (leaf.spelling === wanted.spelling) return true
  const [a, b] = [comparable(leaf), comparable(wanted)]
  return a !== undefined && a === b
}

function numeric(leaf: Leaf, terms: Json[]): boolean {
  const value = comparable(leaf)
  if (value === undefined) return false
  for (let index = 0; index < terms.length; index += 2) {
    const sign = textOf(terms[index] as Json)
    const bound = comparable(terms[index + 1] as Leaf)
    if (bound === undefined) return false
    if (sign === '=' && !(value === bound)) return false
    if (sign === '<' && !(value < bound)) return false
    if (sign === '<=' && !(value <= bound)) return false
    if (sign === '>' && !(value > bound)) return false
    if (sign === '>=' && !(value >= bound)) return false
  }
  return true
}

/** The double, if it is the decimal that was written: both are compared as fractions of whole numbers. */
function comparable(leaf: Leaf): number | undefined {
  if (leaf.kind !== 'number') return undefined
  const double = Number(leaf.spelling)
  if (!Number.isFinite(double)) return undefined
  const written = fraction(leaf.spelling)
  const printed = fraction(String(double))
  if (written === undefined || printed === undefined) return undefined
  return written.top * printed.bottom === printed.top * written.bottom ? double : undefined
}

function fraction(spelling: string): { top: bigint; bottom: bigint } | undefined {
  const found = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(spelling)
  if (!found) return undefined
  const [, sign = '', whole = '', decimals = '', exponent = '0'] = found
  const power = Number(exponent) - decimals.length
  const top = BigInt(`${sign}${whole}${decimals}`)
  return power >= 0 ? { top: top * 10n ** BigInt(power), bottom: 1n } : { top, bottom: 10n ** BigInt(-power) }
}

function inNetwork(value: string, network: string): boolean {
  const [base = '', mask = ''] = network.split('/')
  const [address, start] = [addressBits(value), addressBits(base)]
  if (address === undefined || start === undefined || address.length !== start.length) return false
  return address.slice(0, Number(mask)) === start.slice(0, Number(mask))
}

/** The address as a text of 32 or 128 zeros and ones. */
function addressBits(text: string): string | undefined {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(text) && text.length <= 15) {
    const bytes = text.split('.').map(Number)
    return bytes.every((byte) => byte < 256)
      ? bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('')
      : undefined
  }
  if (!/^[0-9a-fA-F:]+$/.test(text) || !text.includes(':')) return undefined
  const sides = text.split('::')
  if (sides.length > 2) return undefined
  const [left, right] = sides.map((side) => (side === '' ? [] : side.split(':')))
  const given = [...(left ?? []), ...(right ?? [])]
  if (!given.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  if (sides.length === 1 ? given.length !== 8 : given.length > 7) return undefined
  const zeros = Array.from({ length: 8 - given.length }, () => '0')
  return [...(left ?? []), ...zeros, ...(right ?? [])]
    .map((group) => parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('')
}

function listed(value: Json): Json[] {
  return value.kind === 'list' ? value.items : [value]
}

function textOf(value: Json): string {
  if (value.kind !== 'text') throw new Error('a text is expected')
  return value.value
}

/** JSON text to a tree with every key and every spelling. */
function read(text: string): Json {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g) ?? []
  let next = 0
  const value = (): Json => {
    const token = tokens[next++] ?? ''
    if (token === '{') {
      const entries: [string, Json][] = []
      while (tokens[next] !== '}') {
        if (tokens[next] === ',') next++
        const key = JSON.parse(tokens[next] ?? '') as string
        next += 2
        entries.push([key, value()])
      }
      next++
      return { kind: 'object', entries }
    }
    if (token === '[') {
      const items: Json[] = []
      while (tokens[next] !== ']') {
        if (tokens[next] === ',') next++
        items.push(value())
      }
      next++
      return { kind: 'list', items }
    }
    if (token.startsWith('"')) return { kind: 'text', value: JSON.parse(token) as string }
    if (token === 'true' || token === 'false' || token === 'null') return { kind: 'word', word: token }
    return { kind: 'number', spelling: token }
  }
  return value()
}
