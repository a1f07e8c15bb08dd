import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Form } from './form.ts'
import { readFormBody, readJsonBody, type Fields } from '../../intake/body/body.ts'
import { readInquiry } from '../../intake/normalize.ts'
import { eventKeyOf } from '../../intake/part.ts'
import { presets } from './preset.ts'

/** Recorded shapes of what each service posts; the people in them are invented. */
function recorded(file: string): Fields {
  const bytes = readFileSync(new URL(`../../../test/fixture/webhook/${file}`, import.meta.url))
  return file.endsWith('.form') ? readFormBody(bytes, 'utf-8').fields : readJsonBody(bytes, 'utf-8').fields
}

const formOf = (preset: string, more: Partial<Form> = {}): Form => ({
  country: 'DE',
  languages: ['en'],
  fields: [],
  preset,
  ...more,
})

const reading = (fields: Fields, form: Form | undefined, visit: object) =>
  readInquiry(fields, form, visit, { currency: 'EUR', placeholders: [] })

const contact = (name: string, email: string, phone?: string, company?: string) => ({
  name,
  email,
  ...(phone && { phone }),
  ...(company && { company }),
})

const cases: [preset: string, file: string, contact: object, words: { message?: string; also: string[] }][] =
  [
    [
      'typeform',
      'typeform.json',
      contact('Petra Kolb', 'petra.kolb@tf.customer.example', '+4930901820'),
      { message: 'Forty flow meters by May.', also: ['How many colleagues?: 650'] },
    ],
    [
      'tally',
      'tally.json',
      contact('Jonas Weber', 'jonas.weber@ta.customer.example', '+4930901825'),
      { message: 'Zwei Durchflussmesser für Heißwasser.', also: ['Branche: Stadtwerke'] },
    ],
    [
      'meta',
      'meta-lead.json',
      contact('Marek Nowak', 'marek.nowak@fb.customer.example', '+48221234567', 'Wodomierz sp. z o.o.'),
      { also: ['how_many_meters_do_you_run?: 200-500'] },
    ],
    [
      'google-ads',
      'google-ads.json',
      contact('Hugo Brandt', 'hugo.brandt@gads.customer.example', '+4315138850', 'Brandt Messtechnik'),
      { also: [] },
    ],
    [
      'webflow',
      'webflow.json',
      contact('Lena Vogt', 'lena.vogt@wf.customer.example', '+498921800'),
      { message: 'Please send the data sheet.', also: [] },
    ],
    [
      'hubspot',
      'hubspot.json',
      contact('Agata Wrona', 'agata.wrona@hs.customer.example', '+48227654321', 'Wrona Wodociągi'),
      { message: 'Please call on Tuesday.', also: ['number_of_meters: 120'] },
    ],
    [
      'unbounce',
      'unbounce.json',
      contact('Claire Petit', 'claire.petit@ub.customer.example', '+33142685300'),
      { message: 'Combien coûte le capteur ?', also: [] },
    ],
    [
      'elementor',
      'elementor-simple.form',
      contact('Jana Kral', 'jana.kral@el.customer.example'),
      { message: 'Bitte um Rückruf', also: [] },
    ],
    [
      'elementor',
      'elementor-advanced.form',
      contact('Jana Kral', 'jana.k2@el.customer.example'),
      { message: 'Bitte um Rückruf', also: [] },
    ],
    [
      'contact-form-7',
      'contact-form-7.form',
      contact('Tom Krämer', 'tom.kraemer@cf.customer.example', '+494030001234'),
      { message: 'Wie lange dauert eine Kalibrierung?', also: ['your-subject: Kalibrierung'] },
    ],
    [
      'gravity-forms',
      'gravity-forms.json',
      contact('Nadia Berg', 'nadia.berg@gf.customer.example', '+46812345678'),
      {
        message:
          'Do your meters work with heat pumps? We run eleven buildings and want to read all of them from one place.',
        also: ['5: 11'],
      },
    ],
  ]

test('each preset has a recorded shape', () => {
  expect(new Set(cases.map(([preset]) => preset))).toEqual(new Set(Object.keys(presets)))
})

test.each(cases)(
  '%s: %s gives a lead its name, addresses and words',
  (preset, file, expected, { message, also }) => {
    const form = formOf(preset, preset === 'gravity-forms' ? { map: { name: ['1.3', '1.6'] } } : {})
    const inquiry = reading(recorded(file), form, {})
    expect(inquiry.contact).toMatchObject(expected)
    expect(inquiry.message).toBe(message)
    const lines = (inquiry.also ?? []).map(({ name, text }) => `${name}: ${text}`)
    expect(lines).toEqual(expect.arrayContaining(also))
    // Nothing that only machines need stands before the owner's eyes, but what is not certain to be that.
    expect(lines.length).toBeLessThanOrEqual(also.length + 2)
  },
)

test.each(cases)(
  'without a preset, %s: %s is read by its questions alone',
  (preset, file, expected, { message }) => {
    const inquiry = reading(recorded(file), undefined, {})
    const { name: _, ...reached } = expected as Record<string, string>
    // Fields of Gravity Forms are numbers: nothing tells which is the name, so it is unknown and shown.
    if (preset === 'gravity-forms') expect(inquiry.also).toContainEqual({ name: '1.3', text: 'Nadia' })
    expect(inquiry.contact).toMatchObject(preset === 'gravity-forms' ? reached : expected)
    expect(inquiry.message).toBe(message)
  },
)

test.each([
  ['typeform', 'typeform.json', ['01HFIELDTESTTYPEFORM000001']],
  ['tally', 'tally.json', ['a4cb511e-d513-4fa5-baee-b815d718dfd1']],
  ['meta', 'meta-lead.json', ['444000111222333']],
  ['meta', 'meta-notice.json', ['444000111222333']],
  ['google-ads', 'google-ads.json', ['GAds-LEAD-0001-xyz']],
  ['webflow', 'webflow.json', ['65fd00000000000000000002']],
  ['hubspot', 'hubspot.json', undefined],
  ['unbounce', 'unbounce.json', ['6b0d2c9e-77b2-4d2e-8f0a-1d2c3b4a5f60']],
  ['gravity-forms', 'gravity-forms.json', ['815']],
  ['elementor', 'elementor-simple.form', undefined],
])('%s: %s is known again by its number', (preset, file, key) => {
  expect(eventKeyOf(recorded(file), formOf(preset))).toEqual(key)
})

test('a campaign tag in a hidden field is the source of the lead', () => {
  for (const [preset, file] of [
    ['typeform', 'typeform.json'],
    ['tally', 'tally.json'],
  ] as const)
    expect(reading(recorded(file), formOf(preset), {}).source).toEqual({
      utm: { campaign: 'spring-meters' },
    })
})

test('a notice of Meta that has only a number says so, in the language of the lead', () => {
  const form = formOf('meta', { languages: ['uk'] })
  const { contact: nobody, also } = reading(recorded('meta-notice.json'), form, {})
  expect(nobody).toEqual({})
  expect(also?.[0]).toMatchObject({ name: 'Meta', text: expect.stringContaining('лише номер') as string })
  expect(also).toContainEqual({ name: 'leadgen › leadgen_id', text: '444000111222333' })
})
