import { createHmac } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { main } from '../../cli/main.ts'
import { openCloud, type Cloud } from '../cloud.ts'

let cloud: Cloud
beforeAll(async () => void (cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })))
afterAll(() => cloud?.stop())

const recorded = (file: string): string =>
  readFileSync(new URL(`../fixture/webhook/${file}`, import.meta.url), 'utf8').trim()

const post = (form: string, body: string, headers: Record<string, string> = {}) =>
  cloud.request(`/f/${form}`, {
    body,
    headers: {
      'content-type': body.startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded',
      ...headers,
    },
  })

async function leadsWith(email: string) {
  const { json } = await cloud.request(`/leads?day=${(await cloud.now()).slice(0, 10)}`, { user: 'viktor' })
  return (json.leads as { id: string; contact: { email?: string } }[]).filter(
    ({ contact }) => contact.email === email,
  )
}

const customers: [form: string, file: string, said: string[]][] = [
  [
    'tally',
    'tally.json',
    [
      'Jonas Weber',
      'jonas.weber@ta.customer.example',
      '+4930901825',
      'Zwei Durchflussmesser',
      'Branche',
      'Stadtwerke',
    ],
  ],
  [
    'meta',
    'meta-lead.json',
    ['Marek Nowak', 'marek.nowak@fb.customer.example', '+48221234567', 'Wodomierz', '200-500'],
  ],
  [
    'google-ads',
    'google-ads.json',
    ['Hugo Brandt', 'hugo.brandt@gads.customer.example', '+4315138850', 'Brandt Messtechnik'],
  ],
  [
    'webflow',
    'webflow.json',
    ['Lena Vogt', 'lena.vogt@wf.customer.example', '+498921800', 'Please send the data sheet.'],
  ],
  [
    'hubspot',
    'hubspot.json',
    ['Agata Wrona', 'agata.wrona@hs.customer.example', '+48227654321', 'Please call on Tuesday.', '120'],
  ],
  [
    'unbounce',
    'unbounce.json',
    ['Claire Petit', 'claire.petit@ub.customer.example', '+33142685300', 'Combien coûte le capteur ?'],
  ],
  [
    'elementor',
    'elementor-simple.form',
    ['Jana Kral', 'jana.kral@el.customer.example', '901820', 'Bitte um Rückruf'],
  ],
  ['elementor', 'elementor-advanced.form', ['Jana Kral', 'jana.k2@el.customer.example', 'Bitte um Rückruf']],
  [
    'contact-form-7',
    'contact-form-7.form',
    ['Tom Krämer', 'tom.kraemer@cf.customer.example', '+494030001234', 'Wie lange dauert'],
  ],
  [
    'gravity-forms',
    'gravity-forms.json',
    ['Nadia Berg', 'nadia.berg@gf.customer.example', '+46812345678', 'heat pumps'],
  ],
  // without a preset, at a form of a page
  [
    'demo',
    'typeform.json',
    [
      'Petra Kolb',
      'petra.kolb@tf.customer.example',
      '+4930901820',
      'Forty flow meters by May.',
      'How many colleagues?',
      '650',
    ],
  ],
]

test.each(customers)(
  '%s: %s becomes a lead, and its owner reads what the customer said',
  async (form, file, said) => {
    const { status, json } = await post(form, recorded(file))
    expect(status).toBe(201)
    expect(json).toMatchObject({ outcome: 'lead' })
    await cloud.settle()
    const [mail] = await cloud.mailsAbout(json.leadId)
    for (const words of said) {
      expect(mail!.text).toContain(words)
      expect(mail!.html.replaceAll('&#39;', '’')).toContain(words)
    }
  },
)

test('what Meta sends without words is raised to people, and says what is missing', async () => {
  const { json } = await post('meta', recorded('meta-notice.json'))
  await cloud.settle()
  // The same number as the lead of Meta before, but none of its words: it is not taken for a repetition of that.
  expect(json).toMatchObject({ outcome: 'lead' })
  const [mail] = await cloud.mailsAbout(json.leadId)
  expect(mail!.text.replace(/\s+/g, ' ')).toContain('Meta has sent only the number of this lead')
  expect(mail!.text).toContain('444000111222333')
})

