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

  test('a number is shown in groups and copied as it is; of an address alone no company is made up', async ({
    cloud,
    visitor,
  }) => {
    const { page } = await visitor(1280, true)
    const made = async (json: object) =>
      (await cloud.request('/leads', { user: 'viktor', json: { channel: 'phone', ...json } })).json
        .leadId as string
    const byPhone = await made({ phone: '+49 170 1234567' })
    const byMail = await made({ email: 'somebody@customer.example' })
    await signIn(page, cloud, 'viktor', `/app/leads/${byPhone}`)
    const number = page.locator('.lead-facts .phone')
    await number.waitFor()
    expect(await number.locator('span').allInnerTexts()).toEqual(['+49', '170', '123', '4567'])
    await number.selectText()
    expect(await page.evaluate(() => String(getSelection()))).toBe('+491701234567')
    expect(await page.locator('.lead-head .avatar').innerText()).toBe('#')
    await page.goto(`${cloud.url}/app/leads/${byMail}`)
    const company = page.locator('.lead-facts section').last()
    await company.locator('.lead-company').waitFor()
    expect(await company.locator('.avatar').count()).toBe(0)
    expect(await page.locator('.lead').innerText()).not.toMatch(/^\?$/m)
  })

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
