import { compilePattern } from '#pattern/pattern.ts'
import type { Kind, Kinds } from '../../record/kind.ts'
import type { Problem, Source } from '../../source/source.ts'

/** A workflow as it was read, with the events that begin it. */
export interface Begun {
  source: Source
  when: object
}

/**
 * Warns of records that no workflow takes up once they are opened again: they wait for one, and end in a queue with an alert. Told at the
 * first workflow that works on their kind.
 */
export function openedAgainWarnings(workflows: readonly Begun[], kinds: Kinds): Problem[] {
  const begins = workflows.map(({ source, when }) => {
    const { 'detail-type': types } = when as { 'detail-type'?: unknown[] }
    const pattern = compilePattern({ 'detail-type': types ?? [{ exists: true }] })
    return { source, matches: (type: string): boolean => pattern.matches({ 'detail-type': type }) }
  })
  return [...kinds.values()].flatMap((kind) => {
    const first = begins.find(({ matches }) => matches(`${kind.name}.created`))
    return [...new Set(openingOf(kind))]
      .filter(() => first !== undefined)
      .filter((type) => !begins.some(({ matches }) => matches(type)))
      .map((type) => ({
        ...first!.source.locate(['when', 'detail-type']),
        severity: 'warning' as const,
        code: 'opened-again',
        message: `no workflow begins with "${type}": a ${kind.name} that is opened again ends in a queue, with an alert`,
        hint: `add "${type}" to the events of this workflow, or of another`,
      }))
  })
}

/** The events of transitions by which anybody opens again what was closed. */
function openingOf({ name, work, lifecycle, doors }: Kind): string[] {
  if (!work || !lifecycle || doors?.includes('move') === false) return []
  const isOpen = (state: string): boolean => lifecycle.states[state]?.open === true
  return Object.values(lifecycle.transitions)
    .filter(({ from, to }) => isOpen(to) && from.some((state) => !isOpen(state)))
    .map(({ event }) => `${name}.${event}`)
}
