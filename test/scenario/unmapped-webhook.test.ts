import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'

/** What form services post, at a form that says nothing of them: read by its keys and shapes. */

let cloud: Cloud
beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
})
afterAll(() => cloud?.stop())

test.each<[file: string, contact: Record<string, string>, said: string[]]>([
  [
    'meta-lead.json',
    { name: 'Marek Nowak', email: 'marek.nowak@fb.customer.example', phone: '+48221234567' },
    ['how_many_meters_do_you_run?', '200-500'],
  ],
  [
    'google-ads.json',
    { name: 'Hugo Brandt', email: 'hugo.brandt@gads.customer.example', phone: '+4315138850' },
    ['Brandt Messtechnik', 'Austria'],
  ],
  [
    'webflow.json',
    { name: 'Lena Vogt', email: 'lena.vogt@wf.customer.example', phone: '+498921800' },
    ['Please send the data sheet.'],
  ],
  [
    'elementor-simple.form',
    { name: 'Jana Kral', email: 'jana.kral@el.customer.example', phone: '+493090182011' },
    ['Bitte um Rückruf'],
  ],
  [
    'elementor-advanced.form',
    { name: 'Jana Kral', email: 'jana.k2@el.customer.example' },
    ['Bitte um Rückruf'],
  ],
])('%s is a lead with the words of its customer', async (file, contact, said) => {
  const { status, json } = await cloud.request('/f/demo', {
    body: readFileSync(new URL(`../fixture/webhook/${file}`, import.meta.url), 'utf8').trim(),
    headers: {
      'content-type': file.endsWith('.form') ? 'application/x-www-form-urlencoded' : 'application/json',
    },
  })
  expect([status, json.outcome]).toEqual([201, 'lead'])
  await cloud.settle()
  expect((await cloud.lead(json.leadId)).json.contact).toMatchObject(contact)
  const [mail] = await cloud.mailsAbout(json.leadId)
  for (const words of [...Object.values(contact), ...said]) expect(mail!.text).toContain(words)
})
