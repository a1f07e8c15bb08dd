import { SourceError, type Problem, type Source } from '../source/source.ts'

type Path = readonly (string | number)[]

/** The company's files as one. Throws SourceError for a name that is given twice. */
export function joinSources(sources: readonly Source[]): Source {
  // Without a prototype: a part called `__proto__` is a part that is refused, and not what all parts come from.
  const value = Object.create(null) as Record<string, unknown>
  const origin = new Map<string, Source>()
  const problems: Problem[] = []
  const refuse = (source: Source, path: Path, code: string, message: string) =>
    problems.push({ ...source.locate(path, 'key'), severity: 'error', code, message })

  for (const source of sources) {
    if (!isMapping(source.value)) {
      refuse(source, [], 'wrong-value', 'the file must be a mapping, such as `people:` with a name per line')
      continue
    }
    for (const [part, given] of Object.entries(source.value)) {
      const before = value[part]
      if (before === undefined || !isMapping(given) || !isMapping(before)) {
        if (before === undefined) value[part] = given
        else refuse(source, [part], 'given-twice', `${part} is given in another file too`)
      } else {
        for (const name of Object.keys(given).filter((name) => Object.hasOwn(before, name)))
          refuse(source, [part, name], 'given-twice', `${part}.${name} is given in another file too`)
        value[part] = { ...before, ...given }
      }
      origin.set(part, origin.get(part) ?? source)
      if (isMapping(given)) for (const name of Object.keys(given)) origin.set(`${part}/${name}`, source)
    }
  }
  if (problems.length) throw new SourceError(problems)

  const sourceOf = (path: Path) =>
    origin.get(`${path[0]}/${path[1]}`) ?? origin.get(String(path[0])) ?? sources[0]
  return {
    file: 'company/',
    text: '',
    value,
    locate: (path, part) => sourceOf(path)?.locate(path, part) ?? { file: 'company/', line: 1, column: 1 },
    slice: (path) => sourceOf(path)?.slice(path),
  }
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
