/* Leads as people send them: each another person, with a message of 1,000 characters. */

/** Every team gets its share of them. */
const countries = ['DE', 'UA', 'FR', 'PL']

export const messageCharacters = 1000

const items = [
  'thermometers',
  'pressure sensors',
  'flow meters',
  'level gauges',
  'humidity probes',
  'data loggers',
]
const places = ['the dairy', 'our second hall', 'the brewery in the valley', 'the new line', 'cold storage']
const months = ['March', 'May', 'June', 'September', 'the autumn', 'the first quarter']

type Pick = (list: readonly string[]) => string
type Count = (most: number) => number

/** What people write about; each time with other words in it. */
const sentences: readonly ((pick: Pick, count: Count) => string)[] = [
  (pick, count) => `We are looking for ${count(90)} ${pick(items)} for ${pick(places)}.`,
  (pick) => `A colleague saw your ${pick(items)} at the fair and was quite taken with them.`,
  (_, count) => `How soon could you deliver the first ${count(40)}, and what would they cost each?`,
  (pick) => `We would need them before ${pick(months)}, because the old ones leave the calibration then.`,
  (_, count) =>
    `At the moment we work with ${count(12)} suppliers, which is too many for a house of our size.`,
  (pick) => `Do the ${pick(items)} speak Modbus, or do we have to keep our converters in ${pick(places)}?`,
  (pick, count) =>
    `In ${pick(places)} it gets up to ${40 + count(80)} degrees, and it is cleaned with steam twice a week.`,
  () => 'The certificates have to name the single instrument, our auditor insists on that.',
  (pick) =>
    `Could somebody call me after lunch, best on a Tuesday, or write an offer by the end of ${pick(months)}?`,
  (_, count) => `Our budget for this year is about ${count(60)} thousand, the rest would have to wait.`,
  (pick) => `Last year we bought ${pick(items)} elsewhere, and half of them drifted within weeks.`,
  (pick, count) =>
    `There are ${count(9)} of us who would have to learn it, so a short training in ${pick(places)} would help.`,
  () => 'Payment within thirty days is fine with us, as long as the invoice comes as a file.',
  (pick) => `By the way, do you still repair the old ${pick(items)}? Two of ours show nothing but dashes.`,
  () => 'Sorry for the long text, I wanted to have everything in one place.',
  (pick) => `If it works well in ${pick(places)}, our sister company will want the same.`,
]

/**
 * A lead of its own: another address, so that none is merged into another. The same run and number give the same lead.
 * @param run tells the leads of one run from those of others
 */
export function leadOf(run: string, number: number): object {
  return {
    name: `Bench ${number}`,
    email: `bench-${run}-${number}@customer.example`,
    company: `Company ${number}`,
    country: countries[number % countries.length],
    message: messageOf(number),
  }
}

/** Sentences in an order of their own, cut at exactly so many characters that all leads weigh the same. */
function messageOf(seed: number): string {
  const random = generator(seed)
  const count: Count = (most) => 1 + Math.floor(random() * most)
  const pick: Pick = (list) => list[Math.floor(random() * list.length)]!
  let text = 'Hello,\n\n'
  while (text.length < messageCharacters)
    text += `${sentences[Math.floor(random() * sentences.length)]!(pick, count)} `
  return text.slice(0, messageCharacters - 1) + '.'
}

/** Numbers from 0 to 1, the same for the same seed: mulberry32, in the public domain. */
function generator(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
