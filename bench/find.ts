import { loadavg } from 'node:os'
import { findRecords } from '#core/query/find/find.ts'
import { kinds, personKind, tenant } from '#core/query/find/fixture.ts'
import { learnFrom } from '#core/query/find/index-records.ts'
import { postingsOf } from '#core/query/find/posting.ts'
import { foldedOf, plainOf } from '#core/query/find/text.ts'
import { toItem } from '#core/record/item.ts'
import { openEngine, type Counted } from '../test/table-engine.ts'
import { customer } from './find/person.ts'
import { Draw } from '../test/random.ts'
import { quantile } from './quantile.ts'
import { tell } from './lead/print.ts'

/*
 * Finding one of 100,000 customers by the functions' adapter over the table engine, which runs in the same process: how long a
 * question takes with its reads of the ledger, whether a name with a typo is found, and what a record takes to be found.
 * `--quick`: a tenth of the customers.
 */

type World = Awaited<ReturnType<typeof openEngine>>
type Customer = ReturnType<typeof customer>

const limit = 20
const rounds = 300

export async function run(options: ReadonlySet<string>): Promise<void> {
  const count = options.has('--quick') ? 10_000 : 100_000
  const counted: Counted = {}
  const world = await openEngine({ counted })
  try {
    const customers = await fill(world, count, counted)
    await measure(world, customers)
    await measureTypos(world, customers)
    tell(
      'load',
      loadavg()
        .map((load) => load.toFixed(1))
        .join(' '),
      'at the end',
    )
  } finally {
    await world.close()
  }
}

async function fill({ store, find }: World, count: number, counted: Counted): Promise<Customer[]> {
  const random = new Draw(7)
  const customers = Array.from({ length: count }, (_, number) => customer(number, random))
  const started = performance.now()
  const before = process.cpuUsage()
  let postings = 0
  for (let from = 0; from < count; from += 250) {
    const some = customers.slice(from, from + 250).map(({ surname: _, ...record }) => record)
    const puts = some.flatMap((record) => postingsOf(personKind, record).map((put) => ({ put })))
    postings += puts.length
    await store.project(some.map((record) => ({ put: toItem(personKind, record) })))
    await find.write(puts)
    await learnFrom(
      find,
      some.map((record) => ({ kind: personKind, record })),
    )
  }
  const { user, system } = process.cpuUsage(before)
  const each = (value: number): string => (value / count).toFixed(2)
  tell(
    'customers',
    String(count),
    `${postings} postings, written in ${((performance.now() - started) / 1000).toFixed(0)} s`,
  )
  tell(
    'write units',
    each(counted.find ?? 0),
    `a customer, of them ${each(postings)} postings; the rest is the dictionary`,
  )
  tell(
    'processor',
    `${((user + system) / 1000 / count).toFixed(2)} ms`,
    'a customer, client and engine, its record included',
  )
  return customers
}

type Ask = (text: string) => Promise<Awaited<ReturnType<typeof findRecords>>>

const asking =
  ({ store, find }: World): Ask =>
  async (text) =>
    await findRecords({ store, find }, kinds, {
      tenant,
      text,
      limit,
      shown: async (all) => all.map(({ record }) => record),
    })

async function measure(world: World, customers: readonly Customer[]): Promise<void> {
  const ask = asking(world)
  const any = (random: Draw): Customer => random.pick(customers)
  const digits = ({ phones }: Customer): string => (phones as string[])[0]!.slice(1)
  const questions: Record<string, (random: Draw) => string> = {
    'a surname': (random) => any(random).surname,
    'five letters of a surname': (random) => any(random).surname.slice(0, 5),
    'two letters': (random) => plainOf(any(random).surname).slice(0, 2),
    'a common first name': (random) => any(random).name.split(' ')[0]!,
    'first and last name': (random) => any(random).name,
    'first name, three letters': (random) =>
      `${any(random).name.split(' ')[0]} ${any(random).surname.slice(0, 3)}`,
    'Cyrillic or Greek by Latin letters': (random) => {
      for (;;) {
        const { surname } = any(random)
        if (/[^\p{Script=Latin}’]/u.test(surname)) return plainOf(surname)
      }
    },
    'the end of a phone, 4 digits': (random) => digits(any(random)).slice(-4),
    'the beginning of a phone, 5 digits': (random) => digits(any(random)).slice(0, 5),
    'an e-mail address': (random) => (any(random).emails as string[])[0]!,
    'a domain': (random) => `@${(any(random).emails as string[])[0]!.split('@')[1]}`,
    'a typo in a surname': (random) => edits.other!(any(random).surname, random),
    nothing: (random) => `qxz${random.below(1e6)}w`,
    'nothing, a word': (random) => `zzq${'abcdefgh'[random.below(8)]}wxu`,
  }
  for (const [name, question] of Object.entries(questions)) {
    const random = new Draw(11)
    const times: number[] = []
    let found = 0
    let before = process.cpuUsage()
    for (let i = -20; i < rounds; i++) {
      if (i === 0) before = process.cpuUsage()
      const text = question(random)
      const started = performance.now()
      const answer = await ask(text)
      if (i < 0) continue
      times.push(performance.now() - started)
      found += answer.length
    }
    const { user, system } = process.cpuUsage(before)
    tell(
      name,
      `${quantile(times, 0.5).toFixed(1)} ms`,
      `p50; p99 ${quantile(times, 0.99).toFixed(1)}; processor ${((user + system) / 1000 / rounds).toFixed(1)} ms; ` +
        `${(found / rounds).toFixed(1)} found on average`,
    )
  }
}

