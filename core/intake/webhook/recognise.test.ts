import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Form } from '../../company/form/form.ts'
import type { Fields } from '../body/body.ts'
import { sortFields } from '../part.ts'
import { leavesOf } from './leaf.ts'
import { treeOf } from '../../company/form/tree.ts'

type Body = Record<string, unknown>
const read = (body: Body, form?: Form) => sortFields(Object.entries(body) as Fields, form)
const partsOf = (body: Body, form?: Form) =>
  Object.fromEntries(Object.entries(read(body, form).filled).map(([part, values]) => [part, values[0]]))

test.each<[string, Body, object]>([
  [
    'first and last in one',
    { name: { last: 'Ray', first: 'Bo' }, email: 'b@c.example' },
    { name: 'Bo Ray', email: 'b@c.example' },
  ],
  [
    'first_name and last_name in one',
    { contact: { last_name: 'Ray', first_name: 'Bo', email: 'b@c.example' } },
    { name: 'Bo Ray', email: 'b@c.example' },
  ],
  [
    'question and answer',
    {
      items: [
        { question: 'What is your name?', answer: 'Bo Ray' },
        { question: 'Where can we write to you?', answer: 'b@c.example' },
      ],
    },
    { name: 'Bo Ray', email: 'b@c.example' },
  ],
  [
    'label and value',
    {
      lead: {
        fields: [
          { label: 'Name', value: 'Bo Ray' },
          { label: 'Phone', value: '020 7946 0018' },
        ],
      },
    },
    { name: 'Bo Ray', phone: '020 7946 0018' },
  ],
  [
    'a company of its own',
    { company: { name: 'Acme' }, person: { name: 'Bo Ray', email: 'b@c.example' } },
    { name: 'Bo Ray', company: 'Acme', email: 'b@c.example' },
  ],
  [
    'a phone with its country',
    { phone: { country: 'GB', number: '020 7946 0018' }, email: 'b@c.example' },
    { phone: '020 7946 0018', email: 'b@c.example' },
  ],
])('%s is read', (_, body, expected) => {
  expect(partsOf(body)).toEqual(expected)
})

/** What misleads: each body has a better reading, or none; what is not the customer's must not become his. */
test.each<[string, Body, object]>([
  [
    'the name of a form',
    { name: 'Contact form', id: 'f1', data: { 'Full name': 'Bo Ray', email: 'b@c.example' } },
    { name: 'Bo Ray', email: 'b@c.example' },
  ],
  [
    'the name of a form, and nobody’s',
    { form: { id: 'f1', name: 'Contact' }, email: 'b@c.example' },
    { email: 'b@c.example' },
  ],
  [
    'names of things',
    {
      form_name: 'Kontakt',
      page_name: 'Home',
      file_name: 'a b',
      product_name: 'X',
      field_name: 'q',
      event_name: 'lead',
      username: 'bo',
      'Business name': 'Acme',
      email: 'b@c.example',
    },
    { email: 'b@c.example', company: 'Acme' },
  ],
  [
    'the vendor’s own address',
    {
      account: { email: 'owner@vendor.example', name: 'Otto Owner' },
      submission: { email: 'b@c.example', name: 'Bo Ray' },
    },
    { name: 'Bo Ray', email: 'b@c.example' },
  ],
  [
    'who works there, in lists',
    {
      author: { name: 'Bo Ray', email: 'b@c.example' },
      teammates: { admins: [{ name: 'Olga Host', email: 'olga@vendor.example' }] },
    },
    {},
  ],
  [
    'who else comes to a meeting',
    {
      payload: { name: 'Bo Ray', email: 'b@c.example' },
      scheduled_event: {
        event_memberships: [{ user_email: 'olga@vendor.example', user_name: 'Olga Host' }],
        event_guests: [{ email: 'guest@c.example' }],
      },
    },
    { name: 'Bo Ray', email: 'b@c.example' },
  ],
  [
    'the address of who is told',
    {
      notification_email: 'sales@northwind.example',
      from: 'no-reply@vendor.example',
      answers: [{ label: 'E-mail', value: 'b@c.example' }],
    },
    { email: 'b@c.example' },
  ],
  [
    'only addresses of others',
    {
      owner_email: 'owner@vendor.example',
      'Manager email': 'm@c.example',
      noreply: 'noreply@vendor.example',
    },
    {},
  ],
  ['two addresses of which nothing is known', { a: { x: 'one@c.example' }, b: { y: 'two@c.example' } }, {}],
  [
    'ids that look like numbers of phones',
    {
      id: '380501234567',
      phone_id: '49309018200',
      created: '1803891600000',
      fax: '+49 30 901821',
      email: 'b@c.example',
    },
    { email: 'b@c.example' },
  ],
  [
    'consents that name a channel',
    { email_consent: 'yes', phone_consent: '1', 'Email opt-in': 'true', email: 'b@c.example' },
    { email: 'b@c.example' },
  ],
  [
    'addresses of pages',
    {
      company: 'https://acme.example/',
      name: 'https://acme.example/bo',
      full_name: 'Bo Ray',
      email: 'b@c.example',
    },
    { name: 'https://acme.example/bo', company: 'https://acme.example/', email: 'b@c.example' },
  ],
  [
    'the size of a company',
    { 'Company size': '50-100', 'Company website': 'acme.example', company_id: '12', email: 'b@c.example' },
    { email: 'b@c.example' },
  ],
  [
    'texts of a machine',
    {
      data: {
        email: 'b@c.example',
        user_agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140',
        terms: 'I agree that you use these details to answer me and that you keep them for a year.',
      },
      message: 'New submission',
    },
    { email: 'b@c.example', message: 'New submission' },
  ],
  [
    'the answer of a machine',
    { message: 'Form received', data: { email: 'b@c.example', message: 'Please call' } },
    { email: 'b@c.example', message: 'Please call' },
  ],
  [
    'a number of a question',
    {
      answers: [
        { key: 'question_7', value: 'Yes' },
        { key: 'email', value: 'b@c.example' },
      ],
    },
    { email: 'b@c.example' },
  ],
  [
    'keys that an object has by itself',
    JSON.parse('{"constructor":"c","__proto__":"p","toString":{"email":"b@c.example"}}') as Body,
    { email: 'b@c.example' },
  ],
])('%s: no guess', (_, body, expected) => {
  expect(partsOf(body)).toEqual(expected)
})

