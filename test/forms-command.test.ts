import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runCommand } from './command.ts'
import { northwindFolder } from './fixture/northwind.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-forms-'))
afterAll(() => rmSync(folder, { recursive: true }))

const run = (...args: string[]) => runCommand(args, { directory: northwindFolder, now: Date.UTC(2027, 2, 1) })

test('forms try shows what becomes of a body, where each part was found, and stores nothing', async () => {
  const { code, out } = await run('forms', 'try', 'typeform', '../webhook/typeform.json')
  expect(code).toBe(0)
  expect(out).toMatchInlineSnapshot(`
    "A body of the form typeform, as Typeform posts it, read as application/json

    Parts
      employees  650
                 form_response.answers[field.ref=size].number (the form says so)
      email      petra.kolb@tf.customer.example
                 form_response.answers[field.ref=mail].email (recognised)
      phone      +4930901820
                 form_response.answers[field.ref=tel].phone_number (recognised)
      name       Petra Kolb
                 form_response.answers[field.ref=name].text (recognised)
      message    Forty flow meters by May.
                 form_response.answers[field.ref=need].text (recognised)

    Read as
      name         Petra Kolb
      email        petra.kolb@tf.customer.example
      phone        +4930901820
      language     en
      country      DE
      employees    650
      emailDomain  tf.customer.example
      source       {"utm":{"campaign":"spring-meters"}}
      assumed      ["language","country"]
      known by     petra.kolb@tf.customer.example, +4930901820

    Also sent, shown to the owner
      nothing

    Event        01HFIELDTESTTYPEFORM000001: the same again is the same lead, whenever it comes
    Signature    not checked: give --secret-file and --header "Name: value" to check that of typeform
    "
  `)
})

test('a form in the encoding of forms is read by its name or its content type', async () => {
  const file = '../webhook/elementor-advanced.form'
  for (const more of [[], ['--content-type', 'application/x-www-form-urlencoded']]) {
    const { out } = await run('forms', 'try', 'elementor', file, '--json', ...more)
    expect(JSON.parse(out)).toMatchObject({
      lead: { contact: { name: 'Jana Kral', email: 'jana.k2@el.customer.example' } },
      from: { email: { paths: ['fields.email.value'], by: 'recognised' } },
    })
  }
})

test('a signature is checked when secret and header are given', async () => {
  const body = '{"event_id":"e1","email":"b@customer.example"}'
  writeFileSync(join(folder, 'body.json'), body)
  writeFileSync(join(folder, 'secret.txt'), 'not-a-real-secret\n')
  const signature = createHmac('sha256', 'not-a-real-secret').update(body).digest('base64')
  const file = join(folder, 'body.json')
  const secret = join(folder, 'secret.txt')
  const check = async (text: string) => {
    const header = `Typeform-Signature: sha256=${text}`
    return (await run('forms', 'try', 'typeform', file, '--secret-file', secret, '--header', header)).out
  }
  expect(await check(signature)).toContain('Signature    right')
  expect(await check('AAAA')).toContain('wrong or missing: the submission would wait in the quarantine')
})

test('what would be refused is refused in the same words; an unknown form is named with the nearest', async () => {
  writeFileSync(join(folder, 'broken.json'), '{"a": }')
  const broken = await run('forms', 'try', 'tally', join(folder, 'broken.json'))
  expect(broken).toMatchObject({ code: 1, err: expect.stringContaining('would be refused') as string })
  const unknown = await run('forms', 'try', 'taly', '../webhook/tally.json')
  expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('did you mean "tally"?') as string })
})
