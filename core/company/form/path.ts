import { isBranch, type Branch, type Tree } from './tree.ts'

/*
 * A path says where in a body something stands:
 *   form_response.answers[field.ref=mail].email   names by dots; of a list the entries whose `field.ref` is `mail`
 *   field_data[name=email].values[0]              an entry by its place, counted from 0; [*] is every entry
 *   fields[email][value]                          names in brackets, as PHP writes them; the same as fields.email.value
 *   data["1.3"]                                   a name with dots, brackets or quotes in it, in double quotes
 * A path that is wholly the name of a field of a form (`your.email`) means that field.
 */

export type Step =
  | { kind: 'name'; name: string }
  | { kind: 'every' }
  | { kind: 'where'; steps: Step[]; is: string }

/** A path that cannot be read; `offset` counts from 0. */
export class PathError extends Error {
  readonly offset: number
  constructor(message: string, offset: number) {
    super(message)
    this.name = 'PathError'
    this.offset = offset
  }
}

export interface Found {
  tree: Tree
  /** places from the root on, such as `/0/3/`: what lies within has it as its beginning */
  spot: string
}

export const rootSpot = '/'
export const spotOf = (parent: string, place: number): string => `${parent}${place}/`

/** A spot and all in which it lies, the innermost first. */
export function around(spot: string): string[] {
  const spots: string[] = []
  for (let end = spot.length; end > 1; end = spot.lastIndexOf('/', end - 2) + 1)
    spots.push(spot.slice(0, end))
  return spots
}

/** Paths as a form gives them: one, or several in their order. */
export const listOf = (paths: string | readonly string[] = []): readonly string[] =>
  typeof paths === 'string' ? [paths] : paths

/** Throws PathError. */
export function parsePath(text: string): Step[] {
  const steps: Step[] = []
  let at = 0
  while (at < text.length) {
    if (text[at] === '[') {
      const [step, end] = readBracket(text, at)
      steps.push(step)
      at = end
    } else {
      if (steps.length > 0 && text[at] !== '.') throw new PathError('a dot or [ belongs here', at)
      if (text[at] === '.' && steps.length === 0) throw new PathError('a path begins with a name', at)
      const start = text[at] === '.' ? at + 1 : at
      const [name, end] = text[start] === '"' ? readQuoted(text, start) : readBare(text, start)
      if (name === '') throw new PathError('a name is missing', start)
      steps.push({ kind: 'name', name })
      at = end
    }
  }
  if (steps.length === 0) throw new PathError('the path is empty', 0)
  return steps
}

function readBare(text: string, start: number): [string, number] {
  const bare = /[^.[\]"]*/y
  bare.lastIndex = start
  const name = bare.exec(text)?.[0] ?? ''
  const end = start + name.length
  if (text[end] === ']') throw new PathError('this ] closes no [', end)
  if (text[end] === '"') throw new PathError('a name in quotes stands alone: "…"', end)
  return [name.trim(), end]
}

function readQuoted(text: string, start: number): [string, number] {
  const quoted = /"((?:[^"\\]|\\.)*)"/y
  quoted.lastIndex = start
  const found = quoted.exec(text)
  if (!found) throw new PathError('the closing quote is missing', start)
  return [found[1]!.replace(/\\(.)/g, '$1'), start + found[0].length]
}

function readBracket(text: string, open: number): [Step, number] {
  const start = open + 1
  if (text[start] === '"') {
    const [name, end] = readQuoted(text, start)
    return [{ kind: 'name', name }, closing(text, end, open)]
  }
  const inner = /[^\]="]*/y
  inner.lastIndex = start
  const head = inner.exec(text)?.[0] ?? ''
  const after = start + head.length
  if (text[after] === '=') {
    const [is, end] = text[after + 1] === '"' ? readQuoted(text, after + 1) : readUntil(text, after + 1)
    if (is === '') throw new PathError('what it must be is missing: [name=email]', after + 1)
    return [{ kind: 'where', steps: within(head, start), is }, closing(text, end, open)]
  }
  const end = closing(text, after, open)
  const name = head.trim()
  if (name === '*') return [{ kind: 'every' }, end]
  if (name === '')
    throw new PathError('nothing stands between the brackets: a name, a place, * or name=value', open)
  return [{ kind: 'name', name }, end]
}

function within(head: string, offset: number): Step[] {
  try {
    return parsePath(head)
  } catch (error) {
    if (error instanceof PathError) throw new PathError(error.message, offset + error.offset)
    throw error
  }
}

function readUntil(text: string, start: number): [string, number] {
  const end = text.indexOf(']', start)
  const stop = end < 0 ? text.length : end
  return [text.slice(start, stop).trim(), stop]
}

function closing(text: string, at: number, open: number): number {
  if (text[at] !== ']') throw new PathError('the closing ] is missing', at < text.length ? at : open)
  return at + 1
}

/** Everything that a path means in a body, in order. `text` must be a path that can be read. */
export function findPath(root: Branch, text: string): Found[] {
  // The field of this very name, as a form sends it.
  const literal = root.entries.flatMap(([key, tree], place): Found[] =>
    key === text ? [{ tree, spot: spotOf(rootSpot, place) }] : [],
  )
  return literal.length ? literal : follow([{ tree: root, spot: rootSpot }], parsePath(text))
}

function follow(from: Found[], steps: readonly Step[]): Found[] {
  return steps.reduce<Found[]>((found, step) => found.flatMap((place) => take(place, step)), from)
}

function take({ tree, spot }: Found, step: Step): Found[] {
  if (!isBranch(tree)) return []
  return tree.entries.flatMap(([key, child], place): Found[] => {
    const next = { tree: child, spot: spotOf(spot, place) }
    if (step.kind === 'every') return [next]
    if (step.kind === 'name') return key === step.name ? [next] : []
    const isIt = follow([next], step.steps).some(
      (found) => !isBranch(found.tree) && found.tree !== null && String(found.tree) === step.is,
    )
    return isIt ? [next] : []
  })
}

/** One step as a path writes it, so that what is read is the step again. */
export const writeName = (name: string, isFirst: boolean): string => {
  if (/^\d+$/.test(name)) return isFirst ? name : `[${name}]`
  if (/^[^\s.[\]"=*][^.[\]"]*$/.test(name) && name === name.trim()) return isFirst ? name : `.${name}`
  return `["${name.replace(/["\\]/g, '\\$&')}"]`
}

/** Each entry of a list by what tells it from the others, where one of the names does; else by its place. */
export function writeEntries(list: Branch): string[] {
  const written: string[] = []
  for (const { path, steps } of telling) {
    if (!list.entries.some((_, place) => written[place] === undefined)) break
    const values = list.entries.map(([, child]) => follow([{ tree: child, spot: '' }], steps)[0]?.tree)
    const times = new Map<unknown, number>()
    for (const value of values) times.set(value, (times.get(value) ?? 0) + 1)
    for (const [place, own] of values.entries()) {
      const isPlain =
        typeof own === 'string' && /^[^\]"\\]{1,60}$/.test(own) && own === own.trim() && own !== ''
      if (isPlain && times.get(own) === 1) written[place] ??= `[${path}=${own}]`
    }
  }
  return list.entries.map((_, place) => written[place] ?? `[${place}]`)
}

const telling = [
  'field.ref',
  'ref',
  'key',
  'column_id',
  'name',
  'label',
  'question',
  'title',
  'id',
  'field',
].map((path) => ({ path, steps: parsePath(path) }))
