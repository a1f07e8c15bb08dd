import { describe, expect, test } from 'vitest'
import type { Contact } from '../kind/sales/lead.ts'
import { isMailboxOfMany, isSamePerson } from './person.ts'

const ann: Contact = { name: 'Ann Vogel', email: 'ann@vogel.example', phone: '+4930901850' }

describe('two are one person', () => {
  test.each<[string, Contact, Contact]>([
    ['with the same name in capitals', ann, { name: 'ANN VOGEL' }],
    ['with the same words in another order', ann, { name: 'Vogel, Ann', email: 'other@vogel.example' }],
    ['with and without accents', { name: 'Zoë Müller' }, { name: 'Zoe Muller' }],
    ['with a character that nobody sees', ann, { name: 'Ann\u200B Vogel' }],
    ['with a mailbox of one’s own and a word of the name', ann, { name: 'A. Vogel', email: ann.email }],
    ['with a slip in the name', ann, { name: 'Ann Vohel', email: ann.email }],
    [
      'with a letter too few',
      { name: 'Anna Weber', email: 'a@w.example' },
      { name: 'Ana Weber', email: 'a@w.example' },
    ],
    ['with a part of the name', ann, { name: 'Ann', email: ann.email }],
    ['with a title', ann, { name: 'Frau Dr. Vogel', email: ann.email }],
    ['without a name but for a title', ann, { name: 'Mr.', email: ann.email }],
    [
      'by one mailbox in two spellings of its domain',
      { name: 'Ann', email: 'ann@bücher.example' },
      { name: 'Ann Vogel', email: 'ann@xn--bcher-kva.example' },
    ],
    ['without a name, by the e-mail address', ann, { email: ann.email, phone: '+380501234567' }],
    ['without a name and an e-mail address, by the phone', ann, { phone: ann.phone }],
    ['who was known by phone only', { phone: ann.phone }, ann],
    ['without names in one mailbox of many', { email: 'info@a.example' }, { email: 'info@a.example' }],
  ])('%s', (_, a, b) => {
    expect(isSamePerson(a, b)).toBe(true)
    expect(isSamePerson(b, a)).toBe(true)
  })
})

describe('two are two persons', () => {
  test.each<[string, Contact, Contact]>([
    ['with other names at one phone', ann, { name: 'Bernd Maier', phone: ann.phone }],
    ['with other names in one mailbox', ann, { name: 'Bernd Maier', email: ann.email }],
    [
      'of one family in a mailbox of many',
      { name: 'Ann Vogel', email: 'office@vogel.example' },
      { name: 'Bernd Vogel', email: 'office@vogel.example' },
    ],
    ['of one family in one mailbox', ann, { name: 'Bernd Vogel', email: ann.email }],
    [
      'with a title in common',
      { name: 'Herr Maier', email: 'a@b.example' },
      { name: 'Herr Vogel', email: 'a@b.example' },
    ],
    [
      'a couple of whom one has the other’s name but for its end',
      { name: 'Paul Novak', email: 'a@b.example' },
      { name: 'Paula Novak', email: 'a@b.example' },
    ],
    [
      'a couple with both names in two forms',
      { name: 'Ivan Petrov', email: 'a@b.example' },
      { name: 'Ivana Petrova', email: 'a@b.example' },
    ],
    ['of one family at one phone', ann, { name: 'Bernd Vogel', phone: ann.phone }],
    [
      'with an initial in common',
      { name: 'A Vogel', email: 'a@b.example' },
      { name: 'A Maier', email: 'a@b.example' },
    ],
    [
      'without a name, by another e-mail address at one phone',
      ann,
      { email: 'b@vogel.example', phone: ann.phone },
    ],
    [
      'without a name, in a mailbox of many',
      { name: 'Ann', email: 'info@vogel.example' },
      { email: 'info@vogel.example' },
    ],
    ['whose name nobody sees', ann, { name: '\u3164\u200B', email: 'b@vogel.example', phone: ann.phone }],
    ['of whom nothing is known', ann, {}],
    ['with letters that differ', { name: 'Йосип' }, { name: 'Осип' }],
  ])('%s', (_, a, b) => {
    expect(isSamePerson(a, b)).toBe(false)
    expect(isSamePerson(b, a)).toBe(false)
  })
})

test.each(['info@a.example', 'Sales-DE@a.example', 'office+web@a.example', 'kontakt@a.example'])(
  '%s is a mailbox of many',
  (email) => expect(isMailboxOfMany(email)).toBe(true),
)
test.each(['ann@a.example', 'informatik.meier@a.example', '@info', 'info', ''])('%s is not', (email) =>
  expect(isMailboxOfMany(email)).toBe(false),
)
