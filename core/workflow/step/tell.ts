import * as z from 'zod/mini'
import { messageFacts } from '../../message/template/fact.ts'
import { messageTemplate, type MessageReason } from '../../kind/system/message.ts'
import { personId, queueId, type PersonId, type QueueId } from '../../record/id.ts'
import { nearest } from '../../source/source.ts'
import { awayUntil, noted, notified, type Progress, type Situation, type Step } from '../progress.ts'
import { checkName, named, verb, type CheckContext, type Need } from '../verb.ts'

const roles = ['owner', 'manager', 'watchers'] as const

/** A message to colleagues. */
export const tell = verb({
  name: 'tell',
  written: () => ({
    tell: named(
      'owner, manager (of the team), watchers (of the queue in which the lead lies) or the id of a person. Without an owner, the watchers and the manager are told.',
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
      const { message, whom, otherwise } = step
      if (whom === 'owner') return tellOwner(step, progress, situation)
      if (whom === 'manager') return tellManager({ step, message, otherwise }, progress, situation)
      if (whom === 'watchers') return tellWatchers(step, progress, situation)
      return notify([whom], { message }, progress, situation)
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
  const { messages, about, given, tellOf } = context
  const tell = tellOf('message')
  const message = Object.hasOwn(messages, name) ? messages[name] : undefined
  if (!message) {
    const known = Object.keys(messages).toSorted()
    const near = nearest(name, known)
    const all = known.length ? `there are ${known.join(', ')}` : 'there is no file in messages/'
    return tell('unknown-message', `unknown message "${name}"; ${all}`, near && `did you mean "${near}"?`)
  }
  if (about !== undefined && message.record !== about)
    return tell('wrong-message', `"${name}" tells of the ${message.record}, not of a ${about}`)
  for (const fact of message.needs) {
    const { ownOnly, after } = messageFacts[message.record]?.[fact] ?? {}
    const lacks = (why: string): void => tell('missing-data', `"${name}" needs "${fact}", ${why}`)
    if (ownOnly) lacks('which no step of a workflow knows')
    else if (after && !given.has(after)) lacks('which no step before this one gives')
    else if (fact === 'owner' && whom === 'owner') lacks('and its reader is the owner')
  }
}

interface Telling {
  step: Step
  message: string
  otherwise: QueueId
  reason?: MessageReason
  absentUntil?: string
}

function tellOwner(
  telling: Omit<Telling, 'step'> & Step,
  progress: Progress,
  situation: Situation,
): Progress {
  const { message, otherwise } = telling
  const { kind } = situation
  const owner = progress.record.ownerId
  if (!owner) {
    const queued = { step: telling, otherwise, message: messageTemplate(kind, 'queued') }
    const told = tellManager(queued, tellWatchers(queued, progress, situation), situation)
    return noted(told, telling, 'skip', { because: 'no owner', told: told.notices.map(({ to }) => to) })
  }
  // Nobody else was found: the message about a change of owner would not be true.
  const remains = message === messageTemplate(kind, 'reassigned') && progress.reason === 'nobody-else'
  const told = notify(
    [owner],
    { message: remains ? messageTemplate(kind, 'reminder') : message },
    progress,
    situation,
  )
  const absent = awayUntil(owner, situation)
  if (!absent) return told
  const overdue: Telling = {
    step: telling,
    otherwise,
    message: messageTemplate(kind, 'overdue'),
    reason: 'owner-absent',
    absentUntil: absent,
  }
  return noted(tellManager(overdue, told, situation), telling, 'skip', {
    because: 'the owner is absent, the manager is told',
    owner,
    until: absent,
  })
}

function tellManager(telling: Telling, progress: Progress, situation: Situation): Progress {
  const { rules } = situation
  const { manager } = rules.team(progress.record.teamId ?? '')
  const told = notify([manager], telling, progress, situation)
  const away = awayUntil(manager, situation)
  if (!away) return told
  return noted(
    notify(rules.queue(telling.otherwise).watchers, telling, told, situation),
    telling.step,
    'skip',
    { because: 'the manager is absent, the watchers are told', manager, until: away },
  )
}

const tellWatchers = (
  telling: Pick<Telling, 'message' | 'otherwise'>,
  progress: Progress,
  situation: Situation,
): Progress =>
  notify(
    situation.rules.queue(progress.record.queueId ?? telling.otherwise).watchers,
    { message: telling.message },
    progress,
    situation,
  )

function notify(
  people: readonly PersonId[],
  { message, reason, absentUntil }: Pick<Telling, 'message' | 'reason' | 'absentUntil'>,
  progress: Progress,
  situation: Situation,
): Progress {
  const because = reason ?? progress.reason ?? reasonOf(message, situation)
  return people.reduce(
    (before, to) => notified(before, { to, template: message, reason: because, absentUntil }),
    progress,
  )
}

const reasonOf = (template: string, { kind }: Situation): MessageReason | undefined =>
  template === messageTemplate(kind, 'overdue') || template === messageTemplate(kind, 'reminder')
    ? 'no-answer'
    : undefined
