import * as z from 'zod/mini'
import { anyWork, isTemplate, messageTemplate, type MessageReason } from '../../kind/system/message.ts'
import { personId, queueId, type QueueId } from '../../record/id.ts'
import { managerOnDuty, ownerOnDuty, watcherOnDuty, type Duty, type OnDuty } from '../../assign/on-duty.ts'
import { nearest } from '../../source/source.ts'
import { noted, notified, type Progress, type Situation, type Step } from '../progress.ts'
import { checkName, named, verb, type CheckContext, type Need } from '../verb.ts'

const roles = ['owner', 'manager', 'watchers'] as const

type TellStep = Step & { message: string; otherwise: QueueId }

/**
 * A message to one colleague. Who is absent is passed over: in place of the owner his manager is told, in place of the manager
 * one of those who watch the queue, in place of a watcher the next one. A person who is named is told in any case.
 */
export const tell = verb({
  name: 'tell',
  written: () => ({
    tell: named(
      'Whom: owner; manager (of the team); watchers (of the queue in which it lies: the one whose turn it is); or the id of a person. Somebody else is told while the one who is meant is absent; without an owner, the watchers.',
    ),
    message: named('The e-mail that is sent: a file of messages/ by its name.'),
  }),
  explain: (problem, { message }) =>
    problem.message.startsWith('message:') && typeof message !== 'string'
      ? { ...problem, code: 'no-message', message: 'a step "tell" needs a message' }
      : problem,
  check(written, context) {
    const { company, tell } = context
    const { tell: whom } = written
    if (!roles.some((role) => role === whom))
      checkName('person', whom, { known: company.people, also: roles, tell })
    checkMessage(written, context)
  },
  needs: ({ tell: whom }) => needs[whom] ?? [],
  compile: ({ tell: whom, message }, otherwise) => ({ whom: personId.parse(whom), message, otherwise }),
  step: {
    do: 'tell',
    compiled: () => ({
      whom: z.union([z.enum(roles), personId]),
      message: z.string(),
      /** whose watchers are told when nobody else is there */
      otherwise: queueId,
    }),
    describe: ({ whom, message }) => `tell ${whom}: ${message}`,
    run(step, progress, situation) {
      const { message, whom } = step
      if (whom === 'owner') return tellOwner(step, progress, situation)
      return notify(readerOf(whom), { step, message }, progress, situation)

      function readerOf(named: Exclude<typeof whom, 'owner'>): OnDuty {
        const duty = dutyOf(step, situation)
        if (named === 'manager') return managerOnDuty(progress.record, duty)
        if (named === 'watchers') return watcherOnDuty(progress.record, duty)
        return { to: named, passed: {} }
      }
    },
  },
})

const needs: Partial<Record<string, readonly Need[]>> = {
  owner: [{ what: 'owner', verb: 'assign' }],
  manager: [{ what: 'team', verb: 'route' }],
  watchers: [{ what: 'watchers', verb: 'queue' }],
} satisfies Record<(typeof roles)[number], readonly Need[]>

/** A message is told where what it needs can be known: nothing of a merge, of the watchdog, or of a later step. */
function checkMessage(
  { tell: whom, message: name }: { tell: string; message: string },
  context: CheckContext,
): void {
  const { messages, refused, about, given, tellOf } = context
  if (refused?.messages.has(name)) return
  const tell = tellOf('message')
  const message = Object.hasOwn(messages, name) ? messages[name] : undefined
  if (!message) {
    const known = [...Object.keys(messages), ...(refused?.messages ?? [])].toSorted()
    const near = nearest(name, known)
    const all = known.length ? `there are ${known.join(', ')}` : 'there is no file in messages/'
    return tell('unknown-message', `unknown message "${name}"; ${all}`, near && `did you mean "${near}"?`)
  }
  if (about !== undefined && message.record !== about && message.record !== anyWork)
    return tell('wrong-message', `"${name}" tells of the ${message.record}, not of a ${about}`)
  for (const { name: fact, ownOnly, after } of message.needs) {
    const lacks = (why: string): void => tell('missing-data', `"${name}" needs "${fact}", ${why}`)
    if (ownOnly) lacks('which no step of a workflow knows')
    else if (after && !given.has(after)) lacks('which no step before this one gives')
    else if (fact === 'owner' && whom === 'owner') lacks('and its reader is the owner')
  }
}

/** What is told to whom, and why. */
interface Telling {
  step: Step
  message: string
  reason?: MessageReason
  absentUntil?: string | undefined
}

function tellOwner(step: TellStep, progress: Progress, situation: Situation): Progress {
  const { kind } = situation
  const { ownerId: owner } = progress.record
  if (!owner) {
    const queued = { step, message: messageTemplate(kind, 'queued') }
    const told = notify(watcherOnDuty(progress.record, dutyOf(step, situation)), queued, progress, situation)
    return noted(told, step, 'skip', { because: 'no owner', told: told.notices.map(({ to }) => to) })
  }
  const found = ownerOnDuty(progress.record, dutyOf(step, situation))
  if (found.to !== owner) {
    const absentUntil = found.passed[owner]
    const overdue = {
      step,
      message: messageTemplate(kind, 'overdue'),
      reason: 'owner-absent',
      absentUntil,
    } as const
    return notify(found, overdue, progress, situation)
  }
  // Nobody else was found: the message about a change of owner would not be true.
  const remains = isTemplate(step.message, kind, 'reassigned') && progress.reason === 'nobody-else'
  const message = remains ? messageTemplate(kind, 'reminder') : step.message
  return notify(found, { step, message }, progress, situation)
}

const dutyOf = ({ otherwise: lastResort }: TellStep, { rules, absences, now }: Situation): Duty => ({
  company: rules.company,
  absences,
  lastResort,
  now,
})

/** Tells whoever is there, and says who is not. */
function notify(
  { to, passed }: OnDuty,
  { step, message: template, reason, absentUntil }: Telling,
  progress: Progress,
  situation: Situation,
): Progress {
  const because = reason ?? progress.reason ?? reasonOf(template, situation)
  const told = notified(progress, { to, template, reason: because, absentUntil })
  return Object.keys(passed).length
    ? noted(told, step, 'skip', { because: 'absent', told: [to], until: { ...passed } })
    : told
}

const reasonOf = (template: string, { kind }: Situation): MessageReason | undefined =>
  isTemplate(template, kind, 'overdue') || isTemplate(template, kind, 'reminder') ? 'no-answer' : undefined
