import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { expectUsable, fill, inBrowser, overflow, test, widths } from './visitor.ts'

inBrowser(() => {
  test.for(widths)(
    'at %i px a person without JavaScript posts the form, gets a receipt, and the rep reads the e-mail',
    async (width, { cloud, visitor }) => {
      const { page, complaints } = await visitor(width, false)
      await page.goto(`${cloud.url}/forms/demo`)
      await expectUsable(page)
      await fill(page, `Ada ${width}`)
      // Slower than a machine: what is sent too fast is looked at by a person first.
      await cloud.advance('30 seconds')
      await page.locator('button[type=submit], input[type=submit]').first().click()
      await page.waitForURL(/\/forms\/demo\/thanks/)
      const receipt = /sub_[0-9A-Z]+/.exec(await page.locator('body').innerText())?.[0]
      expect(receipt, 'a receipt number on the thank-you page').toBeTruthy()
      await expectUsable(page)

      await cloud.settle()
      await page.goto(`${cloud.url}/inbox`)
      await page.getByLabel('Name').fill('viktor')
      await page.getByLabel('Password').fill(cloud.ownerKey)
      await expectUsable(page)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.waitForURL(`${cloud.url}/inbox`)
      await expectUsable(page)
      await page
        .locator('a[href*="/inbox/"]')
        .filter({ hasText: new RegExp(`Ada ${width}`) })
        .first()
        .click()
      const text = await mailText(page)
      for (const word of [`Ada ${width}`, `ada-${width}@customer.example`])
        expect(text, 'who').toContain(word)
      expect(text, 'what').toContain('Please call me about the offer.')
      expect(text, 'why').toMatch(/rule|turn/i)
      expect(text, 'until when').toMatch(/\d\d:\d\d/)
      expect(await overflow(page)).toBe(0)
      const links = await Promise.all(
        page.frames().map((frame) =>
          frame
            .locator('a[href*="/open/lead_"]')
            .first()
            .getAttribute('href', { timeout: 500 })
            .catch(() => null),
        ),
      )
      const link = links.find((address) => address !== null)
      expect(link, 'a link to the lead').toBeDefined()
      await page.goto(link!)
      await expectUsable(page)
      expect(complaints).toEqual([])
    },
  )

  test('without JavaScript the way back from a problem leads to a form that is still filled in', async ({
    cloud,
    visitor,
  }) => {
    const { page } = await visitor(390, false)
    const keys: (string | null)[] = []
    page.on('request', (asked) => {
      if (asked.method() === 'POST') keys.push(new URLSearchParams(asked.postData() ?? '').get('_key'))
    })
    await page.goto(`${cloud.url}/forms/demo`)
    await fill(page, 'Back')
    await page.getByLabel('Your question').fill('word '.repeat(120_000))
    await cloud.advance('30 seconds')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByRole('heading', { name: 'This is too much at once' }).waitFor()
    await page.goBack()
    expect(await page.getByLabel('Your name').inputValue()).toBe('Back')
    expect((await page.getByLabel('Your question').inputValue()).length).toBe(600_000)
    await page.getByLabel('Your question').fill('In short')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.waitForURL(/\/thanks\?receipt=/)
    expect(keys).toEqual([keys[0], keys[0]])
  })

  test.for<[string, string]>([
    ['uk-UA', 'uk'],
    ['ru-RU', 'ru'],
    ['en-GB', 'en'],
    ['fr-FR', 'en'],
  ])(
    'a visitor whose browser speaks %s is addressed in %s',
    async ([locale, language], { cloud, visitor }) => {
      const { page, complaints } = await visitor(390, false, locale)
      await page.goto(`${cloud.url}/forms/demo`)
      expect(await page.locator('html').getAttribute('lang')).toBe(language)
      await expectUsable(page)
      expect(complaints).toEqual([])
    },
  )
})

/** The mail as the reader sees it, in a frame or not. */
async function mailText(page: Page): Promise<string> {
  await page.waitForLoadState('load')
  const texts = await Promise.all(page.frames().map((frame) => frame.locator('body').innerText()))
  return texts.join('\n')
}
