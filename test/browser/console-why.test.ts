import { expect } from 'vitest'
import { isTooWide, outOfSight, sendLead, signIn } from './console.ts'
import { inBrowser, test, widths } from './visitor.ts'

/* Why and history are told in words: no id stands where people read, and what is counted is there. */

inBrowser(() => {
  test.for(widths)(
    'at %i px why tells rows by what is written beside them, and to whom it goes on',
    async (width, { cloud, visitor }) => {
      const { page, complaints } = await visitor(width, true)
      // The owner may read another language; the words that are looked for are those of this browser.
      await page.addInitScript(() => localStorage.setItem('holdfast.preferences', '{"language":"en"}'))
      const { id, owner } = await sendLead(cloud, `Wanda Row ${width}`, { employees: 1200, country: 'GB' })
      await signIn(page, cloud, owner, `/app/leads/${id}?tab=why&why=owner`)
      const rows = page.locator('.why-rows')
      await rows.getByText('Large companies expect somebody who knows tenders and works councils.').waitFor()
      // Nothing is written beside the one that decided.
      const decided = rows.locator('.decided')
      expect(await decided.innerText()).toContain('Row 3')
      expect(await decided.getAttribute('title')).toBe('enterprise-abroad')
      expect(await page.locator('.why').innerText()).not.toMatch(/enterprise-|phone-urgent|\brow-/)
      const { json } = await cloud.request(`/leads/${id}/why?lang=en`, { user: owner })
      type Next = { do: string; to?: { name: string }; among?: { name: string }[]; queue?: { title: string } }
      const next = (json.then as Next[]).find((each) => each.do !== 'tell')!
      const whom = next.to?.name ?? next.queue?.title ?? next.among!.map(({ name }) => name).join(', ')
      expect(await page.locator('.why-then').last().innerText()).toContain(whom)
      expect([await isTooWide(page), await outOfSight(page), complaints]).toEqual([false, [], []])
    },
  )

  test('so many steps are told as are listed, folded and unfolded', async ({ cloud, visitor }) => {
    const { page } = await visitor(1280, true)
    await page.addInitScript(() => localStorage.setItem('holdfast.preferences', '{"language":"en"}'))
    const { id, owner } = await sendLead(cloud, 'Stefan Step')
    await signIn(page, cloud, owner, `/app/leads/${id}`)
    const line = page.locator('.line', { hasText: /\d steps/ })
    const [, count] = /(\d+) steps/.exec(await line.locator('.line-title').innerText())!
    const note = await line.locator('.line-note').innerText()
    expect(note.split(' · ')).toHaveLength(Number(count))
    await line.locator('.line-title').click()
    expect(await line.locator('.line-more > *').count()).toBe(Number(count))
    expect(await line.locator('.line-more').innerText()).toMatch(/Lead routing, row “enterprise dach”/)
  })
})
