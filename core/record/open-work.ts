import { Fault } from './fault.ts'
import type { PersonId, QueueId, TeamId } from './id.ts'
import type { AnyRecord, Kind, Kinds } from './kind.ts'
import { isOpen } from './place.ts'
import { isPlanned, type PromisePlan } from './work.ts'

/** A record of a kind with `work`, of which an engine knows only what all of them have. */
export type WorkRecord = AnyRecord & {
  createdAt: string
  updatedAt: string
  status?: string | undefined
  teamId?: TeamId | undefined
  ownerId?: PersonId | undefined
  queueId?: QueueId | undefined
  next?: string | undefined
  due?: string | undefined
  runId?: string | undefined
  hop?: number | undefined
  raised?: number | undefined
}

export interface WorkKind extends Kind<WorkRecord> {
  work: { promises: readonly PromisePlan[]; steps: readonly string[]; begins?: 'with-caller' }
}

/** The kind of this name. Throws Fault `config.broken` when there is none, or none that is worked on. */
export function workKind(kinds: Kinds, name: string): WorkKind {
  const kind = kinds.get(name)
  if (!isWorkKind(kind)) throw new Fault('config.broken', `there is no kind "${name}" of open work`)
  return kind
}

export const isWorkKind = (kind: Kind | undefined): kind is Kind & WorkKind => kind?.work !== undefined

/** What is to be done next on a record that somebody has: what is promised and not kept yet, else what he plans. */
export const nextStep = ({ work }: WorkKind, record: WorkRecord): string =>
  work.promises.find(({ keptBy }) => record[keptBy] === undefined)?.step ?? isPlanned

/**
 * Why there is nothing left to chase, in the word of the event that said so: `closed`, or that of the promise which was
 * kept last, such as `answered`. Nothing while something is promised; open work that promises nothing only ends closed.
 */
export function whyDone(kind: WorkKind, record: WorkRecord): string | undefined {
  if (!isOpen(kind, record)) return 'closed'
  const { promises } = kind.work
  if (!promises.length || promises.some(({ keptBy }) => record[keptBy] === undefined)) return undefined
  return wordOfKeeping(kind, promises.at(-1)!)
}

/** The event that says that a promise was kept: `answered`. */
export const wordOfKeeping = ({ events = {} }: Pick<Kind, 'events'>, { keptBy }: PromisePlan): string =>
  Object.entries(events).find(([, field]) => field === keptBy)?.[0] ?? 'kept'

/** The times that are promised, by their fields. */
export const promisedTimes = ({ work }: WorkKind, record: WorkRecord): Record<string, string> =>
  Object.fromEntries(
    work.promises.flatMap(({ field }) => {
      const at = record[field]
      return typeof at === 'string' ? [[field, at]] : []
    }),
  )

/**
 * Since when open work is late, by the record or its line: since what was promised first of all that is over and not kept, else
 * since its next step was due. Where somebody else is waited for nothing is promised meanwhile.
 * @param hidden fields from which nothing may be told to whoever asks
 */
export function lateSince(
  { work, lifecycle }: Pick<Kind, 'work' | 'lifecycle'>,
  record: Readonly<Record<string, unknown>>,
  { now, hidden }: { now: string; hidden?: ReadonlySet<string> },
): string | undefined {
  const isPaused = lifecycle?.states[String(record.status)]?.pauses === true
  const running = (work?.promises ?? []).filter(
    ({ field, keptBy }) =>
      !isPaused && record[keptBy] === undefined && !hidden?.has(field) && !hidden?.has(keptBy),
  )
  const times = [...running.map(({ field }) => record[field]), record.due]
  return times
    .filter((at) => typeof at === 'string')
    .filter((at) => at <= now)
    .toSorted()[0]
}
