import { keyOf } from '../record/key.ts'
import { submissionId, type LeadId } from '../record/id.ts'
import { Fault, isFault } from '../record/fault.ts'
import { submissionKind } from '../kind/system/submission.ts'
import { readPosted } from '../kind/sales/posted.ts'
import { readRecord, type Store, type Write } from '../store/store.ts'
import { newestOf } from '../store/run-read.ts'
import { arriveAgain, type Arrival } from './arrival.ts'
import {
  keysToRead,
  knownFrom,
  leadKeysOf,
  nothingKnown,
  receive,
  restore,
  runsOf,
  wordKeysOf,
  type Answer,
  type IntakeTools,
  type Known,
  type Reception,
} from './receive.ts'
import { contentOf } from './submission-id.ts'

/** Everybody who writes to one lead at once can be refused once by each of the others. */
const attempts = 30

/**
 * Stores a submission and what follows from it. Returns once it is durable.
 * Throws Fault `key.reused`, and `store.unavailable` when the store refuses to work.
 */
export async function takeIn(store: Store, arrival: Arrival, tools: IntakeTools): Promise<Answer> {
  const once = (own: Arrival): Promise<Answer> =>
    untilStored((known) => receive(own, known, tools), own, { store, tools })
  try {
    return await once(arrival)
  } catch (error) {
    // Other words under the number of a service's event: the number was none, and this customer is somebody else.
    const { wordsId: id } = arrival.submission
    if (!id || !isFault(error, 'key.reused')) throw error
    return once({ ...arrival, id, submission: { ...arrival.submission, id } })
  }
}

/**
 * Stores a submission that has been acknowledged already, so it cannot be refused any more: content under a key that
 * was used for other content gets an id of its own.
 */
export async function takeInAcknowledged(
  store: Store,
  acknowledged: Arrival,
  tools: IntakeTools,
  sha256: (text: string) => Uint8Array,
): Promise<Answer> {
  // Its receipt is out, so it is stored under it even if the same content came in the window before.
  const { earlierId: _, ...arrival } = acknowledged
  try {
    return await takeIn(store, arrival, tools)
  } catch (error) {
    if (!isFault(error, 'key.reused')) throw error
    const content = keyOf(arrival.id, contentOf(arrival.posted))
    const hash = [...sha256(content).subarray(0, 13)].map((byte) => byte.toString(16).padStart(2, '0'))
    const id = submissionId.parse(`sub_${hash.join('').toUpperCase()}`)
    const submission = { ...arrival.submission, id }
    return takeIn(store, { ...arrival, id, submission }, tools)
  }
}

/** What makes a request under a key happen once. */
export interface Once {
  /** the answer that was given before, if there is one */
  before(): Promise<Answer | undefined>
  /** keeps an answer, in the transaction of what it tells of */
  keep(answer: Answer): Write[]
}

/** Lets a quarantined submission in. Throws Fault `record.unknown`. */
export async function takeInRestored(
  store: Store,
  tools: IntakeTools,
  request: { tenant: string; id: string; by: string; now: number; leadId: LeadId },
  once: Once = { before: () => Promise.resolve(undefined), keep: () => [] },
): Promise<Answer> {
  const stored = await readRecord(store, submissionKind, request)
  if (!stored) throw new Fault('record.unknown', 'there is no such submission')
  const posted = readPosted(stored, tools.press)
  const again = arriveAgain({ stored, posted }, tools.rules.company, request)
  const { by } = request
  const decide = async (known: Known): Promise<Reception> => {
    const given = await once.before()
    if (given) return { writes: [], answer: given }
    const { writes, answer } = await restore({ stored: known.own ?? stored, again, by }, known, tools)
    return { writes: [...writes, ...once.keep(answer)], answer }
  }
  return untilStored(decide, again, { store, tools, first: { ...nothingKnown, own: stored } })
}

/** Tries with what is known so far, and after each refusal with what has been read since. */
async function untilStored(
  decide: (known: Known) => Promise<Reception>,
  arrival: Arrival,
  { store, tools, first = nothingKnown }: { store: Store; tools: IntakeTools; first?: Known },
): Promise<Answer> {
  let known = first
  for (let attempt = 0; attempt < attempts; attempt++) {
    const { writes, answer } = await decide(known)
    if (!writes.length || (await store.write(writes)).stored) return answer
    const keys = (await store.getAll(keysToRead(arrival))).filter((item) => item !== undefined)
    const leads = (await store.getAll(leadKeysOf(arrival, keys))).filter((item) => item !== undefined)
    const [words, runs] = await Promise.all([
      store.getAll(wordKeysOf(leads)),
      Promise.all(runsOf(leads).map(async (run) => newestOf(store, run))),
    ])
    const items = [...keys, ...leads, ...words.filter((item) => item !== undefined)]
    known = knownFrom(arrival, { items, runs }, tools.press)
  }
  throw new Fault('store.unavailable', 'too many are working on the same lead; please try again')
}
