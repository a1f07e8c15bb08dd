/// <reference lib="dom" />
import { expect } from 'vitest'
import { sendLead, signIn, toldOf } from './console.ts'
import { inBrowser, test } from './visitor.ts'

/* One browser that several people use, and a server that comes and goes. */

inBrowser(() => {
  test('who signs out in one tab has left the others, and what he held is sent before', async ({
    cloud,
    visitor,
  }) => {
    const { page } = await visitor(1280, true)
    const { id, owner } = await sendLead(cloud, 'Nora Leaves')
    await signIn(page, cloud, owner, `/app/leads/${id}`)
    const other = await page.context().newPage()
    await other.goto(`${cloud.url}/app/work`)
    await other.locator('main.sheet h1').waitFor()
    await page.locator('.composer textarea').fill('Told at the door')
    await page.getByRole('button', { name: 'Reached', exact: true }).click()
    await page.goto(`${cloud.url}/app/settings`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.locator('.sign-in-card').waitFor()
    await other.locator('.sign-in-card').waitFor()
    const told = await toldOf(cloud, id, 'activity')
    expect(told).toHaveLength(1)
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('Told at the door')
  })

  test('a page of one person is never that of another without being loaded anew, and sends nothing in his name', async ({
    cloud,
    visitor,
  }) => {
    const [first, second] = [await visitor(1280, true), await visitor(1280, true)]
    const { id, owner } = await sendLead(cloud, 'Otto Twice')
    await signIn(first.page, cloud, owner, `/app/leads/${id}`)
    await signIn(second.page, cloud, 'anna')
    const page = first.page
    // What is written waits: nothing is let through.
    await page.route('**/activities', (route) => route.abort())
    await page.locator('.composer textarea').fill('Mine alone')
    await page.getByRole('button', { name: 'Reached', exact: true }).click()
    const ofAnna = await second.page.evaluate(() => localStorage.getItem('holdfast.refresh')!)
    await page.evaluate((token) => {
      localStorage.setItem('holdfast.refresh', token)
      Object.assign(window, { before: true })
    }, ofAnna)
    // His token is good no more: the next one is that of another person.
    await page.route(
      '**/work?*',
      (route) => route.fulfill({ status: 401, json: { message: 'Unauthorized' } }),
      {
        times: 1,
      },
    )
    await page.getByRole('link', { name: 'My work' }).first().click()
    await page.waitForFunction(() => !('before' in window))
    await page.locator('.me').waitFor()
    expect(await page.locator('.me').textContent()).toContain('Anna')
    await page.unroute('**/activities')
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await page.goto(`${cloud.url}/app/work`)
    await page.locator('main.sheet h1').waitFor()
    // As the page was left it may have been sent: by him who had written it.
    for (const { by } of await toldOf(cloud, id, 'activity')) expect(by).toMatchObject({ id: owner })
  })

  test('who he is cannot be asked: the page says so, and goes on by itself', async ({ cloud, visitor }) => {
    const { page } = await visitor(390, true)
    const { owner } = await sendLead(cloud, 'Pia Later')
    await signIn(page, cloud, owner)
    await page.route('**/me', (route) => route.fulfill({ status: 500, json: {} }))
    await page.goto(`${cloud.url}/app/work`)
    await page.getByRole('button', { name: 'Again', exact: true }).waitFor()
    await page.unroute('**/me')
    await page.locator('main.sheet h1').waitFor()
  })

  test('what is looked for is text, whatever it looks like', async ({ cloud, visitor }) => {
    const { page } = await visitor(1280, true)
    const { owner } = await sendLead(cloud, 'Quentin Numbers')
    await signIn(page, cloud, owner)
    for (const text of ['1e3', '12345678901234567890', '{"a":1}', 'true', 'a&b=c', '50 %']) {
      await page.goto(`${cloud.url}/app/find?${new URLSearchParams({ text }).toString()}`)
      await page.locator('main input[type=search], main input').first().waitFor()
      expect(await page.locator('main input').first().inputValue()).toBe(text)
      expect(new URL(page.url()).searchParams.get('text')).toBe(text)
    }
  })

  test('a server that does not answer takes no page away that is shown', async ({ cloud, visitor }) => {
    const { page } = await visitor(1280, true)
    const { id, owner } = await sendLead(cloud, 'Rosa Stays')
    // Neither scripts that are fetched ahead nor the version: as if it had ended just after the page had come.
    await page.route(/\/assets\/(?:palette|menu|settings|file|find|why)|version\.json/, (route) =>
      route.abort(),
    )
    await signIn(page, cloud, owner, `/app/leads/${id}`)
    await page.getByRole('heading', { name: 'Rosa Stays' }).waitFor()
    await page.evaluate(() => Object.assign(window, { same: true }))
    await page.keyboard.press('Control+k')
    await page.waitForFunction(() => performance.now() > 4_500)
    expect(await page.evaluate(() => 'same' in window)).toBe(true)
    expect(new URL(page.url()).pathname).toBe(`/app/leads/${id}`)
  })
})
