import { choice, count, instant, optional, stored, value } from '../../record/field.ts'
import { recordKey, type Key } from '../../record/key.ts'
import { kind, subject, type RecordOf, type Subject } from '../../record/kind.ts'
import { anyWork } from '../../record/vocabulary.ts'

const forWorkflows = { given: true, noFact: 'belongs to workflows' }

export const alertKind = kind({
  name: 'alert',
  plural: 'alerts',
  prefix: 'alert',
  title: 'Alert',
  help: 'Something that a person must look at: a failed run, a message that could not be sent, a promise that passed unnoticed.',
  silent: true,
  doors: ['list', 'read', 'move'],
  fields: () => ({
    what: choice(
      'What',
      [
        'run-failed',
        'message-failed',
        'overdue',
        'unroutable',
        'forgotten',
        'loop',
        'calendar-ends',
        'mail-waits',
      ],
      { given: true, list: true, help: 'what happened' },
    ),
    subject: optional(value('Subject', subject, { given: true, noFact: 'an identifier; see its own facts' })),
    text: stored('Text', {
      given: true,
      help: 'what happened and how to mend it, in English, without personal data',
      noFact: 'words for people',
    }),
    waiting: optional(
      count('Waiting', {
        given: true,
        help: 'of `mail-waits`: so many e-mails wait; `1000` is that or more',
        noFact: 'grows after recipients were decided; the words have it',
      }),
    ),
    solvedAt: optional(
      instant('Solved', { ...forWorkflows, help: 'it is over, without anybody having acknowledged it' }),
    ),
    acknowledgedAt: optional(instant('Acknowledged', forWorkflows)),
    acknowledgedBy: optional(
      stored('Acknowledged by', {
        ...forWorkflows,
        help: 'a person, or `holdfast` when it was solved by itself',
      }),
    ),
  }),
  called: ({ what }) => what,
  // What it is about may be any of them.
  joins: [anyWork, 'customer'],
  lifecycle: {
    initial: 'open',
    states: { open: { title: 'Open', open: true }, done: { title: 'Done' } },
    transitions: {
      acknowledge: {
        title: 'Acknowledge',
        from: ['open'],
        to: 'done',
        event: 'acknowledged',
        sets: { acknowledgedAt: 'now', acknowledgedBy: 'caller' },
      },
    },
  },
})
export type Alert = RecordOf<typeof alertKind>

/** The cause makes the id, so one cause raises one alert: `run-failed.<execution>`, `mail-waits.<cause>`, … */
export const alertId = (cause: string): Alert['id'] => `alert_${cause}` as Alert['id']

export const alertKey = (tenant: string, cause: string): Key => recordKey(tenant, alertId(cause))

/** What is wrong, as of now. */
export const newAlert = ({
  tenant,
  cause,
  at,
  ...what
}: Pick<Alert, 'tenant' | 'what' | 'text' | 'waiting'> & {
  subject?: Subject | undefined
  cause: string
  at: string
}): Alert => ({
  tenant,
  version: 1,
  id: alertId(cause),
  status: 'open',
  createdAt: at,
  updatedAt: at,
  ...what,
})
