import { afterAll, beforeAll, expect, test } from 'vitest'
import { messageKind } from '#core/kind/system/message.ts'
import { fromItem, toItem, type Item } from '#core/record/item.ts'
import { openCloud, type Cloud, type Mail } from '../cloud.ts'

let cloud: Cloud
beforeAll(async () => void (cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })))
afterAll(() => cloud?.stop())

async function mailAbout(fields: Record<string, string>): Promise<Mail> {
  const { json } = await cloud.postForm(fields)
  await cloud.settle()
  return (await cloud.mailsAbout(json.leadId)).at(-1)!
}

test('the first e-mail says who, what, why, until when, and where to go', async () => {
  const { json } = await cloud.postForm({
    name: 'Ada Lovelace',
    email: 'ada@customer.example',
    phone: '+49 30 901820',
    company: 'Engines',
    country: 'DE',
    message: 'Do you measure steam?',
  })
  await cloud.settle()
  const [mail, ...more] = await cloud.mailsAbout(json.leadId)
  expect(more).toEqual([])
  for (const part of [mail!.text, mail!.html]) {
    for (const word of ['Ada Lovelace', 'ada@customer.example', '+49', 'Engines', 'Do you measure steam?'])
      expect(part, 'who and what').toContain(word)
    expect(part, 'why: the row that decided').toContain('dach')
    expect(part, 'until when, in the time of the office').toContain('10:30')
    expect(part, 'a link').toContain(`${cloud.url}/`)
    expect(part).toContain(json.leadId)
  }
  expect(mail!.to).toEqual([expect.stringMatching(/@northwind\.example$/)])
})

test('each recipient reads their own language', async () => {
  const toUkraine = await mailAbout({ name: 'Ганна', email: 'hanna@customer.example', country: 'UA' })
  expect(String(toUkraine.to)).toMatch(/olena|taras/)
  expect(toUkraine.text).toMatch(/[іїє]/)
  expect(toUkraine.html).toMatch(/<html[^>]*lang="uk"/)

  // The team takes turns: three leads reach the one who reads Russian.
  const abroad = []
  for (const name of ['eins', 'zwei', 'drei'])
    abroad.push(await mailAbout({ name, email: `${name}@customer.example`, country: 'FR' }))
  const russian = abroad.find((mail) => String(mail.to).startsWith('dmitry'))!
  expect(russian.text).toMatch(/[ыэъё]|лид|заявк/i)
  expect(russian.html).toMatch(/<html[^>]*lang="ru"/)
  const english = abroad.find((mail) => String(mail.to).startsWith('james'))!
  expect(english.html).toMatch(/<html[^>]*lang="en"/)
  expect(english.text).not.toMatch(/[а-яё]/i)
})

test('nothing that a stranger typed acts in an e-mail', async () => {
  const mail = await mailAbout({
    name: '<script>alert(1)</script>\r\nBcc: everybody@victim.example',
    email: 'evil"><img src=x onerror=alert(2)>@customer.example',
    company: '<a href="https://phishing.example">Click</a>',
    country: 'DE',
    message: '</td></table><style>*{display:none}</style><b onmouseover=alert(3)>hi {{name}} ${1}',
  })
  expect(mail.html).not.toMatch(/<script|<img src=x|<a href="https:\/\/phishing|<style>\*|<b onmouseover/i)
  expect(mail.html).toContain('&lt;script&gt;')
  expect(mail.subject).not.toMatch(/[\r\n]/)
  expect(JSON.stringify([mail.to, mail.from])).not.toContain('victim')
})

test('an e-mail asks no other server for anything', async () => {
  const mail = await mailAbout({ name: 'Quiet', email: 'quiet@customer.example' })
  const addresses = [...mail.html.matchAll(/(?:src|background|url\()=?["'(]?(https?:[^"')\s>]+)/gi)].map(
    ([, address]) => address,
  )
  expect(addresses.filter((address) => !address!.startsWith(cloud.url))).toEqual([])
})

test('the history shows what was sent, whatever the lead says today', async () => {
  const { json } = await cloud.postForm({ name: 'Ада', email: 'sent@customer.example', country: 'UA' })
  await cloud.settle()
  const [mail] = await cloud.mailsAbout(json.leadId)
  const lead = (await cloud.table.dump()).find((item) => item.kind === 'lead' && item.id === json.leadId)!
  await cloud.table.put({ ...lead, contact: { name: 'Somebody else' }, message: 'Other words' })
  const events = (await cloud.history(json.leadId, 'iryna')).json.events as Record<string, unknown>[]
  const told = events.filter(({ what }) => what === 'message')
  expect(told).toMatchObject([{ status: 'sent', subject: mail!.subject, text: mail!.text }])
})

test('keeping what was sent needs no more than two write units for an ordinary e-mail', async () => {
  const message = 'Добрий день! Нам потрібно сорок датчиків для складу, будь ласка, зателефонуйте.'
  const fields = { name: 'Олена Гриценко', company: 'ТОВ Ромашка', email: 'units@customer.example' }
  const { json } = await cloud.postForm({ ...fields, country: 'UA', employees: '200', message })
  await cloud.settle()
  const isOurs = (item: Item) => item.kind === 'message' && item.about === json.leadId
  const sent = (await cloud.table.dump()).find(isOurs)!
  const before = Number((await cloud.cost()).writeUnits)
  // Pending again behind the product's back, so that nothing but its delivery is counted.
  const { words: _, sentAt: __, providerId: ___, ...rest } = fromItem(messageKind, sent)
  await cloud.table.put(toItem(messageKind, { ...rest, status: 'pending', version: 2 }))
  await cloud.settle()
  expect((await cloud.table.dump()).find(isOurs)).toMatchObject({ status: 'sent', version: 3 })
  // One of the put itself.
  expect(Number((await cloud.cost()).writeUnits) - before).toBeLessThanOrEqual(1 + 2)
})
