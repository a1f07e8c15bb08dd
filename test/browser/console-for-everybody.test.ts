import { expect } from 'vitest'
import type { Client } from '../cloud.ts'
import { axeFaults, isTooWide, lengthen, outOfSight, sendLead, signIn } from './console.ts'
import { inBrowser, test, widths } from './visitor.ts'

/** What is shown: an address, and the keys that open more of it. */
type Place = readonly [name: string, address: string, ...keys: string[]]

async function placesOf(cloud: Client, name: string): Promise<{ owner: string; places: Place[] }> {
  const { id, owner } = await sendLead(cloud, name)
  const made = async (path: string, json: object) =>
    String((await cloud.request(path, { json, user: owner })).json.id)
  const customer = await made('/customers', { type: 'company', name })
  const meeting = await made('/meetings', {
    title: `Demonstration for ${name}`,
    type: 'online',
    startsAt: '2027-03-08T10:00:00.000Z',
    endsAt: '2027-03-08T11:00:00.000Z',
    customerId: customer,
  })
  return {
    owner,
    places: [
      ['my work', '/work'],
      ['a new lead', '/work', 'n'],
      ['the palette', '/work', 'Control+k'],
      ['the keys', '/work', '?'],
      ['search', `/find?text=${encodeURIComponent(name)}`],
      ['settings', '/settings'],
      ['a lead', `/leads/${id}`],
      ['a lead and why', `/leads/${id}?why=owner`],
      ['a customer', `/customers/${customer}`],
      ['a customer and its facts', `/customers/${customer}?tab=facts`],
      ['a meeting', `/meetings/${meeting}`],
    ],
  }
}

inBrowser(() => {
  for (const width of widths)
    test.for([
      ['en', 'light'],
      ['en', 'dark'],
      ['uk', 'light'],
      ['uk', 'dark'],
      ['ru', 'light'],
      ['ru', 'dark'],
    ] as const)(
      `at ${width} px every screen is for everybody: %s, %s`,
      async ([language, theme], { cloud, visitor }) => {
        const { page } = await visitor(width, true)
        const { owner, places } = await placesOf(cloud, `Axe Able ${width} ${language} ${theme}`)
        await signIn(page, cloud, owner)
        await page.evaluate(
          (chosen) => localStorage.setItem('holdfast.preferences', JSON.stringify(chosen)),
          { language, theme },
        )
        const found: string[] = []
        const seeAll = async (where: string) => {
          if (await isTooWide(page)) found.push(`${where}: wider than the window`)
          found.push(...(await outOfSight(page)).map((each) => `${where}: ${each}`))
        }
        for (const [name, address, ...keys] of places) {
          await page.goto(`${cloud.url}/app${address}`)
          await page.locator('main h1').first().waitFor()
          await page.waitForLoadState('networkidle')
          for (const key of keys) {
            await page.keyboard.press(key)
            await page.locator('dialog[open], [role=dialog]').first().waitFor()
          }
          found.push(...(await axeFaults(page)).map((each) => `${name}: ${each}`))
          await seeAll(name)
          // A language that is not there yet.
          await lengthen(page)
          await seeAll(`${name} in longer words`)
        }
        expect(found).toEqual([])
      },
    )
})
