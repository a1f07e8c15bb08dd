/*
 * Problem: of two equal names in one JSON object JSON.parse keeps the last, so what stood under the first is gone before
 * anybody has seen it. RFC 8259 (section 4) leaves open what becomes of them; forms do send a name again.
 * Representation: one pass over the tokens of a text that is known to be valid, with the names of each open object.
 * Invariant: where no name is repeated, the answer is nothing, and JSON.parse reads the text as before.
 * Rejected: a parser of our own for every body, whose values would need proving.
 */

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g

interface OpenObject {
  start: number
  names: Set<string>
  isRepeated: boolean
}

/**
 * The names and values of an object, every one of them in its order, as JSON texts; undefined when no object in the
 * text repeats a name. An object further inside that repeats one becomes a text of its own, which hides nothing.
 * @param json a valid JSON text of an object
 */
export function splitRepeated(json: string): [name: string, value: string][] | undefined {
  const open: (OpenObject | undefined)[] = []
  const inner: { start: number; end: number }[] = []
  const entries: { name: string; start: number; end: number }[] = []
  let isRepeated = false
  let last = ''
  for (const { 0: text, index } of json.matchAll(token)) {
    const here = open.at(-1)
    if (text === '{') open.push({ start: index, names: new Set(), isRepeated: false })
    else if (text === '[') open.push(undefined)
    else if (text === '}' || text === ']') {
      open.pop()
      if (!open.length && entries.length) entries.at(-1)!.end = index
      if (here?.isRepeated && open.length) {
        // What lies inside of it was closed before, and is part of its text.
        while (inner.length && inner.at(-1)!.start > here.start) inner.pop()
        inner.push({ start: here.start, end: index + 1 })
      }
    } else if (text === ':' && here) {
      const name = JSON.parse(last) as string
      if (here.names.has(name)) isRepeated = here.isRepeated = true
      here.names.add(name)
      if (open.length === 1) entries.push({ name, start: index + 1, end: index + 1 })
    } else if (text === ',' && open.length === 1 && entries.length) entries.at(-1)!.end = index
    last = text
  }
  if (!isRepeated) return undefined
  let next = 0
  return entries.map(({ name, start, end }) => {
    let value = ''
    let from = start
    for (; next < inner.length && inner[next]!.end <= end; next++) {
      const part = inner[next]!
      value += json.slice(from, part.start) + JSON.stringify(json.slice(part.start, part.end))
      from = part.end
    }
    return [name, (value + json.slice(from, end)).trim()]
  })
}
