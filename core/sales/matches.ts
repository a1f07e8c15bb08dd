import type { Found } from '../query/find/find.ts'
import { phoneOf } from '../query/find/number.ts'
import { isAsked } from '../query/find/posting.ts'
import type { Because } from '../query/find/rank.ts'
import { isFindable, longestText, type How } from '../query/find/term.ts'
import { wordsOf } from '../query/find/text.ts'
import { contactKind } from '../kind/customer/contact.ts'
import { customerKind } from '../kind/customer/customer.ts'
import type { Lead } from '../kind/sales/lead.ts'

/*
 * Who a lead may be already: customers and contacts that have an address of it, or are called like it.
 *
 * Problem: a lead that is converted without looking makes a second customer of one that there is.
 * Representation: a search for each thing that the lead says of somebody; what they find is put together by record, and what
 * agrees is counted: an equal address more than all names, an equal name more than one that sounds like it.
 * Rejected: one search for all of it (a record must have all terms), and unique addresses (a family shares a telephone).
 */

/** The kinds that a lead may be already. */
export const matchedKinds: readonly string[] = [customerKind.name, contactKind.name]

/** So many are told. */
export const mostMatches = 10

/** So many e-mail addresses, and so many phones, are looked for: what somebody says now, then others who wrote, then earlier ones. */
const mostAddresses = 4

/** What agrees. */
export interface Agreement extends Because {
  /** the field of the lead: `contact.email` */
  lead: string
}

export interface Match extends Omit<Found, 'because'> {
  because: Agreement[]
  /** what to send to `POST /leads/{id}/convert` so that it becomes this one; absent where its customer is hidden */
  convert?: { customer: { id: string }; contact?: { id: string } }
}

/** What of a lead says who it is, as far as whoever asks may read it. */
type Said = Partial<Pick<Lead, 'contact' | 'people' | 'earlier'>>

/** What is looked for, and what it is worth where it is found so. */
interface Question {
  lead: string
  /** writings of it, the most exact first: the next is tried where nothing has the one before */
  texts: readonly string[]
  worthOf: (because: readonly Because[]) => number
}

/**
 * Those that a lead may be, likeliest first, at most 10.
 * @param find what whoever asks may read of `matchedKinds` and has all of a text, best first
 */
export async function matchesOf(lead: Said, find: (text: string) => Promise<Found[]>): Promise<Match[]> {
  const answers = await Promise.all(
    questionsOf(lead).map(async (question) => ({ question, found: await answerTo(question, find) })),
  )
  const likely = new Map<string, { found: Found; because: Agreement[]; worth: number }>()
  for (const { question, found } of answers)
    for (const each of found) {
      const match = likely.get(each.id) ?? { found: each, because: [], worth: 0 }
      match.because.push(...each.because.map((because) => ({ lead: question.lead, ...because })))
      match.worth += question.worthOf(each.because)
      likely.set(each.id, match)
    }
  const companies = answers.flatMap(({ question, found }) => (question.lead === company ? found : []))
  for (const match of likely.values()) {
    const employer = companies.find(({ id }) => id === match.found.line.customerId)
    if (!employer) continue
    match.worth += worthOfWords(employer.because)
    const of = employer.because.map((each) => ({ lead: company, ...each, field: `customerId.${each.field}` }))
    match.because.push(...of)
  }
  return [...likely.values()]
    .toSorted((a, b) => b.worth - a.worth)
    .slice(0, mostMatches)
    .map(({ found, because }) => ({ ...found, because, ...convertTo(found) }))
}

const company = 'contact.company'

/** What has something of a question, as far as that counts. */
async function answerTo(
  { texts, worthOf }: Question,
  find: (text: string) => Promise<Found[]>,
): Promise<Found[]> {
  for (const text of texts) {
    const found = (await find(text)).filter(({ because }) => worthOf(because) > 0)
    if (found.length) return found
  }
  return []
}

function convertTo({ kind, id, line }: Found): Pick<Match, 'convert'> {
  if (kind === customerKind.name) return { convert: { customer: { id } } }
  const { customerId } = line
  return typeof customerId === 'string' ? { convert: { customer: { id: customerId }, contact: { id } } } : {}
}

