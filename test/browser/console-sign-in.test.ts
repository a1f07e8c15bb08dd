/// <reference lib="dom" />
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { axeFaults, isTooWide, sendLead, signIn } from './console.ts'
import { inBrowser, test, widths } from './visitor.ts'

const token = (page: Page) => page.evaluate(() => localStorage.getItem('holdfast.refresh'))

inBrowser(() => {
  test('who goes back after signing in meets neither the form of the issuer nor the address with the code', async ({
    cloud,
    visitor,
  }) => {
    const { page } = await visitor(1280, true)
    await page.goto(cloud.url)
    const before = page.url()
    // He tries once, goes back, tries again, and mistypes the password.
    await page.goto(`${cloud.url}/app/settings`)
    await page.locator('.sign-in-card > .button').click()
    await page.locator('input[name=password]').waitFor()
    await page.goBack()
    await page.locator('.sign-in-card > .button').click()
    await page.locator('input[name=username]').fill('anna')
    await page.locator('input[name=password]').fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').waitFor()
    await page.locator('input[name=username]').fill('anna')
    await page.locator('input[name=password]').fill(cloud.ownerKey)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.locator('.settings-me').waitFor()
    expect(new URL(page.url()).pathname).toBe('/app/settings')
    await page.goBack()
    await page.waitForURL(before)
    await page.goForward()
    await page.locator('.settings-me').waitFor()
    // The address with the code, opened once more: he is signed in, and goes on.
    await page.goto(`${cloud.url}/app/sign-in?code=old&state=old`)
    await page.locator('main.sheet').waitFor()
  })

  test.for(widths)(
    'at %i px a session that is over says so, keeps what was typed, and comes back to it',
    async (width, { cloud, visitor }) => {
      const { page } = await visitor(width, true)
      const { id, owner } = await sendLead(cloud, `Enda Over ${width}`)
      await page.addInitScript(() => localStorage.setItem('holdfast.preferences', '{"language":"en"}'))
      await signIn(page, cloud, owner, `/app/leads/${id}`)
      const typed = page.locator('textarea').first()
      await typed.fill('Wants a demonstration')
      await page.evaluate(() =>
        localStorage.setItem('holdfast.refresh', 'of an issuer that was started anew'),
      )
      await page.reload()
      await page.getByText('Your sign-in has ended').waitFor()
      expect([await axeFaults(page), await isTooWide(page)]).toEqual([[], false])
      await page.locator('.sign-in-card > .button').click()
      await page.locator('input[name=username]').fill(owner)
      await page.locator('input[name=password]').fill(cloud.ownerKey)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.locator('main.sheet').waitFor()
      expect(new URL(page.url()).pathname).toBe(`/app/leads/${id}`)
      await expect.poll(() => page.locator('textarea').first().inputValue()).toBe('Wants a demonstration')
      await page.locator('textarea').first().fill('')
    },
  )

  test('an issuer that cannot be reached, or has too much to do, signs nobody out', async ({
    cloud,
    visitor,
  }) => {
    const { page } = await visitor(1280, true)
    await signIn(page, cloud, 'anna', '/app/settings')
    const answers = [
      { status: 503, body: 'down' },
      { status: 429, contentType: 'application/json', body: '{"error":"slow_down"}' },
      undefined,
    ]
    for (const answer of answers) {
      await page.unroute('**/oidc/token')
      let asked = 0
      await page.route('**/oidc/token', (route) => {
        asked++
        return answer ? route.fulfill(answer) : route.abort()
      })
      await page.reload()
      await expect.poll(() => asked).toBeGreaterThan(0)
      expect([await token(page), new URL(page.url()).pathname]).toEqual([expect.any(String), '/app/settings'])
    }
    await page.unroute('**/oidc/token')
    await page.reload()
    await page.locator('.settings-me').waitFor()
    // Whoever signs out himself is told of no end.
    await page.locator('.settings .button', { hasText: 'Sign out' }).click()
    await page.locator('.sign-in-card').waitFor()
    expect(await page.getByText('has ended').count()).toBe(0)
  })

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
