import { listOf, next, objectOf, refTo } from './operation.ts'
import type { JsonSchema } from './schema.ts'

/* What is answered that is no record of a kind; doors name it in `answers` of their calls. */

const text = (description?: string): JsonSchema => ({ type: 'string', ...(description && { description }) })
const time = (description?: string): JsonSchema => ({
  type: 'string',
  format: 'date-time',
  ...(description && { description }),
})
const idOf = (...kinds: string[]): JsonSchema => ({ type: 'string', 'x-refers-to': kinds })

const reach: JsonSchema = { type: 'string', enum: ['own', 'team', 'territory', 'all'] }

export const answers: Readonly<Record<string, JsonSchema>> = {
  Next: next,
  Event: {
    ...objectOf(
      {
        at: time(),
        what: text('`received`, `decision`, `message`, `activity`, `consent`, `change`, `record` …'),
        of: objectOf({ kind: text(), id: text() }),
        isPart: { const: true, description: 'there is more, which the caller may not see' },
      },
      ['of', 'isPart'],
    ),
    description:
      'Something that happened, in words of its own; `of`: to a record that this one was before, such as the lead of a customer',
  },
  Entry: {
    ...objectOf({
      at: time(),
      kind: text('`activity`, `consent`, `milestone`, or the kind of a record'),
      id: text('of a milestone that of the event by which it was announced'),
      title: text(),
    }),
    description:
      'One line of a file: something that happened, or a record that is filed in it, with its line',
  },
  WorkLine: objectOf(
    {
      kind: text(),
      id: text(),
      called: text('its title'),
      next: text('what is to be done next'),
      due: time('until when'),
      overdue: {
        type: 'boolean',
        description:
          'something of it is late, or was when it was raised to the next level, and nobody has worked on it since',
      },
      lateSince: time('since when what was promised is not kept, or its next step not done'),
      url: text('where the rest is read'),
      line: { type: 'object', description: 'the fields that lists show, as far as the caller may see them' },
      record: { type: 'object', description: 'with `fields=record`: what its `url` answers' },
    },
    ['called', 'lateSince', 'record'],
  ),
  WorkCount: {
    ...objectOf(
      {
        total: { type: 'integer' },
        overdue: { type: 'integer' },
        kinds: { type: 'object', description: 'by kind', additionalProperties: { type: 'integer' } },
        isMore: { const: true, description: 'there are more than were counted: each is at least this' },
      },
      ['isMore'],
    ),
    description: 'How much there is, on all pages',
  },
  Me: {
    ...objectOf(
      {
        person: objectOf({ id: idOf('person'), name: text(), language: text(), timeZone: text('IANA') }),
        program: objectOf({ name: text(), scopes: listOf(text()) }),
        roles: listOf(objectOf({ id: text(), title: text() })),
        teams: listOf(text('the id of one of which he is a member, or which he manages')),
        watches: listOf(text('the id of a queue')),
        company: objectOf({
          name: text(),
          languages: listOf(text()),
          currency: text('ISO 4217'),
          timeZone: text('that of most teams'),
        }),
        may: {
          type: 'object',
          description: 'by the names of kinds; of one that is absent nothing may be done',
          additionalProperties: refTo('Allowed'),
        },
        can: listOf(text('what is done with no record: `plan-absences`')),
        now: time('not part of the ETag'),
      },
      ['person', 'program', 'roles', 'teams', 'watches'],
    ),
    description: 'Who calls: a person with his place in the company, or a program with the scopes of its key',
  },
  Allowed: {
    ...objectOf(
      {
        read: reach,
        create: reach,
        change: reach,
        do: {
          type: 'object',
          description:
            'what else is done with a record, by its name: `take`, `solve`, `activity`, `consent`, `convert`',
          additionalProperties: reach,
        },
        hidden: listOf(text('a field that is neither shown nor taken')),
      },
      ['read', 'create', 'change', 'hidden'],
    ),
    description:
      'How far each reaches; what is absent may not. What reaches as far as `read` reaches every record that is seen',
  },
  Directory: objectOf({
    people: listOf(
      objectOf(
        {
          id: text(),
          name: text(),
          teams: listOf(text('the id of one of which he is a member, or which he manages')),
          absentUntil: time('of whoever is away now; to programs with the scope absences:read'),
        },
        ['absentUntil'],
      ),
    ),
    teams: listOf(objectOf({ id: text(), title: text(), people: listOf(text()), manager: text() })),
    queues: listOf(objectOf({ id: text(), title: text(), watchers: listOf(text()) })),
    forms: listOf(
      objectOf({ id: text(), title: { type: 'object', description: 'by the languages' } }, ['title']),
    ),
  }),
  Accepted: {
    ...objectOf(
      {
        submissionId: idOf('submission'),
        leadId: idOf('lead'),
        outcome: {
          type: 'string',
          enum: ['lead', 'merged', 'quarantined', 'spooled'],
          description:
            'a new lead; merged into an open one of the same customer; kept for a person to look at; safe, and stored later (202)',
        },
      },
      ['leadId', 'outcome'],
    ),
    description: 'What became of a submission. A form with a secret tells only its number',
  },
  Submission: {
    ...objectOf(
      {
        id: text(),
        createdAt: time(),
        outcome: text(),
        formId: text(),
        suspicion: listOf(text()),
        fields: listOf(objectOf({ name: text(), value: {} })),
      },
      ['formId', 'suspicion', 'fields'],
    ),
    'x-record': 'submission',
  },
  ProgramKey: {
    ...objectOf(
      {
        id: text(),
        program: text(),
        scopes: listOf(text()),
        createdAt: time(),
        createdBy: text(),
        usedAt: time('roughly: it lags up to an hour behind'),
        revokedAt: time(),
        revokedBy: text(),
        key: text('the key itself, told once: when it was made, and not to a repetition'),
      },
      ['usedAt', 'revokedAt', 'revokedBy', 'key'],
    ),
    'x-record': 'key',
  },
  Absence: {
    ...objectOf({ id: text(), person: idOf('person'), from: time(), until: time(), reason: text() }, [
      'reason',
    ]),
    'x-record': 'absence',
  },
  Upload: {
    ...objectOf({
      method: { const: 'PUT' },
      url: text('where the bytes are sent, by whoever has it'),
      headers: { type: 'object', description: 'to be sent with them, as they are' },
      until: time('until when it holds'),
    }),
    description: 'Where exactly the bytes of which a file tells are sent',
  },
  Download: {
    ...objectOf({
      name: text('under which it is kept'),
      url: text('from which the bytes are got, by whoever has it'),
      until: time('until when it holds'),
    }),
    description: 'Where the bytes of a file are got',
  },
  ConsentState: objectOf({
    channel: text(),
    purpose: text(),
    state: text('what counts now'),
    since: time(),
    history: listOf(refTo('Consent')),
  }),
  Found: objectOf(
    {
      kind: text(),
      id: text(),
      called: text('its title'),
      line: { type: 'object', description: 'the fields that lists show, as far as the caller may see them' },
      because: listOf({ type: 'object', description: 'which field has what of it' }),
    },
    ['called'],
  ),
  Match: {
    ...objectOf(
      {
        kind: { type: 'string', enum: ['customer', 'contact'] },
        id: text(),
        called: text('its title'),
        line: {
          type: 'object',
          description: 'the fields that lists show, as far as the caller may see them',
        },
        because: listOf(
          objectOf({
            lead: text('the field of the lead: `contact.email`'),
            asked: text('what it says there'),
            field: text('the field that has it: `emails`; `customerId.name`: that of its customer'),
            how: { type: 'string', enum: ['is', 'begins', 'has', 'like'] },
          }),
        ),
        convert: objectOf(
          {
            customer: objectOf({ id: idOf('customer') }),
            contact: objectOf({ id: idOf('contact') }),
          },
          ['contact'],
        ),
      },
      ['called', 'convert'],
    ),
    description:
      'Somebody whom a lead may be already, with what agrees. `convert` is sent to `POST /leads/{id}/convert` where it is he',
  },
  RebuildStep: objectOf(
    {
      written: { type: 'integer', description: 'records whose postings were written' },
      removed: { type: 'integer', description: 'postings that were removed' },
      next: { type: 'object', description: 'to be sent as `place`; absent: all is done' },
    },
    ['next'],
  ),
  Denial: { ...objectOf({ at: time() }), description: 'Who was refused what, and when' },
  SignIn: objectOf({ issuer: text('of OpenID Connect'), clientId: text(), scope: text() }),
}
