/// <reference lib="dom" />
import { expect } from 'vitest'
import { axeFaults, isTooWide, sendLead, signIn } from './console.ts'
import { inBrowser, test, widths } from './visitor.ts'

/* How the console begins: a small script asks while the large one comes, and whatever of it fails is told. */

inBrowser(() => {
  test('what a lead shows first is asked before the script that draws it has come, once, and drawn with its data', async ({
    cloud,
    visitor,
  }) => {
    const { page, complaints } = await visitor(1280, true)
    const { id, owner } = await sendLead(cloud, 'Ada Early')
    await signIn(page, cloud, owner)
    const asked: string[] = []
    const release = Promise.withResolvers<void>()
    page.on('request', (request) => {
      const { pathname } = new URL(request.url())
      if (/^\/(?:me|leads|people|work)\b/.test(pathname)) asked.push(pathname)
    })
    // The one that draws waits until all answers are there.
    await page.route(/\/assets\/(?:react|floor)-/, async (route) => {
      await release.promise
      await route.continue()
    })
    const history = page.waitForResponse(`${cloud.url}/leads/${id}/history`)
    const opened = page.goto(`${cloud.url}/app/leads/${id}`)
    await (await history).finished()
    expect(await page.locator('main.sheet').count()).toBe(0)
    expect(asked.toSorted()).toEqual(
      ['/me', `/leads/${id}`, `/leads/${id}/history`, '/people', '/work'].toSorted(),
    )
    release.resolve()
    await opened
    await page.getByRole('heading', { name: 'Ada Early' }).waitFor()
    await page.locator('.lines li').first().waitFor()
    // Not asked again by what draws.
    expect(asked.filter((each) => each === `/leads/${id}/history`)).toHaveLength(1)
    expect(complaints).toEqual([])
  })

  test.for(widths)(
    'at %i px what cannot be drawn says so, and goes on when it is tried again',
    async (width, { cloud, visitor }) => {
      const { page } = await visitor(width, true, 'uk-UA')
      await page.route('**/app/config.json', (route) => route.fulfill({ status: 503, body: 'no' }))
      await page.goto(`${cloud.url}/app/`)
      const told = page.getByRole('alert')
      await told.waitFor()
      expect(await told.textContent()).toContain('зараз недоступний')
      expect(await isTooWide(page)).toBe(false)
      expect(await axeFaults(page)).toEqual([])
      await page.unroute('**/app/config.json')
      await page.getByRole('button', { name: 'Спробувати ще раз' }).click()
      await page.locator('.sign-in-card').waitFor()
    },
  )

  test('a script that does not come is asked for once more, and then the page says so', async ({
    cloud,
    visitor,
  }) => {
    const { page } = await visitor(1280, true)
    let times = 0
    await page.route(/\/assets\/floor-/, (route) => {
      times++
      return route.abort()
    })
    await page.goto(`${cloud.url}/app/`)
    await page.getByRole('alert').waitFor()
    expect(times).toBeGreaterThan(1)
    await page.unroute(/\/assets\/floor-/)
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.locator('.sign-in-card').waitFor()
  })
})