test('the same event a day later is one lead, also with a counter of tries in it', async () => {
  const event = (attempt: number) =>
    JSON.stringify({
      eventId: 'again-1',
      attempt,
      data: { fields: [{ label: 'E-Mail', value: 'again@customer.example' }] },
    })
  const first = await post('tally', event(1))
  await cloud.advance('31 minutes')
  expect((await post('tally', event(2))).json).toEqual(first.json)
  await cloud.advance('1 day')
  expect((await post('tally', event(3))).json).toEqual(first.json)
})

test('only who knows the secret gets past the quarantine, and nobody is told', async () => {
  const body = recorded('typeform.json')
    .replaceAll('petra.kolb', 'petra.signed')
    .replaceAll('901820', '901827')
  const signature = (key: string) => `sha256=${createHmac('sha256', key).update(body).digest('base64')}`
  const unsigned = await post('typeform', body)
  let typed = 'not-a-real-secret\n'
  const said: string[] = []
  const exit = await main(['secret', 'set', 'typeform', '--data', cloud.data], {
    directory: process.cwd(),
    out: (text) => said.push(text),
    err: (text) => said.push(text),
    colour: false,
    now: 0,
    input: () => Promise.resolve(typed),
  })
  expect([exit, said.join('')]).toEqual([0, expect.stringContaining('typeform is set')])
  expect(said.join('')).not.toContain('not-a-real-secret')
  expect(statSync(join(cloud.data, 'secrets.json')).mode & 0o777).toBe(0o600)
  typed = ''
  // What a function has read holds for a minute.
  await cloud.advance('61 seconds')
  const forged = await post('typeform', body, { 'typeform-signature': signature('guessed') })
  const right = await post('typeform', body, { 'typeform-signature': signature('not-a-real-secret') })
  for (const answer of [unsigned, forged, right]) {
    expect(answer.status).toBe(201)
    expect(Object.keys(answer.json)).toEqual(['submissionId'])
  }
  await cloud.settle()
  const items = await cloud.table.dump()
  const of = (answer: typeof right) => items.find((item) => item.id === answer.json.submissionId)
  expect(of(unsigned)).toMatchObject({ outcome: 'quarantined', suspicion: ['unsigned'] })
  expect(of(forged)).toMatchObject({ outcome: 'quarantined', suspicion: ['unsigned'] })
  expect(of(right)).toMatchObject({ outcome: 'lead' })
  // One of them was a customer all the same: somebody sees it and lets it in.
  const { json: waiting } = await cloud.quarantine('viktor')
  expect(JSON.stringify(waiting)).toContain(unsigned.json.submissionId)
  expect((await cloud.restore(unsigned.json.submissionId, 'viktor')).json).toMatchObject({
    outcome: 'merged',
  })
  expect(await leadsWith('petra.signed@tf.customer.example')).toHaveLength(1)
})

test('a secret that a service sends in the open is stored nowhere', async () => {
  const body = recorded('google-ads.json')
    .replaceAll('GAds-LEAD-0001-xyz', 'GAds-2')
    .replaceAll('hugo.brandt', 'h2')
  await post('google-ads', body)
  await post('unbounce?token=open-secret-7', recorded('unbounce.json').replaceAll('claire.petit', 'c2'))
  const stored = JSON.stringify(await cloud.table.dump())
  expect(stored).not.toContain('not-a-real-key')
  expect(stored).not.toContain('open-secret-7')
})

test('Meta asks before it posts, and hears its own challenge; other forms answer no questions', async () => {
  const ask = '?hub.mode=subscribe&hub.verify_token=any&hub.challenge=1158201444'
  const answer = await cloud.request(`/f/meta${ask}`)
  expect([answer.status, answer.text]).toEqual([200, '1158201444'])
  expect((await cloud.request(`/f/demo${ask}`)).status).toBe(405)
  expect((await cloud.request('/f/meta?hub.challenge=%3Cscript%3E')).status).toBe(405)
})

test('a form without a page has none, and answers a browser with the receipt', async () => {
  expect((await cloud.request('/forms/tally')).status).toBe(404)
  const { status } = await post('tally', recorded('tally.json'), { accept: 'text/html' })
  expect(status).toBe(201)
})
