import type { Page, Route } from 'playwright-core'
import { expect } from 'vitest'
import { expectUsable, fill, inBrowser, test } from './visitor.ts'

inBrowser(() => {
  test('with JavaScript on the form works the same and the console stays silent', async ({
    cloud,
    visitor,
  }) => {
    const { page, complaints } = await visitor(1280, true)
    await page.goto(`${cloud.url}/forms/demo`)
    await fill(page, 'Grace')
    // A company names its fields, and may name one like a property of the form.
    await page.evaluate(() => {
      for (const name of ['action', 'elements', 'dataset', 'submit'])
        document.forms[0]?.append(
          Object.assign(document.createElement('input'), { name, type: 'hidden', value: 'x' }),
        )
    })
    await cloud.advance('30 seconds')
    await page.locator('button[type=submit], input[type=submit]').first().click()
    await page.waitForURL(/\/forms\/demo\/thanks/)
    expect(complaints).toEqual([])
  })

  test('what cannot be sent is kept and sent again by itself, with the same key, until it is one lead', async ({
    cloud,
    visitor,
  }) => {
    const { page, complaints } = await visitor(390, true, 'uk-UA')
    const posted = await meet(page, [
      gateway(429, { 'retry-after': '90' }),
      (route) => route.abort('connectionreset'),
      gateway(503),
      // A network that wants a sign-in of its own answers everything with its page.
      (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Wi-Fi</h1>' }),
    ])
    await page.clock.install()
    await page.goto(`${cloud.url}/forms/demo`)
    await fill(page, 'Wartet')
    await cloud.advance('30 seconds')
    await page.getByRole('button', { name: 'Надіслати' }).click()
    const note = page.getByRole('status')
    await note.getByText('Ще не надіслано').waitFor()
    await expectUsable(page)
    await page.clock.runFor(89_000)
    expect(posted, 'not before the time that was asked for').toHaveLength(1)
    for (const tries of [2, 3, 4, 5]) {
      expect(await page.getByLabel('Ваше запитання').inputValue()).toBe('Please call me about the offer.')
      await page.clock.fastForward(140_000)
      await expect.poll(() => posted.length).toBe(tries)
      if (tries < 5) await note.getByText('Ще не надіслано').waitFor()
    }
    await page.waitForURL(/\/forms\/demo\/thanks\?receipt=sub_\w+&lang=uk/)
    expect(await page.evaluate(() => sessionStorage.length), 'nothing stays behind').toBe(0)
    expect(new Set(posted.map((body) => new URLSearchParams(body).get('_key'))).size).toBe(1)
    expect(new Set(posted).size).toBe(1)
    const items = await cloud.table.dump()
    expect(
      items.filter(({ kind, contact }) => kind === 'lead' && JSON.stringify(contact).includes('Wartet')),
    ).toHaveLength(1)
    expect(complaints.filter((line) => /policy/i.test(line))).toEqual([])
  })

  test('a reload while it waits loses nothing, and the button sends at once', async ({ cloud, visitor }) => {
    const { page } = await visitor(1280, true)
    page.on('dialog', (dialog) => void dialog.accept())
    const posted = await meet(page, [gateway(503), gateway(503)])
    await page.clock.install()
    await page.goto(`${cloud.url}/forms/demo`)
    await fill(page, 'Reloads')
    await cloud.advance('30 seconds')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('Not sent yet').waitFor()
    await page.reload()
    await page.getByText('Not sent yet').waitFor()
    expect(await page.getByLabel('Your name').inputValue()).toBe('Reloads')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.waitForURL(/\/thanks\?receipt=/)
    expect(posted).toHaveLength(3)
    expect(new Set(posted).size).toBe(1)
  })

  test('what is refused is said beside the form, at its field, and everything typed stays', async ({
    cloud,
    visitor,
  }) => {
    const { page } = await visitor(390, true)
    await page.goto(`${cloud.url}/forms/demo`)
    await cloud.advance('30 seconds')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('Something is missing or unreadable').waitFor()
    expect(page.url()).toBe(`${cloud.url}/forms/demo`)

    const problem = { errors: [{ field: 'email', message: 'is no address' }] }
    await meet(page, [(route) => route.fulfill({ status: 400, json: problem })])
    await fill(page, 'Refused')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('is no address').waitFor()
    expect(await page.getByLabel('E-mail').evaluate((field) => field === document.activeElement)).toBe(true)
    expect(await page.getByLabel('Your question').inputValue()).toBe('Please call me about the offer.')
    await expectUsable(page)
    await page.getByRole('button', { name: 'Send' }).click()
    await page.waitForURL(/\/thanks\?receipt=/)
  })
})

/** Lets `answers` meet the form's posts, one after the other, and the server all that follow; gives what was posted. */
async function meet(page: Page, answers: ((route: Route) => Promise<void>)[]): Promise<string[]> {
  const posted: string[] = []
  await page.route('**/f/demo', (route) => {
    const answer = answers[posted.length] ?? ((it: Route) => it.continue())
    posted.push(route.request().postData() ?? '')
    return answer(route)
  })
  return posted
}

const gateway =
  (status: number, headers: Record<string, string> = {}) =>
  (route: Route) =>
    route.fulfill({ status, headers, json: { message: 'Too Many Requests' } })
