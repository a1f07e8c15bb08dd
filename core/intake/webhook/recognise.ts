import {
  asksForName,
  companyExtras,
  companyWords,
  countryExtras,
  countryWords,
  emailExtras,
  emailWords,
  familyWords,
  filler,
  givenWords,
  isMachinery,
  messageTypes,
  messageWords,
  middleWords,
  nameNouns,
  nameWords,
  otherEnd,
  otherPerson,
  otherThing,
  phoneExtras,
  phoneStems,
  placeFiller,
  wordsOf,
  type Words,
} from './key-words.ts'
import { textOfLeaf, type Leaf } from './leaf.ts'

/*
 * Problem: a body that nobody has mapped holds the customer's address and words beside those of the vendor: the form's
 * name, the account's owner, ids, addresses of pages.
 * Representation: each leaf gets a rank for each part, by its names, the kind of its field, and its shape. The best rank
 * wins; two different values of one rank that do not stand together are a guess, and so nothing.
 * Invariant: right or unknown. What is not recognised is shown to the owner as it came.
 */

const recognisable = ['email', 'phone', 'name', 'company', 'message', 'country'] as const
export type Recognised = (typeof recognisable)[number]

export const isRecognisable = (part: string): part is Recognised =>
  (recognisable as readonly string[]).includes(part)

/** Finds the leaves that say a part, when it is asked for: most forms place nearly all of them. */
export function recogniser(
  leaves: readonly Leaf[],
  isMissing: (part: 'email' | 'phone') => boolean,
  known: readonly Leaf[],
): (part: Recognised) => Leaf[] {
  const candidates = leaves.filter(isSaidByCustomer)
  const email = isMissing('email') ? best(candidates, rankEmail) : []
  const phone = isMissing('phone') ? best(candidates, rankPhone) : []
  const reached = [...email, ...phone]
  const homes = new Set([...reached, ...known].map(({ home }) => home))
  const near = candidates.filter((leaf) => !reached.includes(leaf))
  // Beside an address a bare `name` is a person's; anywhere else it may be that of a form, a file or a page.
  const here = (leaf: Leaf): boolean => homes.has(leaf.home)
  const find: Record<Recognised, () => Leaf[]> = {
    email: () => email,
    phone: () => phone,
    name: () => nameOf(near, here),
    company: () => best(near, (leaf) => rankCompany(leaf, here(leaf))),
    message: () => messageOf(near, here),
    country: () => best(near, (leaf) => rankCountry(leaf, here(leaf))),
  }
  return (part) => find[part]()
}

const ofWords = (words: readonly string[], ...sets: Words[]): boolean =>
  words.every((word) => sets.some((known) => known.has(word)))

const someOf = (words: readonly string[], known: Words): boolean => words.some((word) => known.has(word))

function isSaidByCustomer({ within }: Leaf): boolean {
  return !within.some((name) => wordsOf(name).some(isMachinery))
}

/** `user: { email }` may be who is signed in at the vendor, `company: { phone }` the switchboard. */
const isDoubtful = ({ within }: Leaf): boolean =>
  within.some((name) => /^(user|company|organi[sz]ation|business|form)$/i.test(name))

/** The leaves of the highest rank, if they agree or stand together; then the first counts. */
function best(leaves: readonly Leaf[], rank: (leaf: Leaf) => number): Leaf[] {
  const ranked = leaves.map((leaf) => ({ leaf, rank: rank(leaf) })).filter((entry) => entry.rank > 0)
  const top = Math.max(...ranked.map((entry) => entry.rank))
  const winners = ranked.filter((entry) => entry.rank === top).map(({ leaf }) => leaf)
  const [first] = winners
  if (!first) return []
  const isSame = winners.every((leaf) => textOfLeaf(leaf).toLowerCase() === textOfLeaf(first).toLowerCase())
  // By its shape alone one of two addresses may be anybody's.
  const isSure = top > 1 && winners.every((leaf) => leaf.home === first.home)
  return isSame || isSure ? [first] : []
}

