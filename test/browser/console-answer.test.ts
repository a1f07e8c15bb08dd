/// <reference lib="dom" />
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Client } from '../cloud.ts'
import { sendLead, signIn, toldOf } from './console.ts'
import { inBrowser, test, widths } from './visitor.ts'

/* What is told of a contact, between the click and the time at which it counts: taken back, seen in other tabs, left behind. */

/** A busy machine takes its time. */
const patient = { timeout: 15_000 }

/** Less than an open page waits until it asks again by itself. */
const atOnce = { timeout: 12_000 }

/** The time in which it can be taken back. */
const held = 10_500

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

const activities = async (cloud: Client, id: string) => await toldOf(cloud, id, 'activity')

inBrowser(() => {
  test.for(widths)(
    'at %i px taking back leads to the lead that it was about, with what was typed and chosen',
    async (width, { cloud, visitor }) => {
      const { page } = await visitor(width, true)
      await page.clock.install()
      const { id, owner } = await sendLead(cloud, `Una Back ${width}`)
      await signIn(page, cloud, owner, `/app/leads/${id}`)
      const field = page.locator('.composer textarea, .answer textarea')
      await page.getByRole('radio', { name: 'E-mail', exact: true }).click()
      await field.fill('Wants forty seats')
      await button(page, 'Written').click()
      await expect.poll(() => new URL(page.url()).pathname, patient).not.toContain(id)
      await page.locator('.notice', { hasText: `Written, Una Back ${width}` }).waitFor()
      await button(page, 'Undo').click()
      await page.waitForURL(`**/app/leads/${id}`)
      await page.getByText(`Taken back, not recorded: Written, Una Back ${width}`).waitFor()
      expect(await field.inputValue()).toBe('Wants forty seats')
      await page.getByRole('radio', { name: 'E-mail', checked: true }).waitFor()
      await page.clock.fastForward(held)
      await cloud.settle()
      expect(await activities(cloud, id)).toEqual([])
    },
  )

  test.for(widths)(
    'at %i px my work says what waits to be sent, and that nothing waits only when that is so',
    async (width, { cloud, visitor }) => {
      const { page } = await visitor(width, true)
      await page.clock.install()
      const { id, owner } = await sendLead(cloud, `Nina Held ${width}`)
      // Of all his work nothing but this: the others are of other tests.
      await page.route(/[^p]\/work\?/, async (route) => {
        const response = await route.fetch()
        const { work, ...more } = (await response.json()) as { work: { id: string; next: string }[] }
        await route.fulfill({
          response,
          json: { ...more, work: work.filter((each) => each.id === id && each.next === 'answer') },
        })
      })
      await signIn(page, cloud, owner, `/app/leads/${id}`)
      await button(page, 'Reached').click()
      await expect.poll(() => new URL(page.url()).pathname, patient).toBe('/app/work')
      const nothing = page.getByText('Nothing waits for you', { exact: false }).first()
      await page.getByText('Nothing else waits for you.').first().waitFor()
      expect(await nothing.count()).toBe(0)
      await button(page, `Undo: Reached, Nina Held ${width}`).click()
      await page.waitForURL(`**/app/leads/${id}`)
      await page.getByText('Taken back').waitFor()
      // Sooner it would be the second click of a double one.
      await page.clock.fastForward(1_000)
      await button(page, 'Reached').click()
      await expect.poll(() => new URL(page.url()).pathname, patient).toBe('/app/work')
      await page.clock.fastForward(held)
      await nothing.waitFor()
      expect(await activities(cloud, id)).toHaveLength(1)
      expect(await page.locator('.held').count()).toBe(0)
    },
  )

  test('what is left behind within that time is recorded, told once, and not taken back any more', async ({
    cloud,
    visitor,
  }) => {
    const { page } = await visitor(1280, true)
    await page.clock.install()
    const { id, owner } = await sendLead(cloud, 'Rita Load')
    await signIn(page, cloud, owner, `/app/leads/${id}`)
    await button(page, 'Reached').click()
    await button(page, 'Undo').waitFor()
    await page.reload()
    const told = page.locator('.notice', { hasText: 'Recorded: Reached, Rita Load' })
    await told.waitFor()
    expect(await button(page, 'Undo').count()).toBe(0)
    expect(await activities(cloud, id)).toHaveLength(1)
    await page.reload()
    await page.locator('main.sheet h1').first().waitFor()
    await page.clock.fastForward(held)
    expect(await told.count()).toBe(0)
    expect(await activities(cloud, id)).toHaveLength(1)
  })

  test('closing another tab does not cut the time short', async ({ cloud, visitor }) => {
    const { page } = await visitor(1280, true)
    await page.clock.install()
    const { id, owner } = await sendLead(cloud, 'Otto Tab')
    await signIn(page, cloud, owner, `/app/leads/${id}`)
    const other = await page.context().newPage()
    await other.goto(`${cloud.url}/app/work`)
    await other.locator('main.sheet h1').first().waitFor()
    await button(page, 'Reached').click()
    await other.locator('.held', { hasText: 'Reached, Otto Tab' }).waitFor()
    await other.close({ runBeforeUnload: true })
    await button(page, 'Undo').click()
    await page.getByText('Taken back').waitFor()
    await page.clock.fastForward(held)
    await cloud.settle()
    expect(await activities(cloud, id)).toEqual([])
  })

  test('a note leaves the lead in the list, and is seen to wait', async ({ cloud, visitor }) => {
    const { page } = await visitor(1280, true)
    await page.clock.install()
    const { id, owner } = await sendLead(cloud, 'Nick Note')
    await signIn(page, cloud, owner, `/app/leads/${id}`)
    await page.getByRole('radio', { name: 'Note', exact: true }).click()
    await page.locator('.composer textarea').fill('Speaks French')
    await button(page, 'Keep').click()
    await page.locator('.held', { hasText: 'Note, Nick Note' }).waitFor()
    await page.locator('.lead-back').click()
    await page.locator('.work-row', { hasText: 'Nick Note' }).waitFor()
  })

  test('taking back in my work leads to the entry that it was about', async ({ cloud, visitor }) => {
    const { page } = await visitor(1280, true)
    await page.clock.install()
    const { id, owner } = await sendLead(cloud, 'Ulf Back')
    await signIn(page, cloud, owner, `/app/work?sel=${id}`)
    const panel = page.locator('.panel')
    await panel.getByRole('heading', { name: 'Ulf Back' }).waitFor()
    await panel.locator('textarea').fill('Rings on Friday')
    await button(page, 'No answer').click()
    await expect.poll(() => panel.getByRole('heading', { name: 'Ulf Back' }).count(), patient).toBe(0)
    await page.locator('.notice', { hasText: 'No answer, Ulf Back' }).waitFor()
    await button(page, 'Undo').click()
    await panel.getByRole('heading', { name: 'Ulf Back' }).waitFor()
    expect(await panel.locator('textarea').inputValue()).toBe('Rings on Friday')
    expect(await activities(cloud, id)).toEqual([])
  })

  test('what is done in one tab is seen at once in the others', async ({ cloud, visitor }) => {
    const { page } = await visitor(1280, true)
    await page.clock.install()
    const { id, owner } = await sendLead(cloud, 'Tab One')
    await signIn(page, cloud, owner, `/app/leads/${id}`)
    await button(page, 'Reached').waitFor()
    // Nobody touches these, so they ask again each half minute only.
    const [other, list] = [await page.context().newPage(), await page.context().newPage()]
    await other.goto(`${cloud.url}/app/leads/${id}`)
    await other.locator('.stages [aria-current]', { hasText: 'New' }).waitFor()
    await list.goto(`${cloud.url}/app/work`)
    const row = list.locator('.work-row', { hasText: 'Tab One' }).filter({ hasText: 'First answer' })
    await row.waitFor()
    await page.bringToFront()
    await button(page, 'Reached').click()
    await page.clock.fastForward(held)
    await expect.poll(() => activities(cloud, id), patient).toHaveLength(1)
    await other.locator('.stages [aria-current]', { hasText: 'Answered' }).waitFor(atOnce)
    await expect.poll(() => row.count(), atOnce).toBe(0)
  })
})
