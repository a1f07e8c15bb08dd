import { expect } from 'vitest'
import { inBrowser, test } from './visitor.ts'

inBrowser(() => {
  test.for<[string, boolean]>([
    ['https://www.northwind.example', true],
    ['https://www.other.example', false],
  ])('a page of %s shows the form in a frame: %s', async ([site, isAllowed], { cloud, visitor }) => {
    const { page } = await visitor(1280, true)
    const crm = 'https://crm.northwind.example'
    // Both sites as the browser knows them; what the second one says is the cloud's answer, headers and all.
    await page.route(`${site}/`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<iframe src="${crm}/forms/demo" width="900" height="1300"></iframe>`,
      }),
    )
    await page.route(`${crm}/**`, async (route) => {
      const { pathname, search } = new URL(route.request().url())
      const response = await route.fetch({ url: cloud.url + pathname + search, maxRedirects: 0 })
      await route.fulfill({ response })
    })
    const refusals: string[] = []
    page.on('console', (line) => refusals.push(line.text()))
    await page.goto(`${site}/`)
    const frame = page.frameLocator('iframe')
    if (isAllowed) {
      await frame.getByLabel('Your name').fill('Framed')
      await frame.getByLabel('E-mail').fill('framed@customer.example')
      await cloud.advance('30 seconds')
      await frame.getByRole('button', { name: 'Send' }).click()
      await frame.getByRole('heading', { name: 'Thank you' }).waitFor()
      expect(refusals).toEqual([])
    } else {
      await expect.poll(() => refusals.join()).toContain('frame-ancestors')
      expect(await frame.getByLabel('Your name').count()).toBe(0)
    }
  })
})
