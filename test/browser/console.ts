/// <reference lib="dom" />
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Client } from '../cloud.ts'

/* How a person goes through the console, and what each of its screens owes to everybody. */

/** Goes to an address, signs in, and is where he wanted to go. */
export async function signIn(page: Page, cloud: Client, person: string, to = '/app/'): Promise<void> {
  await page.goto(cloud.url + to)
  await page.locator('.sign-in-card > .button').click()
  await page.locator('input[name=username]').fill(person)
  await page.locator('input[name=password]').fill(cloud.ownerKey)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('main.sheet').waitFor()
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What WCAG 2.2 AA finds wrong on what is shown. The page's own policy lets no other script in, so this one comes past it. */
export async function axeFaults(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  await session.send('Runtime.evaluate', { expression: axe })
  const run = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
    .then(({ violations }) => JSON.stringify(violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => id + ' ' + target.join(' ') + ': ' + failureSummary.split('\\n').slice(1).join(' ')))))`
  const { result } = await session.send('Runtime.evaluate', {
    expression: run,
    awaitPromise: true,
    returnByValue: true,
  })
  await session.detach()
  return JSON.parse(String(result.value)) as string[]
}

/** Nothing is wider than the window. */
export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)

/** Each word a third longer, as German is than English. What people have written is as long as they like anyway. */
export const lengthen = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walk.nextNode()) {
      const text = walk.currentNode as Text
      // Numbers, times and keys are as long in each language.
      text.data = text.data.replaceAll(
        /\p{L}{3,}/gu,
        (word) => word + 'ä'.repeat(Math.ceil(word.length * 0.35)),
      )
    }
  })

/**
 * What can be read, pressed or filled in and cannot be seen whole: it lies beyond what an element around it shows, and nothing leads there by
 * scrolling; and words that are squeezed into a column of letters.
 */
export const outOfSight = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const pressed = 'button, a, input, textarea, select, [role=radiogroup]'
    const isShown = (each: Element) =>
      each.getClientRects().length > 0 && !each.closest('.hidden, [aria-hidden=true]')
    const named = (each: Element) =>
      `${each.tagName.toLowerCase()}.${each.className} "${each.textContent.slice(0, 40)}"`
    const isBeyond = (each: Element): boolean => {
      const own = each.getBoundingClientRect()
      for (let around = each.parentElement; around; around = around.parentElement) {
        const { overflowX, overflowY, position, textOverflow } = getComputedStyle(around)
        if (textOverflow === 'ellipsis') return false
        if (overflowX !== 'visible') {
          const its = around.getBoundingClientRect()
          // What scrolls on purpose from side to side says so; any column that scrolls downwards is `auto` from side to side as well.
          if (overflowX !== 'hidden' && overflowY === 'hidden') return false
          if (own.right > its.right + 1 || own.left < its.left - 1) return true
        }
        if (position === 'fixed') return false
      }
      return own.right > window.innerWidth + 1
    }
    const isText = (each: Element) =>
      each.children.length === 0 &&
      each.textContent.trim() !== '' &&
      getComputedStyle(each).textOverflow !== 'ellipsis'
    const isSqueezed = (each: HTMLElement): boolean =>
      each.children.length === 0 && each.innerText.length > 6 && each.offsetHeight > 4 * each.offsetWidth
    return [
      ...[...document.querySelectorAll('main *, dialog *')]
        .filter((each) => (each.matches(pressed) || isText(each)) && isShown(each) && isBeyond(each))
        .map((each) => `${named(each)} is out of sight`),
      ...[...document.querySelectorAll<HTMLElement>('main *, dialog *')]
        .filter((each) => each instanceof HTMLElement && isShown(each) && isSqueezed(each))
        .map((each) => `${named(each)} is a column of letters`),
    ]
  })

/** A lead through the form, whose turn it is, as the console shows him. */
export async function sendLead(
  cloud: Client,
  name: string,
  more: object = {},
): Promise<{ id: string; owner: string }> {
  const answer = await cloud.request('/f/demo', {
    json: {
      name,
      email: `${name.toLowerCase().replaceAll(' ', '.')}@customer.example`,
      phone: `+4930${String([...name].reduce((all, each) => (all * 31 + each.codePointAt(0)!) % 1e7, 7)).padStart(7, '1')}`,
      company: `${name} GmbH`,
      country: 'DE',
      employees: 800,
      budget: 68_000,
      message: 'We need 40 seats',
      ...more,
    },
  })
  expect(answer.status).toBe(201)
  // The search follows a moment behind.
  await cloud.advance('2 seconds')
  const found = await cloud.request(`/find?text=${encodeURIComponent(name)}&kind=lead`, { user: 'viktor' })
  const [lead] = found.json.found as { id: string; line: { ownerId: string } }[]
  return { id: lead!.id, owner: lead!.line.ownerId }
}

/** What was told of a lead, of one sort. */
export async function toldOf(cloud: Client, id: string, what: string): Promise<Record<string, unknown>[]> {
  const { json } = await cloud.request(`/leads/${id}/history`, { user: 'viktor' })
  return (json.events as Record<string, unknown>[]).filter((event) => event.what === what)
}
