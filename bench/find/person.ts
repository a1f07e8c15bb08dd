import { person } from '#core/query/find/fixture.ts'
import { foldedOf, plainOf } from '#core/query/find/text.ts'
import type { AnyRecord } from '#core/record/kind.ts'
import type { Draw } from '../../test/random.ts'

/* Customers as a firm in Europe has them: names in several scripts, of syllables, so that many are alike and few the same. */

const syllables = {
  ukrainian: {
    first: [
      'Олена',
      'Тарас',
      'Ірина',
      'Юрій',
      'Сергій',
      'Наталія',
      'Андрій',
      'Оксана',
      'Микола',
      'Ганна',
      'Євген',
      'Марія',
    ],
    begin: [
      'Шев',
      'Бон',
      'Кова',
      'Гон',
      'Мель',
      'Тимо',
      'Ткач',
      'Кравч',
      'Олій',
      'Поліщ',
      'Руде',
      'Лис',
      'Мороз',
      'Сав',
      'Пет',
      'Яков',
    ],
    middle: ['ча', 'да', 'лен', 'ри', 'ша', 'ни', 'ко', 'ва', 'ре', 'то', 'ма', 'ли', 'ге', 'щу', ''],
    end: ['енко', 'ук', 'чук', 'ський', 'ик', 'юк', 'ець', 'ів', 'ар', 'ишин'],
  },
  german: {
    first: [
      'Jürgen',
      'Anna',
      'Björn',
      'Käthe',
      'Stefan',
      'Lena',
      'Günther',
      'Ursula',
      'Jörg',
      'Katrin',
      'Uwe',
      'Sabine',
    ],
    begin: [
      'Mül',
      'Schnei',
      'Hoff',
      'Wag',
      'Krü',
      'Bau',
      'Schrö',
      'Zim',
      'Lud',
      'Hart',
      'Vo',
      'Kö',
      'Stei',
      'Brau',
      'Groß',
      'Lin',
    ],
    middle: [
      'ler',
      'der',
      'ma',
      'ne',
      'gel',
      'den',
      'mer',
      'wi',
      'hol',
      'ber',
      'ste',
      'ken',
      'lin',
      'fe',
      '',
    ],
    end: ['mann', 'er', 'feld', 'bach', 'stein', 'berg', 'hardt', 'ow', 'ke', 'ing'],
  },
  english: {
    first: [
      'James',
      'Emily',
      'Siobhán',
      'Oliver',
      'Grace',
      'Thomas',
      'Ella',
      'Henry',
      'Chloe',
      'Jack',
      'Alice',
      'Liam',
    ],
    begin: [
      'Har',
      'Wil',
      'Mac',
      'Jack',
      'Ash',
      'Ches',
      'Win',
      'Brad',
      'Thorn',
      'Park',
      'Cart',
      'Fitz',
      'Hol',
      'Red',
      'Lan',
      'O’Con',
    ],
    middle: ['ri', 'ter', 'ley', 'do', 'na', 'ber', 'win', 'ge', 'lo', 'man', 'per', 'ca', 'sha', 'ing', ''],
    end: ['son', 'ton', 'wood', 'well', 'ford', 'man', 's', 'ley', 'worth', 'by'],
  },
  greek: {
    first: ['Γιώργος', 'Ελένη', 'Νίκος', 'Μαρία', 'Κώστας', 'Ευαγγελία'],
    begin: ['Παπα', 'Κων', 'Αγγε', 'Νικο', 'Οικο', 'Γεωρ', 'Δημη', 'Χατζη'],
    middle: ['δοπ', 'στα', 'λο', 'λα', 'νομ', 'γι', 'τρι', 'μιχ', ''],
    end: ['ουλος', 'ίδης', 'άκης', 'ίου', 'όπουλος', 'άδης'],
  },
} as const

const cities = [
  'Kyiv',
  'Lviv',
  'Одеса',
  'Berlin',
  'München',
  'Köln',
  'London',
  'Dublin',
  'Αθήνα',
  'Wien',
  'Kraków',
  'Zürich',
]
const trades = ['GmbH', 'Ltd', 'ТОВ', 'Bau', 'Logistics', 'Молоко', 'Technik', 'Foods', 'AG', 'Media']
const codes = ['380', '380', '49', '49', '44', '30', '43', '48', '41']

export type People = keyof typeof syllables
const peoples = Object.keys(syllables) as People[]

/** A customer; most are persons, some are companies of somebody's name. */
export function customer(number: number, random: Draw): AnyRecord & { name: string; surname: string } {
  const people = peoples[random.below(10) < 9 ? random.below(3) : 3]!
  const { first, begin, middle, end } = syllables[people]
  const surname = random.pick(begin) + random.pick(middle) + random.pick(middle) + random.pick(end)
  const given = random.pick(first)
  const isCompany = random.below(4) === 0
  const name = isCompany ? `${surname} ${random.pick(trades)}` : `${given} ${surname}`
  const local = `${foldedOf(plainOf(given))}.${foldedOf(plainOf(surname))}${number}`
  const national = String(1_000_000_00 + random.below(899_999_999))
  const fields = {
    name,
    emails: [`${local}@${random.pick(['mail', 'post', 'inbox'])}${random.below(400)}.example`],
    phones: [`+${random.pick(codes)}${national}`],
    place: { city: random.pick(cities) },
  }
  return { ...person(number, fields), name, surname }
}
