/// <reference lib="dom" />
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Client } from '../cloud.ts'
import { sendLead, signIn, toldOf } from './console.ts'
import { inBrowser, test } from './visitor.ts'

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
