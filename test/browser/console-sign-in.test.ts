/// <reference lib="dom" />
import { expect } from 'vitest'
import { inBrowser, test } from './visitor.ts'

inBrowser(() => {
  test('the language that was chosen on the way in is kept, and the issuer speaks it', async ({
    cloud,
    visitor,
  }) => {
    const { page } = await visitor(390, true)
    await page.goto(`${cloud.url}/app/`)
    await page.getByRole('button', { name: 'Українська' }).click()
    await page.getByRole('button', { name: 'Увійти' }).click()
    await page.getByLabel('Пароль').waitFor()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('uk')
    await page.goto(`${cloud.url}/app/`)
    await page.getByRole('button', { name: 'Увійти' }).waitFor()
  })
})