describe('a form that says where a part stands', () => {
  const form: Form = {
    country: 'DE',
    languages: ['en'],
    fields: [],
    map: { email: 'answers[ref=mail].text', name: ['p.first', 'p.last'] },
  }
  test('is believed', () => {
    const body = {
      answers: [
        { ref: 'boss', text: 'boss@c.example' },
        { ref: 'mail', text: 'b@c.example' },
      ],
      p: { last: 'Ray', first: 'Bo' },
    }
    expect(partsOf(body, form)).toEqual({ email: 'b@c.example', name: 'Bo Ray' })
    expect(read(body, form).from.email).toEqual({ paths: ['answers[ref=mail].text'], by: 'form' })
  })
  test('gets nothing where nothing was answered, though there is something like it', () => {
    expect(partsOf({ answers: [{ ref: 'boss', text: 'boss@c.example' }] }, form)).toEqual({})
  })
})

test('what fills no part is shown under its question, what a machine wrote last', () => {
  const { rest } = read({
    id: 'e1',
    sent_at: '2027-03-01T09:00:00Z',
    answers: [
      { question: 'Which meters?', answer: ['Heat', 'Water'] },
      { question: 'Address', answer: { street: 'Ring 1', city: 'Graz' } },
    ],
    form: { name: 'Contact' },
    email: ['b@c.example', 'second@c.example'],
  })
  expect(rest).toEqual([
    ['Which meters?', 'Heat, Water'],
    ['Address › street', 'Ring 1'],
    ['Address › city', 'Graz'],
    ['form › name', 'Contact'],
    ['id', 'e1'],
    ['sent_at', '2027-03-01T09:00:00Z'],
  ])
})

test('whatever somebody says in a body of any shape is in a part, is shown, or is what was asked', () => {
  const name = fc.constantFrom(
    'name',
    'email',
    'answer',
    'value',
    'Telefon',
    'question',
    'a',
    'b',
    'message',
    'data',
    'company',
    'first',
    '_replyto',
    '_name',
    '__message',
  )
  const word = fc.constantFrom('x@c.example', '+49 30 901820', 'Bo Ray')
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      word,
      fc.array(tie('any'), { minLength: 1, maxLength: 3 }),
      fc.dictionary(name, tie('any'), { minKeys: 1, maxKeys: 4 }),
    ),
  })).any
  fc.assert(
    fc.property(fc.dictionary(name, value, { maxKeys: 5 }), (body) => {
      let count = 0
      const marked = JSON.parse(JSON.stringify(body), (_, inner: unknown) =>
        typeof inner === 'string' && inner !== ''
          ? inner.replace(/(?=@)|$/, String((count += 1) + 100))
          : inner,
      ) as Body
      const sorted = read(marked)
      const shown = JSON.stringify([
        sorted.filled,
        sorted.rest,
        sorted.tags,
        leavesOf(treeOf(Object.entries(marked) as Fields)).map(({ label }) => label),
      ])
      const sent = [...JSON.stringify(marked).matchAll(/"((?:x\d|\+49|Bo)[^"]*)"/g)].map(([, text]) => text!)
      for (const text of sent) expect(shown).toContain(text)
    }),
    { numRuns: 1000 },
  )
})

test.each<[string, Body, Partial<Form>]>([
  ['a list of many', { a: Array.from({ length: 20_000 }, () => ({ a: 'x' })) }, {}],
  [
    'paths that mean many',
    { a: Array.from({ length: 20_000 }, () => ({ a: 'x' })) },
    { map: { email: 'a[*].a', name: 'a[a=x].a' } },
  ],
  [
    'many names',
    { a: Array.from({ length: 6_000 }, (_, i) => ({ first_name: `A${i}`, last_name: 'B' })) },
    {},
  ],
  ['a long address', { email: `a@${'b.'.repeat(100_000)}`, Nachricht: 'x '.repeat(20_000) }, {}],
])('%s costs time in proportion to the body: it cannot keep a function busy', (_, body, more) => {
  const start = performance.now()
  read(body, { country: 'DE', languages: ['en'], fields: [], preset: 'meta', ...more })
  // Half a second on an idle machine; what grows with the square took 18 seconds.
  expect(performance.now() - start).toBeLessThan(5_000)
})
