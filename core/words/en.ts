import { plural } from './words.ts'
import type {
  DocsPageWords,
  DocumentWords,
  FormPageWords,
  FrontPageWords,
  LeadMailWords,
  MailWords,
  ProblemPageWords,
  QuarantineLinkPageWords,
  ThanksPageWords,
} from './words.ts'

export const mail: MailWords = {
  reason: {
    turn: ({ team }) => `It was your turn${team ? ` in “${team}”` : ''}.`,
    'same-team': () => 'What is new changes how urgent it is; it stays with you.',
    'nobody-else': () => 'Nobody else of the team is available, so it stays where it is.',
    'nobody-available': ({ team }) => `Nobody of ${team ? `“${team}”` : 'the team'} is available.`,
    'owner-absent': ({ owner, absentUntil }) =>
      `${owner ?? 'The owner'} is away${absentUntil ? ` until ${absentUntil}` : ''}.`,
    'no-answer': ({ previousOwner }) =>
      previousOwner
        ? `${previousOwner} had it and recorded nothing in time.`
        : 'Nothing was recorded in time.',
    'last-level': () => 'Everybody whose turn it was has been told, and nothing was recorded.',
    'not-taken': () => 'Nobody took it out of the queue in time.',
    'follow-up-overdue': () => 'The next step that was planned is overdue.',
    'not-routed': () => 'No workflow took it up, so nobody got it.',
    'run-failed': () => 'The workflow that looked after it has failed.',
    forgotten: () => 'Nobody was asked about it any more, so it was put into this queue.',
    given: ({ previousOwner }) =>
      previousOwner ? `It was given to you; ${previousOwner} had it before.` : 'It was given to you.',
  },
  rule: (table, row) => `Rule “${table}”, row “${row}”`,
  level: (level) =>
    `Raised ${plural('en', level, { one: 'time', other: 'times' })} since it was last worked on.`,
  late: (written) => `This e-mail is late: it is of ${written}, and could not be sent before.`,
  labels: { promised: 'Promised by', owner: 'With', status: 'Status', why: 'Why you get this' },
  flag: { yes: 'yes', no: 'no' },
  kinds: { lead: { title: 'Lead' } },
  open: 'Open it',
  footer: (company) => `${company}. Reminders stop as soon as it is done or closed.`,
  quarantine: {
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

export const leadMail: LeadMailWords = {
  reason: {
    'same-team': () => 'What the customer said since changes how urgent it is; the lead stays with you.',
    'nobody-else': () => 'Nobody else of the team is available, so the lead stays where it is.',
    'no-answer': ({ previousOwner }) =>
      previousOwner
        ? `${previousOwner} had the lead and recorded no answer in time.`
        : 'No answer was recorded in time.',
    'last-level': () => 'Reminder, manager and a second colleague: none of them brought an answer.',
    'not-taken': () => 'Nobody took it out of the queue in time.',
    'not-routed': () => 'No workflow took it up, so nobody got it.',
    'run-failed': () => 'The workflow that looked after it has failed.',
    forgotten: () => 'Nobody was asked about it any more, so it was put into this queue.',
  },
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
    owner: 'With',
    message: 'Message',
    also: 'Also sent',
    news: 'What is new',
    alsoWrote: 'Also wrote',
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
}

export const document: DocumentWords = { ownName: 'English', language: 'Language' }

export const formPage: FormPageWords = {
  send: 'Send',
  choose: 'Please choose',
  waits:
    'Not sent yet: there is no connection, or too many are writing at once. Your words are kept, and we try again by ourselves. Please leave this page open.',
  invalid:
    'Something is missing or unreadable. Please fill in how we can reach you or what it is about, and send it again; nothing you typed is lost.',
  large:
    'This is too much at once. Please shorten it and send the rest by e-mail; nothing you typed is lost.',
  failed: 'We cannot take this here. Please reach us another way; what you typed is still in the form.',
}

export const thanksPage: ThanksPageWords = {
  title: 'Thank you, we have your request',
  receipt: 'Your receipt number',
  next: 'What happens next',
  steps: [
    'Your request is stored; nothing more is needed from you.',
    'One colleague gets it together with a time by which to answer you.',
    'Should that person not get to it, another one takes over.',
  ],
  more: 'Send another request',
}

export const problemPage: ProblemPageWords = {
  invalid: [
    'Something is missing or unreadable',
    'Go back: what you typed is still in the form. Please fill in how we can reach you or what it is about, and send it again.',
  ],
  unknown: ['There is nothing at this address', 'Please check the address, or ask whoever gave it to you.'],
  method: ['This address takes forms only', 'Please open the form itself and send it from there.'],
  large: [
    'This is too much at once',
    'Go back: what you typed is still there. Please shorten it and send the rest by e-mail.',
  ],
  unsupported: ['We cannot read this kind of file', 'Please use the form on our site.'],
  again: [
    'Please try again in a moment',
    'Go back and send it once more; what you typed is still in the form.',
  ],
  access: ['You need to sign in for this', 'Please sign in with an account that may see it.'],
  failed: [
    'Something went wrong on our side',
    'It has been recorded. Please go back and try again; what you typed is still in the form.',
  ],
  number: 'Number to ask about',
}

export const frontPage: FrontPageWords = {
  title: 'Welcome',
  headline: (company) => `${company} answers here`,
  intro:
    'Holdfast runs at this address: it stores every request, gives it to a colleague together with a time by which to answer, and sees to it that somebody does.',
  forms: 'Write to us',
  colleagues: 'For colleagues',
  work: 'Your work comes by e-mail, and all of it is here: what is due, whose it is and why.',
  signIn: 'Sign in',
  commandLine: 'On the command line, from the folder of the project:',
  inbox: 'Read the e-mails that this machine keeps instead of sending them',
  programs: 'For programs',
  api: 'Leads, customers and all other records are read and changed over HTTP.',
  docs: 'The API and its documentation',
  operations: 'every operation with an example',
}

export const docsPage: DocsPageWords = {
  files: {
    intake: 'what a form or a webhook may send',
    access: 'tokens, keys, who may do what',
    rules: 'rules by example',
    workflows: 'what happens to work, and who is told',
    messages: 'what colleagues are told',
    'data-model': 'kinds of records, with their fields',
    deploy: 'running it on AWS',
  },
  title: 'The API',
  intro:
    'Whatever is not public wants “Authorization: Bearer …”: the token of a person who signed in, or the key of a program. Errors are problem JSON that say what is wrong and where.',
  isPublic: 'public',
  inFull: 'Every operation with its fields, answers and an example:',
  tryIt: 'Post a lead',
  more: 'Documentation',
  where: 'All of it lies in the folder docs of the project from which this was started or deployed:',
  back: 'Back to the beginning',
}

export const quarantineLinkPage: QuarantineLinkPageWords = {
  title: 'Look into the quarantine',
  intro:
    'What looked like a program’s submission waits here. See whether a customer is among them, with the token of your account; managers and operations may.',
  read: 'See what waits, the newest first',
  restore: 'Restore one, by the number that begins with sub_',
  after: 'It becomes a lead at once: somebody gets it, and the promised time counts from now.',
}
