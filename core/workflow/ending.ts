import { compilePattern } from '#pattern/pattern.ts'

/**
 * Which workflows an event of the bus ends. One rule hands on every event of a type that any `until:` names; whether
 * it ends a run is decided here, by the whole pattern.
 * @param until the pattern of each workflow that has one, by the workflow's name
 */
export function endingsOf(until: Readonly<Record<string, object>>): (event: object) => string[] {
  const compiled = Object.entries(until).map(
    ([workflow, pattern]) => [workflow, compilePattern(pattern)] as const,
  )
  return (event) => compiled.flatMap(([workflow, pattern]) => (pattern.matches(event) ? [workflow] : []))
}

/** The alternatives of `detail-type` of all patterns, each once: what the one rule asks for. */
export function endingTypes(until: Readonly<Record<string, object>>): unknown[] {
  const types = Object.values(until).flatMap(
    (pattern) => (pattern as { 'detail-type'?: unknown[] })['detail-type'] ?? [],
  )
  return [...new Map(types.map((type) => [JSON.stringify(type), type])).values()]
}
