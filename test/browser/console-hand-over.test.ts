/// <reference lib="dom" />
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Client } from '../cloud.ts'
import { sendLead, signIn } from './console.ts'
import { inBrowser, test } from './visitor.ts'

/** A busy machine takes its time. */
const patient = { timeout: 15_000 }

/** The time in which it can be taken back. */
const held = 10_500

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

const ownerOf = async (cloud: Client, id: string) => (await cloud.lead(id)).json.ownerId as string

/** Chooses the first who may get it, and says who that is. */
async function handOver(page: Page): Promise<string> {
  await button(page, 'What else can be done').click()
  await page.getByRole('menuitem', { name: 'Hand over…' }).click()
  const person = page.locator('dialog .pick button:enabled').first()
  const name = (await person.locator('span:not(.avatar)').innerText()).split('\n')[0]!
  await person.click()
  return name
}

inBrowser(() => {
  test('a lead that was handed over is taken back, waits without a network, and is handed over once', async ({
    cloud,
    visitor,
  }) => {
    const { page } = await visitor(390, true)
    await page.clock.install()
    const { id, owner } = await sendLead(cloud, 'Hanna Over')
    await signIn(page, cloud, owner, `/app/leads/${id}`)
    const name = await handOver(page)
    await page.locator('.notice', { hasText: `Handed over: Hanna Over, now with ${name}` }).waitFor()
    await button(page, 'Undo').click()
    await page.waitForURL(`**/app/leads/${id}`)
    await page.clock.fastForward(held)
    await cloud.settle()
    expect(await ownerOf(cloud, id)).toBe(owner)
    await page.context().setOffline(true)
    await handOver(page)
    await page.clock.fastForward(held)
    await page.getByText('1 entry is waiting to be sent').waitFor()
    expect(await ownerOf(cloud, id)).toBe(owner)
    // What else happens to it meanwhile is not in the way.
    await cloud.addActivity(id, owner, { what: 'call', outcome: 'reached' })
    await page.context().setOffline(false)
    await expect.poll(() => ownerOf(cloud, id), patient).not.toBe(owner)
    await expect.poll(() => page.locator('.strip').count(), patient).toBe(0)
  })

  test('a lead that another one has given away meanwhile stays with whom it is, and that is said', async ({
    cloud,
    visitor,
  }) => {
    const { page } = await visitor(1280, true)
    await page.clock.install()
    const { id, owner } = await sendLead(cloud, 'Hugo Over')
    await signIn(page, cloud, owner, `/app/leads/${id}`)
    const { json } = await cloud.request('/people', { user: owner })
    const people = json.people as { id: string; name: string; teams: string[] }[]
    const teams = people.find((each) => each.id === owner)!.teams
    const mates = people.filter(
      (each) => each.id !== owner && each.teams.some((team) => teams.includes(team)),
    )
    const name = await handOver(page)
    const third = mates.find((each) => each.name !== name)!.id
    const given = await cloud.request(`/leads/${id}/give`, { user: 'viktor', json: { to: third } })
    expect(given.status).toBe(200)
    await page.clock.fastForward(held)
    const strip = page.locator('.strip.late')
    await strip.getByText('Somebody has changed it meanwhile').waitFor()
    expect(await ownerOf(cloud, id)).toBe(third)
    await button(page, 'Discard').click()
    await expect.poll(() => strip.count(), patient).toBe(0)
  })

  test('what the API refuses is shown with its reason, and the lead is in the list again', async ({
    cloud,
    visitor,
  }) => {
    const { page } = await visitor(1280, true)
    await page.clock.install()
    const { id, owner } = await sendLead(cloud, 'Hilde Over')
    await signIn(page, cloud, owner, `/app/leads/${id}`)
    await handOver(page)
    await page.route(`**/leads/${id}/give`, (route) =>
      route.fulfill({ status: 403, json: { code: 'auth.forbidden', detail: 'you may not give this lead' } }),
    )
    await page.clock.fastForward(held)
    const strip = page.locator('.strip.late')
    await strip.getByText('you may not give this lead').waitFor()
    await strip.getByRole('link', { name: 'Look at it' }).click()
    await page.waitForURL(`**/app/leads/${id}`)
    await page.locator('.lead-back').click()
    await page.locator('.work-row', { hasText: 'Hilde Over' }).waitFor()
  })
})
