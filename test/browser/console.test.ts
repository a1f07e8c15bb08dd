/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Client } from '../cloud.ts'
import { sendLead, signIn, toldOf } from './console.ts'
import { inBrowser, test, widths } from './visitor.ts'

/** What Chromium itself says where no telephone is. */
const ofTheMachine = /tel:|Failed to launch/
const own = (complaints: readonly string[]) => complaints.filter((each) => !ofTheMachine.test(each))

/** A busy machine takes its time. */
const patient = { timeout: 15_000 }

/** The time in which a call can be taken back. */
const held = 10_500

const calls = async (cloud: Client, id: string) =>
  (await toldOf(cloud, id, 'activity')).filter(({ activity }) => activity === 'call')

/** With the finger, where there is one. */
const pressed = (what: Locator, width: number) => (width < 720 ? what.tap() : what.click())

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

inBrowser(() => {
  test.for(widths)(
    'at %i px the link in an e-mail leads through signing in to the lead, one click or touch calls and one records',
    async (width, { cloud, visitor }) => {
      const { page, complaints } = await visitor(width, true)
      await page.clock.install()
      const { id, owner } = await sendLead(cloud, `Mila Kern ${width}`)
      const [mail] = await cloud.mailsAbout(id)
      const [link] = /http\S+\/open\/\S+/.exec(mail!.text)!
      await signIn(page, cloud, owner, new URL(link).pathname)
      expect(new URL(page.url()).pathname).toBe(`/app/leads/${id}`)
      const call = page.locator('[data-act=call]:visible').first()
      await expect.poll(() => call.evaluate((each) => each === document.activeElement), patient).toBe(true)
      expect(await call.getAttribute('href')).toMatch(/^tel:\+4930/)
      await pressed(call, width)
      await pressed(button(page, 'Reached'), width)
      await button(page, 'Undo').waitFor()
      expect(await calls(cloud, id)).toEqual([])
      await page.clock.fastForward(held)
      await expect
        .poll(() => calls(cloud, id), patient)
        .toMatchObject([{ outcome: 'reached', by: { id: owner } }])
      expect((await cloud.lead(id)).json.answeredAt).toBeDefined()
      expect(own(complaints)).toEqual([])
    },
  )

  test('what was recorded is taken back, and nothing was', async ({ cloud, visitor }) => {
    const { page, complaints } = await visitor(1280, true)
    await page.clock.install()
    const { id, owner } = await sendLead(cloud, 'Una Back')
    await signIn(page, cloud, owner, `/app/leads/${id}`)
    await button(page, 'Reached').click()
    await button(page, 'Undo').click()
    await page.getByText('Taken back').waitFor()
    await page.clock.fastForward(held)
    await cloud.settle()
    expect(await calls(cloud, id)).toEqual([])
    expect(own(complaints)).toEqual([])
  })

  test('who can only be written to gets an e-mail; what is typed survives loading the page again', async ({
    cloud,
    visitor,
  }) => {
    const { page, complaints } = await visitor(1280, true)
    // The name would turn the words that follow it.
    const { id, owner } = await sendLead(cloud, 'Only\u202E Mail', {
      email: 'only.mail@customer.example',
      phone: undefined,
    })
    await signIn(page, cloud, owner, `/app/leads/${id}`)
    await page.getByRole('heading', { name: 'Only Mail' }).waitFor()
    await page.getByRole('radio', { name: 'E-mail', checked: true }).waitFor()
    await page.locator('.composer textarea').fill('Wants a demonstration')
    await page.reload()
    await expect
      .poll(() => page.locator('.composer textarea').inputValue(), patient)
      .toBe('Wants a demonstration')
    await page.locator('.composer textarea').fill('')
    expect(own(complaints)).toEqual([])
  })

  test('a lead is answered by keys alone', async ({ cloud, visitor }) => {
    const { page, complaints } = await visitor(1280, true)
    await page.clock.install()
    const { id, owner } = await sendLead(cloud, 'Kay Board')
    await signIn(page, cloud, owner)
    await page.locator('.work-row').first().waitFor()
    const rows = await page.locator('.work-row').count()
    const chosen = page.locator('.work-row[aria-current]')
    for (let at = 0; at < rows && !(await chosen.getAttribute('href'))!.includes(id); at++) {
      const before = await chosen.getAttribute('href')
      await page.keyboard.press('j')
      await expect.poll(() => chosen.getAttribute('href'), patient).not.toBe(before)
    }
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/app/leads/${id}`)
    // The heading stands in the panel of my work, too.
    await page.locator('.composer').waitFor()
    // A meeting is written down at once; it was a call, though.
    const note = page.locator('.composer textarea')
    await page.keyboard.press('m')
    await expect.poll(() => note.evaluate((each) => each === document.activeElement), patient).toBe(true)
    await page.keyboard.type('Wants forty seats')
    await page.keyboard.press('Escape')
    // As on a Ukrainian layout: what counts is where the key is.
    const session = await page.context().newCDPSession(page)
    for (const type of ['keyDown', 'keyUp'] as const)
      await session.send('Input.dispatchKeyEvent', { type, code: 'KeyC', key: 'с' })
    await page.keyboard.press('Control+Enter')
    await page.clock.fastForward(held)
    await expect
      .poll(() => toldOf(cloud, id, 'activity'), patient)
      .toMatchObject([{ activity: 'call', outcome: 'reached', text: 'Wants forty seats' }])
    expect(own(complaints)).toEqual([])
  })

  test('without a network it waits, is seen to wait, survives a reload of the page, and is done once', async ({
    cloud,
    visitor,
  }) => {
    const { page } = await visitor(390, true)
    await page.clock.install()
    const { id, owner } = await sendLead(cloud, 'Off Line')
    await signIn(page, cloud, owner, `/app/leads/${id}`)
    await button(page, 'Reached').waitFor()
    await page.context().setOffline(true)
    await page.getByText('No connection').waitFor()
    await button(page, 'Reached').dblclick()
    await page.clock.fastForward(held)
    await page.getByText('waiting to be sent').first().waitFor()
    expect(await calls(cloud, id)).toEqual([])
    await page.context().setOffline(false)
    await page.reload()
    await page.clock.fastForward(held)
    await expect.poll(() => calls(cloud, id), patient).toHaveLength(1)
  })

  test('every number of my work is that of the API', async ({ cloud, visitor }) => {
    const { page } = await visitor(1280, true)
    const { owner } = await sendLead(cloud, 'Nora Count')
    const other = await sendLead(cloud, 'Nils Count')
    for (const { id, owner: whose } of [other, await sendLead(cloud, 'Nelly Count')])
      await cloud.addActivity(id, whose, { what: 'call', outcome: 'reached' })
    await signIn(page, cloud, owner)
    await page.locator('.work-row').first().waitFor()
    const { json } = await cloud.request('/work?limit=100', { user: owner })
    const work = json.work as { called: string; overdue: boolean }[]
    const shown = await page.locator('.work-row b').allInnerTexts()
    expect(shown.toSorted()).toEqual(work.map(({ called }) => called).toSorted())
    const counts = await page.locator('.work-list h2 .number').allInnerTexts()
    expect(counts.reduce((sum, each) => sum + Number(each), 0)).toBe(work.length)
    const badge = page.locator('.nav .badge')
    const overdue = work.filter((each) => each.overdue).length
    expect(await badge.count()).toBe(overdue ? 1 : 0)
    if (overdue) expect(await badge.innerText()).toBe(String(overdue))
    // Of all leads, whatever lists say: what was promised for this day and is answered or late, counted one by one.
    const today = (await cloud.now()).slice(0, 10)
    const all = (await cloud.request(`/leads?day=${today}&limit=100`, { user: 'viktor' })).json
      .leads as Record<string, string>[]
    const now = await cloud.now()
    const due = all.filter(
      ({ ownerId, respondBy = '', answeredAt }) =>
        ownerId === owner && respondBy.startsWith(today) && (answeredAt !== undefined || respondBy < now),
    )
    const inTime = due.filter(
      ({ answeredAt, respondBy = '' }) => answeredAt !== undefined && answeredAt <= respondBy,
    )
    if (due.length) await page.getByText(`${inTime.length} of ${due.length} answered in time today`).waitFor()
    else expect(await page.getByText('answered in time today').count()).toBe(0)
  })
})