function questionsOf({ contact, people = [], earlier = [] }: Said): Question[] {
  const others = people.flatMap(({ email, phone }) => [
    { lead: 'people.email', email, phone: undefined },
    { lead: 'people.phone', email: undefined, phone },
  ])
  const before = earlier.map(({ scope, value }) => ({ lead: 'earlier', [scope]: value }))
  const said: { lead: string; email?: string | undefined; phone?: string | undefined }[] = [
    { lead: 'contact.email', email: contact?.email },
    { lead: 'contact.phone', phone: contact?.phone },
    ...others,
    ...before,
  ]
  const mails = said.map(({ lead, email }) => ({ lead, text: email && mailIn(email) }))
  const phones = said.map(({ lead, phone }) => ({ lead, text: phone && phoneIn(phone) }))
  return [
    ...addresses(mails).map((each): Question => ({ ...each, worthOf: worthOfMail })),
    ...addresses(phones).map((each): Question => ({ ...each, worthOf: worthOfPhone })),
    { lead: company, texts: companyTexts(contact?.company ?? ''), worthOf: worthOfWords },
    { lead: 'contact.name', texts: nameTexts(contact?.name ?? ''), worthOf: worthOfWords },
  ]
}

/** Each once, the first ones. */
function addresses(
  said: readonly { lead: string; text: string | undefined }[],
): Pick<Question, 'lead' | 'texts'>[] {
  const known = new Map<string, Pick<Question, 'lead' | 'texts'>>()
  for (const { lead, text } of said)
    if (text && !known.has(text) && known.size < mostAddresses) known.set(text, { lead, texts: [text] })
  return [...known.values()]
}

/** A lead keeps what was typed, which may be no address. */
const mailIn = (typed: string): string | undefined => {
  const text = typed.trim().toLowerCase()
  return /^[^\s,;<>()"@]+@[^\s,;<>()"@]+$/.test(text) && isFindable(text) ? text : undefined
}

/** With fewer digits too many have a number that ends alike. */
const fewestDigits = 7

function phoneIn(typed: string): string | undefined {
  const phone = phoneOf(typed)
  if (!phone || phone.digits.length < fewestDigits) return undefined
  return `${phone.isWhole ? '+' : ''}${phone.digits}`
}

/** More than all names together; a number of which one lacks the country, or an extension, is less sure. */
const worth = { address: 100, number: 20 }
const worthOfWord: Readonly<Record<How, number>> = { is: 4, begins: 3, has: 2, like: 1 }

const worthOfMail = (because: readonly Because[]): number =>
  because.every(({ field, how }) => field === 'emails' && how === 'is') ? worth.address : 0

function worthOfPhone(because: readonly Because[]): number {
  if (!because.every(({ field }) => field === 'phones')) return 0
  return because.every(({ how }) => how === 'is') ? worth.address : worth.number
}

/** Some of it must be the name: a city alone is nobody. */
const worthOfWords = (because: readonly Because[]): number =>
  because.some(({ field }) => field === 'name') ? Math.min(...because.map(({ how }) => worthOfWord[how])) : 0

/** What a company is called without what its form of law says, which one writes and another does not; else what it begins with. */
function companyTexts(name: string): string[] {
  const all = wordsIn(name)
  const own = all.filter((word) => !lawForms.has(word))
  const words = own.length ? own : all
  return textsOf(words, words.slice(0, 2))
}

/** Whoever says one name may be anybody. Without what stands between the first and the last name, which one says and another does not. */
function nameTexts(name: string): string[] {
  const all = wordsOf(name.slice(0, longestText))
  if (all.length < 2 && all[0]?.is !== 'run') return []
  const words = wordsIn(name)
  return textsOf(words, [words[0], words.at(-1)])
}

/** @param short of three words and more */
const textsOf = (words: readonly string[], short: readonly (string | undefined)[]): string[] =>
  [words, ...(words.length > 2 ? [short] : [])].map((each) => each.join(' ')).filter(isFindable)

/** Words, no initials. */
const wordsIn = (text: string): string[] =>
  wordsOf(text.slice(0, longestText)).flatMap(({ plain, folded }) => (isAsked(folded) ? [plain] : []))

/** As `plainOf` writes them: Cyrillic ones in Latin letters. */
const lawForms: ReadonlySet<string> = new Set(
  (
    'ab ag ao aps as at bv bvba co company corp corporation ehf eood gbr ggmbh gmbh inc incorporated ip kft kg kgaa kk lda limited llc llp lp ' +
    'ltd ltda mbh mchp nv oao oo ood ooo oy oyj ohg ou pao pat pc plc pp prat pte pty pvt sa sarl sas se sia sl sp spa spol spolka spzoo ' +
    'srl srls sro tov tzov ug vof yp zao zat zoo fop chp'
  ).split(' '),
)