/** One edit of a text. */
const edits: Record<string, (text: string, random: Draw) => string> = {
  swapped: (text, random) => at(text, random, 2, (letters, i) => [letters[i + 1]!, letters[i]!]),
  dropped: (text, random) => at(text, random, 1, () => []),
  added: (text, random) =>
    at(text, random, 1, (letters, i) => [letters[i]!, letterLike(letters[i]!, random)]),
  other: (text, random) => at(text, random, 1, (letters, i) => [letterLike(letters[i]!, random)]),
  'sounds alike': (text, random) => {
    const ways = alike.filter(([from]) => text.toLowerCase().includes(from))
    if (!ways.length) return text
    const [from, to] = random.pick(ways)
    return text.toLowerCase().replace(from, to)
  },
}

/** What sounds alike, as pairs. */
const alike =
  'f v d t t d b p ck k mm m nn n ll l ss s ff f ö oe ü ue sh sch ch kh n nn l ll к кк г х и е о а'
    .match(/\S+ \S+/g)!
    .map((pair) => pair.split(' ') as [string, string])

/** A text whose signs from some place on are others. @param takes so many signs are replaced */
function at(
  text: string,
  random: Draw,
  takes: number,
  edit: (letters: string[], i: number) => string[],
): string {
  const letters = Array.from(text)
  const i = random.below(letters.length - takes + 1)
  return [...letters.slice(0, i), ...edit(letters, i), ...letters.slice(i + takes)].join('')
}

function letterLike(letter: string, random: Draw): string {
  const row = [
    /\p{Script=Cyrillic}/u.test(letter) ? 'абвгдежзиклмнопрстуфхцчшю' : '',
    /\p{Script=Greek}/u.test(letter) ? 'αβγδεζηθικλμνοπρστυφχ' : '',
    'abcdefghiklmnoprstuvz',
  ].find(Boolean)!
  for (;;) {
    const other = random.pick(Array.from(row))
    if (other !== letter.toLowerCase()) return other
  }
}

/** Of surnames with an edit: whether one who is called so is among the first. */
async function measureTypos(world: World, customers: readonly Customer[]): Promise<void> {
  const ask = asking(world)
  for (const [name, edit] of Object.entries(edits)) {
    const random = new Draw(13)
    const share = async (part: (surname: string) => string): Promise<string> => {
      let [found, asked] = [0, 0]
      while (asked < 200) {
        const { surname } = random.pick(customers)
        const right = part(surname)
        if (Array.from(surname).length < 8) continue
        const typed = edit(right, random)
        if (foldedOf(plainOf(typed)) === foldedOf(plainOf(right)) || typed === right) continue
        asked++
        const wanted = foldedOf(plainOf(surname)).slice(0, 120)
        const answer = await ask(typed)
        if (answer.some(({ called = '' }) => foldedOf(plainOf(called)).includes(wanted))) found++
      }
      return `${Math.round((found / asked) * 100)} %`
    }
    const whole = await share((surname) => surname)
    const beginning = await share((surname) =>
      Array.from(surname)
        .slice(0, 6 + random.below(3))
        .join(''),
    )
    tell(`found, ${name}`, whole, `of whole surnames; ${beginning} of their first 6 to 8 letters`)
  }
}
