import type { Contact } from '../model/lead.ts'

/*
 * Who wrote: the customer whose lead it is, or another person who shares an address with him.
 * A telephone may be a whole company's and `info@` belongs to whoever is there, so an address in common does not make
 * two people one. Nor may a customer become two because he typed his name in capitals. When in doubt it is another
 * person: to list somebody twice costs a glance, to take two for one hides a customer.
 */

/**
 * Two are one when their names are the same words; or when they share a mailbox of one's own and a word of the name;
 * or, where one of them gave no name, when they share the e-mail address, or the phone number if one gave no e-mail
 * address. A mailbox of many says of nobody that he wrote.
 */
export function isSamePerson(a: Contact, b: Contact): boolean {
  const [mine, yours] = [wordsOf(a.name), wordsOf(b.name)]
  const oneMailbox = a.email !== undefined && a.email === b.email
  if (mine.length && yours.length)
    return isEqual(mine, yours) || (oneMailbox && !isMailboxOfMany(a.email) && sharesWord(mine, yours))
  if (a.email !== undefined && b.email !== undefined)
    return oneMailbox && (!isMailboxOfMany(a.email) || mine.length === yours.length)
  return a.phone !== undefined && a.phone === b.phone
}

/** The same words, whatever their order, capitals, accents and punctuation. */
export const isSameName = (a: string | undefined, b: string | undefined): boolean =>
  isEqual(wordsOf(a), wordsOf(b))

const collator = new Intl.Collator('und', { sensitivity: 'base' })

/** Words of a name in one order. What cannot be seen is no name. */
const wordsOf = (name = ''): string[] =>
  (
    name
      .normalize('NFKC')
      .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  ).sort(collator.compare)

const isEqual = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((word, i) => collator.compare(word, b[i]!) === 0)

/** An initial is no word in common. */
const sharesWord = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((word) => word.length > 1 && b.some((other) => collator.compare(word, other) === 0))

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
