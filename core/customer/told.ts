import type { Company } from '../company/company.ts'
import { activityKind, type Activity } from '../kind/customer/activity.ts'
import { consentKind, type Consent } from '../kind/customer/consent.ts'
import { milestoneKind } from '../kind/system/change.ts'
import { tellMilestone } from '../project/milestone.ts'
import type { Kinds } from '../record/kind.ts'
import { fromItem } from '../record/item.ts'
import type { Teller, Told } from '../project/timeline.ts'
import { nameOf } from '../sales/story.ts'
import { beginning } from '../words/cut.ts'

/** What they are called in a timeline. */
const activityTitles: Readonly<Record<Activity['what'], string>> = {
  call: 'Call',
  email: 'E-mail',
  meeting: 'Meeting',
  chat: 'Chat',
  sms: 'Text message',
  social: 'Social network',
  visit: 'Visit',
  letter: 'Letter',
  event: 'Event',
  form: 'Form',
  ad: 'Advertisement',
  mailing: 'Mailing',
  'page-view': 'Page view',
  review: 'Review',
  conversion: 'Conversion',
  signal: 'Signal',
  note: 'Note',
  merge: 'Wrote again',
  elsewhere: 'Wrote about something else',
  close: 'Closed',
  reopen: 'Opened again',
  take: 'Taken',
  give: 'Given to somebody',
  raise: 'Raised',
  convert: 'Became a customer',
}

/** Characters of a text in a timeline, whose pages have up to a hundred: the whole is in the file that it is from. */
export const longestText = 2_000

/** How entries of files are told to whoever reads a timeline. What was refused is no part of it. */
export const tellersOf = (company: Company, kinds: Kinds): Teller[] => [
  { kind: activityKind.kind, tell: (item) => tellActivity(fromItem(activityKind, item), company) },
  { kind: consentKind.kind, tell: (item) => tellConsent(fromItem(consentKind, item), company) },
  { kind: milestoneKind.kind, tell: (item) => tellMilestone(item, kinds, (id) => nameOf(id, company)) },
]

function tellActivity(
  { tenant: _, version: __, subject: ___, at, id, text, by, writer, changes, ...rest }: Activity,
  company: Company,
): Told {
  return {
    at,
    kind: activityKind.kind,
    id,
    title: activityTitles[rest.what],
    by: nameOf(by, company),
    ...(text !== undefined && { text: beginning(text, longestText) }),
    ...(text !== undefined && text.length > longestText && { isCut: true }),
    ...(writer && { writer: { name: writer.name, email: writer.email, phone: writer.phone } }),
    // What was said before and after may be long: the history tells it.
    ...(changes && { changed: changes.map(({ field }) => field) }),
    ...rest,
  }
}

const tellConsent = (
  { tenant: _, version: __, subject: ___, at, id, by, state, ...rest }: Consent,
  company: Company,
): Told => ({
  at,
  kind: consentKind.kind,
  id,
  title: state === 'given' ? 'Consent given' : 'Consent withdrawn',
  by: nameOf(by, company),
  state,
  ...rest,
})
