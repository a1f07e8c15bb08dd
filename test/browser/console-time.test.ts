import { expect } from 'vitest'
import { outOfSight, sendLead, signIn } from './console.ts'
import { inBrowser, test, widths } from './visitor.ts'

/* The person works in Berlin, or Kyiv, and has a browser that believes to be in Tokyo. */

const berlin = (at: string) =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit' }).format(
    Date.parse(at),
  )

inBrowser(() => {
  test.for(widths)(
    'at %i px one promise is told in one time zone, and so are sentence and panel',
    async (width, { cloud, visitor }) => {
      const { page, complaints } = await visitor(width, true, 'en-GB', 'Asia/Tokyo')
      const { id, owner } = await sendLead(cloud, `Tosca Zone ${width}`)
      const { json } = await cloud.lead(id)
      const time = berlin(String(json.respondBy))
      await signIn(page, cloud, owner, `/app/leads/${id}?tab=why&why=promise`)
      const sentence = page.locator('.why-sentence').first()
      await sentence.waitFor()
      expect(await sentence.innerText()).toContain(`${time} (Berlin)`)
      await page.locator('.why-times').getByText(time, { exact: true }).waitFor()
      expect(await page.locator('.why').innerText()).not.toContain('By the clock of')
      expect(await outOfSight(page)).toEqual([])
      await page.goto(`${cloud.url}/app/settings`)
      await page.getByText('This browser is in Tokyo').waitFor()
      expect(await outOfSight(page)).toEqual([])
      expect(complaints).toEqual([])
    },
  )

  // He reads Russian.
  test('whoever reads a promise by the clock of another place is told both', async ({ cloud, visitor }) => {
    const { page } = await visitor(1280, true, 'en-GB', 'Europe/Berlin')
    const { id } = await sendLead(cloud, 'Vira Zone', { country: 'UA', employees: 20, budget: 900 })
    const { json } = await cloud.lead(id)
    await signIn(page, cloud, 'viktor', `/app/leads/${id}?why=promise`)
    const there = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/Kyiv',
      hour: '2-digit',
      minute: '2-digit',
    }).format(Date.parse(String(json.respondBy)))
    await page.getByText(`По часам этого рабочего времени: ${there} (Kyiv).`).waitFor()
    expect(await page.locator('.why-sentence').first().innerText()).toContain(
      `${berlin(String(json.respondBy))} (Berlin), ${there} (Kyiv)`,
    )
    await page.goto(`${cloud.url}/app/settings`)
    await page.locator('.settings-me').waitFor()
    expect(await page.getByText('Этот браузер').count()).toBe(0)
  })

  test('an absence ends when the clock of his work says what he has typed, and begins when the API says that it is now', async ({
    cloud,
    visitor,
  }) => {
    const { page, complaints } = await visitor(390, true, 'en-GB', 'Asia/Tokyo')
    const { owner } = await sendLead(cloud, 'Abel Zone')
    await signIn(page, cloud, owner, '/app/settings')
    await page.getByRole('button', { name: 'Away until…' }).click()
    await page.getByText('(Berlin)').first().waitFor()
    await page.getByRole('textbox', { name: 'Until' }).fill('2027-03-29T02:30')
    await page.getByRole('button', { name: 'Plan it' }).click()
    await page.locator('dialog').waitFor({ state: 'detached' })
    const { json } = await cloud.request(`/people/${owner}/absences`, { user: owner })
    const [absence] = (json.absences as { id: string; from: string; until: string }[]).filter(
      ({ until }) => until === '2027-03-29T00:30:00.000Z',
    )
    expect(Math.abs(Date.parse(absence!.from) - Date.parse(await cloud.now()))).toBeLessThan(60_000)
    await page
      .getByText(/29 Mar/)
      .first()
      .waitFor()
    await cloud.request(`/people/${owner}/absences/${absence!.id}`, { user: owner, method: 'DELETE' })
    expect(complaints).toEqual([])
  })
})
