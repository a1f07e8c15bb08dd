/// <reference lib="dom" />
import { expect } from 'vitest'
import { sendLead, signIn } from './console.ts'
import { inBrowser, test, widths } from './visitor.ts'

/** A busy machine takes its time. */
const patient = { timeout: 15_000 }

inBrowser(() => {
  test.for(widths)(
    'at %i px whoever is away sees it in his work, changes it, and comes back',
    async (width, { cloud, visitor }) => {
      const { page } = await visitor(width, true)
      const { owner } = await sendLead(cloud, `Ada Away ${width}`)
      const absences = async () =>
        (await cloud.request(`/people/${owner}/absences`, { user: owner })).json.absences as {
          until: string
        }[]
      const now = Date.parse(await cloud.now())
      const at = (hours: number) => new Date(now + hours * 3_600_000).toISOString()
      const planned = await cloud.request(`/people/${owner}/absences`, {
        user: owner,
        json: { from: at(-1), until: at(24), reason: 'Fair' },
      })
      expect(planned.status).toBe(201)
      await signIn(page, cloud, owner)
      const line = page.locator('.own-absence')
      await line.getByText('Away until').waitFor()
      await line.getByRole('button', { name: 'Change' }).click()
      const dialog = page.getByRole('dialog')
      expect(await dialog.locator('[name=reason]').inputValue()).toBe('Fair')
      await dialog.getByRole('button', { name: 'Monday 9:00' }).click()
      await dialog.getByRole('button', { name: 'Plan it' }).click()
      await expect
        .poll(async () => (await absences()).map(({ until }) => until > at(25)), patient)
        .toEqual([true])
      await line.getByRole('button', { name: 'Come back now' }).click()
      await page.getByText('You are back').waitFor()
      await expect.poll(() => line.count(), patient).toBe(0)
      expect(await absences()).toEqual([])
    },
  )

  test('on a phone what my work offers has a name that is seen', async ({ cloud, visitor }) => {
    const { page } = await visitor(390, true)
    const { owner } = await sendLead(cloud, 'Nele Phone')
    await signIn(page, cloud, owner)
    const bar = page.locator('.work > .bar')
    expect(await bar.getByRole('button', { name: 'New lead' }).innerText()).toBe('New lead')
    await bar.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Away until…' }).click()
    await page.getByRole('dialog', { name: 'Away until…' }).waitFor()
  })
})
