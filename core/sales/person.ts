import { mailboxOf } from '../intake/read/email.ts'
import type { Contact } from '../kind/sales/lead.ts'

/*
 * Who wrote: the customer whose lead it is, or another person who shares an address with him.
 * A telephone may be a whole company's and `info@` belongs to whoever is there, so an address in common does not make
 * two people one. Nor may a customer become two because he typed his name in capitals. When in doubt it is another
 * person: to list somebody twice costs a glance, to take two for one hides a customer.
 */

/**
 * Two are one when their names are the same words; or when they share a mailbox of one's own, and one name is the other
 * written shorter or with a slip: `A. Vogel`, `Ann`, `Ann Vohel`. A family name in common is none: couples share mailboxes.
 * Or, where one of them gave no name, when they share the e-mail address, or the phone number if one gave no e-mail
 * address. A mailbox of many says of nobody that he wrote. A title, or a sign without a letter, is no name.
 */
export function isSamePerson(a: Contact, b: Contact): boolean {
  const [mine, yours] = [wordsOf(a.name), wordsOf(b.name)]
  const oneMailbox = isSameMailbox(a.email, b.email)
  if (mine.length && yours.length)
    return isEqual(mine, yours) || (oneMailbox && !isMailboxOfMany(a.email) && isShorterOrSlip(mine, yours))
  if (a.email !== undefined && b.email !== undefined)
    return oneMailbox && (!isMailboxOfMany(a.email) || mine.length === yours.length)
  return a.phone !== undefined && a.phone === b.phone
}

/** The same address, in whatever way its domain is written. */
export const isSameMailbox = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && (a === b || mailboxOf(a) === mailboxOf(b))

/** Whether a name has a word: not `🙂`, not `Mr.` */
export const saysName = (name: string | undefined): boolean => wordsOf(name).length > 0

/** The same words, whatever their order, capitals, accents and punctuation. */
export const isSameName = (a: string | undefined, b: string | undefined): boolean =>
  isEqual(wordsOf(a), wordsOf(b))

/** Made when the first two names are compared, which few instances of a function do: it takes 6 ms of a cold start. */
let collator: Intl.Collator | undefined

const compare = (a: string, b: string): number =>
  (collator ??= new Intl.Collator('und', { sensitivity: 'base' })).compare(a, b)

/** Words of a name in one order, without titles. What cannot be seen is no name. */
const wordsOf = (name = ''): string[] =>
  (
    name
      .normalize('NFKC')
      .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  )
    .filter((word) => !titles.has(word.toLowerCase()))
    .sort(compare)

/** How people are addressed, in the languages of our visitors. */
const titles = new Set(
  `mr mrs ms miss mister madam sir dr prof herr herrn frau fräulein dipl ing пан пані панове господин госпожа мадам mme mlle
  monsieur madame pan pani señor señora sr sra signor signora bay bayan`.split(/\s+/),
)

const isEqual = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((word, i) => compare(word, b[i]!) === 0)

/** Whether each word of the shorter name stands in the longer: at least one of them whole, the others as initials, one with a slip. */
function isShorterOrSlip(a: readonly string[], b: readonly string[]): boolean {
  const [few, many] = a.length <= b.length ? [a, [...b]] : [b, [...a]]
  let slips = 0
  let whole = 0
  // Whole words first, so that an initial does not take the place of one.
  for (const word of few.toSorted((one, other) => other.length - one.length)) {
    const fits = (test: (other: string) => boolean): boolean => {
      const place = many.findIndex(test)
      if (place >= 0) many.splice(place, 1)
      return place >= 0
    }
    if (fits((other) => compare(word, other) === 0)) whole += word.length > 1 ? 1 : 0
    else if (fits((other) => isSlip(word, other))) slips += 1
    else if (!fits((other) => isInitial(word, other))) return false
  }
  return whole + slips > 0 && slips <= 1
}

const isInitial = (a: string, b: string): boolean =>
  Math.min(a.length, b.length) === 1 && compare(a.slice(0, 1), b.slice(0, 1)) === 0

/** One letter more, less or other, but not at the end: there it makes Paula of Paul and Maria of Mario. */
function isSlip(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  if (short.length < 3 || long.length - short.length > 1) return false
  let front = 0
  while (front < short.length && compare(short[front]!, long[front]!) === 0) front++
  const rest = short.length === long.length ? front + 1 : front
  const behind = long.slice(front + 1)
  return behind !== '' && compare(short.slice(rest), behind) === 0
}

/** Mailboxes of roles by RFC 2142, and those that companies print on their pages in the languages of our visitors. */
const roles = new Set(
  `info marketing sales support abuse noc security postmaster hostmaster usenet news webmaster www uucp ftp
  admin administrator office contact contacts kontakt hello hi hallo mail email post team help helpdesk service
  services billing accounts accounting invoice invoices orders order shop store booking bookings reservation
  reservations reception frontdesk press media hr jobs career careers enquiries enquiry inquiries inquiry general
  feedback customerservice customercare purchasing procurement einkauf verkauf vertrieb buchhaltung rechnung
  sekretariat buero bureau zentrale anfrage anfragen bestellung bewerbung personal empfang ofis zakaz zakupki
  prodazhi buhgalteria bukhgalteria priemnaya pryimalnia biuro sprzedaz zamowienia`.split(/\s+/),
)

/** `info@`, `sales-de@`, `office+web@`: whoever is there reads and writes in it. */
export const isMailboxOfMany = (email = ''): boolean =>
  roles.has(
    email
      .toLowerCase()
      .slice(0, Math.max(0, email.lastIndexOf('@')))
      .split(/[+._-]/, 1)[0]!,
  )
