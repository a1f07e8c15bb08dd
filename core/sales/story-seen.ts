import type { Event } from './story.ts'

/** What somebody does not see. */
export interface Unseen {
  /** whether fields of the kind of the record are hidden from him */
  hasHidden: boolean
  /** whether a fact is, by the name of its kind and of its field */
  isHidden(kind: string, field: string): boolean
}

/**
 * What of a story somebody sees from whom fields are hidden. Words as they came and as they were sent may have what any field has,
 * so they are not told to whoever does not see all of the record; of a decision he is told what it rested on but for what he does
 * not see. `isPart` says that there is more.
 */
export function seenStory(events: readonly Event[], unseen: Unseen): Event[] {
  return events.map((event) => {
    if (event.what === 'decision' && Array.isArray(event.steps))
      return { ...event, steps: (event.steps as Step[]).map((step) => seenStep(step, unseen)) }
    return unseen.hasHidden ? withoutWords(event) : event
  })
}

/** What has words of the customer, by what happened. */
const words: Readonly<Record<string, readonly string[]>> = {
  submission: ['fields', 'consent', 'raw', 'undecoded'],
  message: ['subject', 'text', 'cut', 'because'],
  activity: ['writer', 'changes'],
}

function withoutWords(event: Event): Event {
  const told = words[event.what] ?? []
  const seen = Object.entries(event).filter(([name]) => !told.includes(name))
  const isPart = seen.length < Object.keys(event).length
  return isPart ? { ...(Object.fromEntries(seen) as Event), isPart } : event
}

type Step = { facts?: Readonly<Record<string, unknown>>; summary?: string } & Record<string, unknown>

function seenStep(step: Step, { isHidden }: Unseen): Step {
  const facts = Object.entries(step.facts ?? {})
  const seen = facts.filter(([name]) => {
    const [kind = '', field = ''] = name.split('.')
    return !isHidden(kind, field)
  })
  if (seen.length === facts.length) return step
  // Its sentence names values.
  const { summary: _, ...rest } = step
  return { ...rest, facts: Object.fromEntries(seen), isPart: true }
}