const address =
  /^(?:[^<>]{0,100}<)?(?:mailto:)?[^\s@<>,;"()]{1,64}@[^\s@<>,;"()]+\.[^\s@<>,;"().]{2,}[>.,;]?$/u
const nobody = /^(?:mailto:)?(?:no-?reply|do-?not-?reply|mailer-daemon|postmaster|notifications?)@/i

/** 4 `email` · 3 `your email`, or a field of this kind · 2 a longer name with e-mail in it · 1 only its shape. */
function rankEmail(leaf: Leaf): number {
  const text = textOfLeaf(leaf)
  if (text.length > 320 || !address.test(text) || nobody.test(text)) return 0
  const named = rankByName(leaf, emailWords, emailExtras)
  if (named < 0) return 0
  const rank = Math.max(named, /e-?mail/i.test(leaf.type) ? 3 : 1)
  return isDoubtful(leaf) ? rank / 4 : rank
}

/** Digits as a person writes a number; no date and no amount. */
const dialled = /^\+?[\d(][\d\s().\-–/]{4,30}\d(?:\s*(?:ext|x|доб|вн|wewn|dw)\.?\s*\d{1,6})?$/i

function rankPhone(leaf: Leaf): number {
  const text = textOfLeaf(leaf)
  const digits = text.replace(/\D/g, '').length
  if (!dialled.test(text) || digits < 5 || digits > 20 || /^\d{4}-\d\d-\d\d$/.test(text)) return 0
  const isPhone = (word: string) => phoneStems.test(word)
  const named = sayingNames(leaf)
  if (named.some((words) => isAnothers(words, words.some(isPhone)))) return 0
  const exact = named.some(
    (words) => words.some(isPhone) && words.every((word) => isPhone(word) || phoneExtras.has(word)),
  )
  const kind = /phone|^tel$/i.test(leaf.type)
  // Without any word for it, only a whole number with its country code is beyond doubt.
  const shape = /^\+\d/.test(text) && digits >= 9 && digits <= 15 ? 1 : 0
  const likely = kind || named.some((words) => words.some(isPhone)) ? 3 : shape
  const rank = exact ? 4 : likely
  return isDoubtful(leaf) ? rank / 4 : rank
}

const saying = new WeakMap<Leaf, string[][]>()

/** The names by their words; what a service numbers its questions by says nothing. */
function sayingNames(leaf: Leaf): string[][] {
  const known = saying.get(leaf)
  if (known) return known
  const { names, within } = leaf
  const whole = names.filter((name) => generic.test(name)).map((name) => `${within.at(-1) ?? ''} ${name}`)
  const words = [...names, ...whole]
    .filter((name) => !/^(?:question|field|input|element|answer|item)[_-]?\w*\d\w*$/i.test(name))
    .map(wordsOf)
  saying.set(leaf, words)
  return words
}

/** What says something only with the name before it: `phone: { number }`, `name: { first, last }`. */
const generic = /^(?:number|first|last|middle|full|given|family|address|value|text|main)$/i

/** A name says that it is something else or somebody else's. In a question without the word itself, such words mean nothing. */
const isAnothers = (words: readonly string[], isMeant: boolean): boolean =>
  ((isMeant || words.length <= 3) && (someOf(words, otherThing) || someOf(words, otherPerson))) ||
  (words.length <= 2 && someOf(words, otherEnd))

/** As rankEmail; -1 when one of the names says that it is something else. */
function rankByName(leaf: Leaf, meant: Words, extras: Words): number {
  const named = sayingNames(leaf)
  if (named.some((words) => isAnothers(words, someOf(words, meant)))) return -1
  const ranks = named.map((words) => {
    if (!someOf(words, meant)) return 0
    if (ofWords(words, meant, extras)) return 4
    return ofWords(words, meant, extras, filler, placeFiller) ? 3 : 2
  })
  return Math.max(0, ...ranks)
}

/** What a person or a firm may be called: letters, no address, nothing of a machine. */
function isCalled(leaf: Leaf): boolean {
  const text = textOfLeaf(leaf)
  const isMachine =
    /^(?:https?:|www\.|[{[<])/i.test(text) ||
    /@|\n/.test(text) ||
    /^[0-9a-f-]{16,}$/i.test(text) ||
    /^\d{4}-\d\d-\d\d/.test(text)
  return text.length <= 200 && /\p{L}/u.test(text) && !isMachine
}

type NameKind = 'full' | 'given' | 'family' | 'middle'

function kindOfName(words: readonly string[]): NameKind | undefined {
  if (words.length === 0 || words.includes('user')) return undefined
  if (asksForName(words)) return 'full'
  if (!ofWords(words, nameWords, givenWords, familyWords, middleWords, filler)) return undefined
  const [given, family] = [someOf(words, givenWords), someOf(words, familyWords)]
  if (given && family) return 'full'
  if (given) return 'given'
  if (family) return 'family'
  if (someOf(words, middleWords)) return 'middle'
  return words.some((word) => nameNouns.has(word)) ? 'full' : undefined
}

const kindOf = (leaf: Leaf): NameKind | undefined => sayingNames(leaf).map(kindOfName).find(Boolean)

const saidFirst: readonly (NameKind | undefined)[] = ['full', 'given', 'middle', 'family']

/** Names in the order in which they are said, whatever the order of the fields. */
export const orderNames = (leaves: readonly Leaf[]): Leaf[] => {
  const isGiven = leaves.some((leaf) => kindOf(leaf) === 'given')
  const kinds = new Map(
    leaves.map((leaf) => {
      const kind = kindOf(leaf)
      // In French `nom` beside `prénom` is the family name.
      return [leaf, saidFirst.indexOf(kind === 'full' && isGiven ? 'family' : kind)]
    }),
  )
  const isKnown = [...kinds.values()].every((kind) => kind >= 0)
  return isKnown ? leaves.toSorted((a, b) => (kinds.get(a) ?? 0) - (kinds.get(b) ?? 0)) : [...leaves]
}

/** Whether each is a part of a name: `{ first, last }`. */
export const areNames = (leaves: readonly Leaf[]): boolean =>
  leaves.every((leaf) => kindOf(leaf) !== undefined)

/** First and last names as the leaves to be joined, in the order in which names are said. */
function nameOf(leaves: readonly Leaf[], here: (leaf: Leaf) => boolean): Leaf[] {
  const named = leaves
    .filter((leaf) => isCalled(leaf) && !isDoubtful(leaf))
    .flatMap((leaf) => {
      const kind = kindOf(leaf)
      const isCompany = leaf.within.some((name) => someOf(wordsOf(name), companyWords))
      return kind && !isCompany ? [{ leaf, kind }] : []
    })
  const trusted = named.filter(
    ({ leaf, kind }) => kind !== 'full' || leaf.isAnswer || here(leaf) || isFullName(leaf),
  )
  const sets = [...Map.groupBy(trusted, ({ leaf }) => leaf.home).values()]
  const whole = sets.map((entries) => {
    const of = (kind: NameKind) => entries.find((entry) => entry.kind === kind)?.leaf
    const [full, given, middle, family] = [of('full'), of('given'), of('middle'), of('family')]
    const isFamily = full && given && !family && full.names.some((name) => wordsOf(name).includes('nom'))
    // `name` beside `surname` alone is the first name, unless it has both.
    const isFirst = full && family && !given && !textOfLeaf(full).includes(textOfLeaf(family))
    if (isFirst) return { leaves: [full, family], sure: here(full) || full.isAnswer }
    if (full && !isFamily) return { leaves: [full], sure: here(full) || full.isAnswer }
    const joined = [given, middle, family ?? full].filter((leaf) => leaf !== undefined)
    // `last` alone may be a date, a page, a visit.
    const isBare = joined.length === 1 && joined[0]!.names.every((name) => wordsOf(name).join() === 'last')
    return { leaves: isBare ? [] : joined, sure: joined.some((leaf) => here(leaf) || leaf.isAnswer) }
  })
  const said = whole.filter((entry) => entry.leaves.length > 0)
  const sure = said.filter((entry) => entry.sure)
  const chosen = sure.length > 0 ? sure : said
  const texts = new Set(chosen.map((entry) => entry.leaves.map(textOfLeaf).join(' ').toLowerCase()))
  return texts.size === 1
    ? chosen[0]!.leaves
    : (chosen.filter((entry) => entry.leaves.some(here))[0]?.leaves ?? [])
}

/** `full_name` and its like are said of nothing but people. */
const isFullName = ({ names }: Leaf): boolean =>
  names.some((name) => /full ?name|vollst|фио|піб|пiб/i.test(wordsOf(name).join(' ')))

function rankCompany(leaf: Leaf, isHere: boolean): number {
  if (!isCalled(leaf)) return 0
  const owner = leaf.within.at(-1)
  const isNameOfIt = leaf.names.some((name) => wordsOf(name).join() === 'name')
  if (owner !== undefined && isNameOfIt && ofWords(wordsOf(owner), companyWords)) return 3
  if (isDoubtful(leaf)) return 0
  const isBusiness = leaf.names.some((name) => wordsOf(name).join(' ') === 'business name')
  const rank = isBusiness ? 3 : rankByName(leaf, companyWords, companyExtras)
  return rank >= 3 && (isHere || leaf.isAnswer || leaf.within.length === 0) ? rank : 0
}

function rankCountry(leaf: Leaf, isHere: boolean): number {
  const text = textOfLeaf(leaf)
  if (!/^[^\d@]{2,60}$/.test(text)) return 0
  const others = [...leaf.names, leaf.within.at(-1) ?? ''].some((name) =>
    phoneStems.test(wordsOf(name)[0] ?? ''),
  )
  const words = leaf.names.map((name) => wordsOf(name))
  const isNamed = words.some(
    (all) => someOf(all, countryWords) && ofWords(all, countryWords, countryExtras, filler),
  )
  return isNamed && !others && (isHere || leaf.isAnswer) ? 3 : 0
}

/** Every long answer of the best rank, in the order of the form. */
function messageOf(leaves: readonly Leaf[], here: (leaf: Leaf) => boolean): Leaf[] {
  const said = leaves
    .map((leaf) => ({ leaf, rank: rankMessage(leaf, here(leaf)) }))
    .filter((entry) => entry.rank > 0)
  // `message: Form received` stands at the top of what a machine wrote.
  const near = said.filter(({ leaf }) => here(leaf) || leaf.isAnswer)
  const ranked = near.length > 0 ? near : said
  const top = Math.max(0, ...ranked.map(({ rank }) => rank))
  return top === 0 ? [] : ranked.filter(({ rank }) => rank === top).map(({ leaf }) => leaf)
}

/** 4 `message` or a field for long texts · 3 `your message` · 1 a long text under any name, beside the address. */
function rankMessage(leaf: Leaf, isHere: boolean): number {
  const text = textOfLeaf(leaf)
  const isMachine = /^(?:https?:\/\/\S+|Mozilla\/.*|[{[<][^]*|[A-Za-z0-9+/=_-]{30,})$/.test(text)
  if (!/\p{L}/u.test(text) || isMachine || address.test(text) || isDoubtful(leaf)) return 0
  if (!isHere && !leaf.isAnswer && leaf.within.length > 0) return 0
  const named = rankByName(leaf, messageWords, messageWords)
  if (named < 0) return 0
  if (messageTypes.test(leaf.type)) return 4
  if (named >= 3) return named
  const words = text.split(/\s+/).length
  const isLong = text.length >= 60 && words >= 8
  return isLong ? Math.max(1, named) : 0
}
