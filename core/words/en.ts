import { join, plural, type Words } from './words.ts'

export const en: Words = {
  subject: {
    'lead-assigned': ({ who, due }) => `New lead: ${who}${due ? `, answer by ${due}` : ''}`,
    'lead-reminder': ({ who }) => `Still waiting for your answer: ${who}`,
    'lead-overdue': ({ who }) => `Not answered in time: ${who}`,
    'lead-reassigned': ({ who, due }) => `Yours now: ${who}${due ? `, answer by ${due}` : ''}`,
    'lead-queued': ({ who }) => `Nobody has this lead: ${who}`,
    'lead-merged': ({ who, leadOf, isNew, elsewhere }) => {
      if (elsewhere) return `Wrote about another lead: ${who}`
      if (!leadOf) return `Wrote again: ${who}`
      return `${isNew ? 'Another person wrote' : 'Wrote again'}: ${who} (lead of ${leadOf})`
    },
    'lead-raised': ({ who }) => `Needs you: ${who}`,
  },
  headline: {
    'lead-assigned': () => 'A new lead for you',
    'lead-reminder': ({ who }) => `${who} is still waiting`,
    'lead-overdue': ({ who }) => `${who} was not answered in time`,
    'lead-reassigned': () => 'This lead is yours now',
    'lead-queued': () => 'A lead that nobody has',
    'lead-merged': ({ who, leadOf, isNew, elsewhere }) => {
      if (elsewhere) return `${who} wrote about another lead`
      return leadOf && isNew ? `${who} wrote, another person than ${leadOf}` : `${who} wrote again`
    },
    'lead-raised': () => 'A lead that needs you',
  },
  task: {
    'lead-assigned': ({ due }) => (due ? `Please answer by ${due}.` : 'Please answer soon.'),
    'lead-reminder': ({ promised, due }) =>
      join(
        promised && `The answer was promised by ${promised}.`,
        'Please call or write now.',
        due && `Next step, ${due}: your manager is told, and a colleague gets the lead.`,
      ),
    'lead-overdue': ({ promised, owner, due }) =>
      join(
        promised && `The answer was promised by ${promised}.`,
        owner && `The lead is with ${owner} now${due ? `, to be answered by ${due}` : ''}.`,
        'Please see to it that somebody answers.',
      ),
    'lead-reassigned': ({ due }) => (due ? `Please answer by ${due}.` : 'Please answer now.'),
    'lead-queued': ({ queue, due }) =>
      join(
        queue && `It lies in “${queue}”.`,
        `Please take it or give it to somebody${due ? ` by ${due}` : ''}.`,
      ),
    'lead-merged': ({ who, leadOf, owner, otherLead, otherHolder, elsewhere }) => {
      const other = `lead ${otherLead}${otherHolder ? ` (${otherHolder})` : ''}`
      if (elsewhere)
        return `It belongs to ${other}, but the phone number that was given is that of this lead. Please agree who answers.`
      return join(
        leadOf
          ? `${who} shares a phone number or mailbox with ${leadOf}, so it belongs to the lead of ${leadOf}. Please answer ${who}: name and address below are theirs.`
          : 'What is new stands first below. It belongs to the lead that is there already.',
        owner && `The lead is with ${owner}.`,
        otherLead && `The phone number is also that of ${other}; please agree who answers.`,
      )
    },
    'lead-raised': ({ owner, queue }) =>
      join(owner && `It is with ${owner}.`, queue && `It lies in “${queue}”.`, 'Please look at it now.'),
  },
  reason: {
    turn: ({ team }) => `It was your turn${team ? ` in “${team}”` : ''}.`,
    'same-team': () => 'What the customer said since changes how urgent it is; the lead stays with you.',
    'nobody-else': () => 'Nobody else of the team is available, so the lead stays where it is.',
    'nobody-available': ({ team }) => `Nobody of ${team ? `“${team}”` : 'the team'} is available.`,
    'owner-absent': ({ owner, absentUntil }) =>
      `${owner ?? 'The owner'} is away${absentUntil ? ` until ${absentUntil}` : ''}.`,
    'no-answer': ({ previousOwner }) =>
      previousOwner
        ? `${previousOwner} had the lead and recorded no answer in time.`
        : 'No answer was recorded in time.',
    'last-level': () => 'Reminder, manager and a second colleague: none of them brought an answer.',
    'not-taken': () => 'Nobody took it out of the queue in time.',
    'follow-up-overdue': () => 'The next step that was planned is overdue.',
    'not-routed': () => 'No workflow took it up, so nobody got it.',
    'run-failed': () => 'The workflow that looked after it has failed.',
    forgotten: () => 'Nobody was asked about it any more, so it was put into this queue.',
  },
  rule: (table, row) => `Rule “${table}”, row “${row}”`,
  level: (level) => `Raised ${plural('en', level, { one: 'time', other: 'times' })} since the last contact.`,
  cut: 'The message is longer: this is its beginning. All of it is in the history of the lead, as it was sent; the button above shows how to read it.',
  alsoCut:
    'More was sent than stands here. All of it is in the history of the lead, as it was sent; the button above shows how to read it.',
  merged: ({ owner }) =>
    owner
      ? 'The customer is known by e-mail or phone, and the open lead is in your team.'
      : 'The customer is known by e-mail or phone, and the open lead is with you.',
  route: {
    again: ({ team }) =>
      `What is new gives the lead another route${team ? `, to “${team}”` : ''}. It is being assigned again; whoever has it then is told.`,
    stays: ({ team, because }) =>
      `What is new would give the lead another route${team ? `, to “${team}”` : ''}. It stays where it is, because it was ${because ?? 'answered'}.`,
  },
  before: (value, before) => `${value} (before: ${before})`,
  late: (written) => `This e-mail is late: it is of ${written}, and could not be sent before.`,
  nobody: 'Somebody without a name',
  labels: {
    name: 'Name',
    company: 'Company',
    email: 'E-mail',
    phone: 'Phone',
    country: 'Country',
    employees: 'Employees',
    budget: 'Budget',
    product: 'Product',
    language: 'Language',
    channel: 'Came by',
    page: 'From the page',
    campaign: 'Campaign',
    promised: 'Promised by',
    due: 'Act by',
    owner: 'With',
    message: 'Message',
    also: 'Also sent',
    news: 'What is new',
    alsoWrote: 'Also wrote',
    why: 'Why you get this',
    number: 'Lead',
  },
  channel: {
    'web-form': 'web form',
    api: 'interface',
    phone: 'phone',
    email: 'e-mail',
    chat: 'chat',
    social: 'social network',
    event: 'event',
    pos: 'point of sale',
  },
  open: 'Answer and record it',
  footer: (company) => `${company}. Reminders stop as soon as a call, e-mail, meeting or chat is recorded.`,
  quarantine: {
    count: (count, more) =>
      `${more ? 'more than ' : ''}${plural('en', count, { one: 'submission waits', other: 'submissions wait' })}`,
    subject: (count, fresh) => `Quarantine: ${count}${fresh ? `, ${fresh} of them new` : ''}`,
    headline: 'What waits in the quarantine',
    task: 'These submissions looked like those of a program, so they became no lead and nobody was told. Please see whether a customer is among them.',
    restore: 'Whatever you restore becomes a lead at once.',
    counted: (count) => `The newest ${count} are counted here.`,
    suspicion: {
      honeypot: 'filled in a field that people do not see',
      'too-fast': 'sent faster than anybody types',
      unsigned: 'without the right secret or signature of the service',
      flood: 'more from one address than people send',
    },
    noForm: 'without a form',
    newest: 'The newest',
    watching: (queue) => `You watch “${queue}”.`,
    often: (days) =>
      `This comes once on a business day, as long as something waits that is not older than ${days} days.`,
    open: 'See all and restore',
    footer: (company) => `${company}. Nothing in the quarantine is ever deleted.`,
  },
}
