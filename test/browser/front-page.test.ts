import { expect } from 'vitest'
import { expectUsable, inBrowser, test, widths } from './visitor.ts'

inBrowser(() => {
  test.for(widths)(
    'at %i px the beginning leads to the form, the console, the inbox and the documentation',
    async (width, { cloud, visitor }) => {
      const { page, complaints } = await visitor(width, false)
      for (const language of ['en', 'uk', 'ru']) {
        await page.goto(`${cloud.url}/?lang=${language}`)
        await expectUsable(page)
        for (const link of [`/forms/demo?lang=${language}`, '/app/', `/docs?lang=${language}`, '/inbox']) {
          await page.goto(`${cloud.url}/?lang=${language}`)
          await page.locator(`a[href="${link}"]`).click()
          await page.waitForURL((url) => url.pathname !== '/')
          await expectUsable(page)
        }
      }
      expect(complaints).toEqual([])
    },
  )
})
