/// <reference lib="dom" />
import { existsSync } from 'node:fs'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import { describe, expect, test as base } from 'vitest'
import { openCloud } from '../cloud.ts'

/* oxlint-disable no-empty-pattern -- the runner reads there what a fixture needs */

/*
 * The way of a person through the pages, in Debian's Chromium. On a developer's machine without one the tests are
 * skipped and their title says why; in CI they fail, so that nobody believes they ran.
 *
 * Chromium and the cloud are started once in each process of the test runner. `npm test` lets a process do many files
 * (`--no-isolate`), so each test fills in names of its own and counts on no hour.
 */
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const installed = existsSync(executablePath)
const absent = `no Chromium at ${executablePath}: apt-get install chromium, or set CHROMIUM_PATH`

export function inBrowser(tests: () => void): void {
  describe.skipIf(!installed && !process.env.CI)(`in a browser${installed ? '' : ` (${absent})`}`, () => {
    tests()
  })
}

export const widths = [1280, 390]

export const test = base
  .extend('cloud', { scope: 'worker' }, async ({}, { onCleanup }) => {
    const cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
    onCleanup(() => cloud.stop())
    return cloud
  })
  .extend('browser', { scope: 'worker' }, async ({}, { onCleanup }) => {
    if (!installed) throw new Error(`CI must not skip this test; ${absent}`)
    const browser = await chromium.launch({
      executablePath,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    })
    onCleanup(() => browser.close())
    return browser
  })
  // Opens a page that remembers every complaint of the browser's console; it is closed after the test.
  .extend('visitor', async ({ browser }, { onCleanup }) => {
    const contexts: BrowserContext[] = []
    onCleanup(async () => void (await Promise.all(contexts.map((context) => context.close()))))
    return async (width: number, javaScriptEnabled: boolean, locale = 'en-GB', timezoneId = 'UTC') => {
      const context = await browser.newContext({
        viewport: { width, height: 844 },
        // A phone is touched.
        hasTouch: width < 720,
        javaScriptEnabled,
        locale,
        timezoneId,
      })
      contexts.push(context)
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('console', (line) => {
        if (['error', 'warning'].includes(line.type())) complaints.push(line.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('requestfailed', (request) => {
        const why = request.failure()?.errorText
        // What a page asks for ahead is no script where there are none.
        if (!javaScriptEnabled && why === 'csp' && request.url().includes('/app/assets/')) return
        complaints.push(`${request.url()} ${why}`)
      })
      page.on('response', (response) => {
        if (response.status() >= 400) complaints.push(`${response.url()} answered ${response.status()}`)
      })
      return { page, complaints }
    }
  })

/** Fills in whatever a form asks for. */
export async function fill(page: Page, name: string): Promise<void> {
  const fields = page.locator('form input:visible, form textarea:visible, form select:visible')
  for (const field of await fields.all()) {
    const tag = await field.evaluate((element) => element.tagName.toLowerCase())
    const type = (await field.getAttribute('type')) ?? 'text'
    if (type === 'checkbox') await field.check()
    else if (tag === 'select') await field.selectOption({ index: 1 })
    else if (type === 'email') await field.fill(`${name.toLowerCase().replace(' ', '-')}@customer.example`)
    else if (type === 'tel')
      await field.fill(
        `+38050${String(1_000_000 + name.length * 7919 + name.charCodeAt(name.length - 1) * 104_729).slice(0, 7)}`,
      )
    else if (type === 'number') await field.fill('12')
    else if (['text', 'search'].includes(type) && tag === 'input') await field.fill(name)
    else if (tag === 'textarea') await field.fill('Please call me about the offer.')
  }
}

/** Nothing is out of reach: neither in this window nor for anybody. */
export async function expectUsable(page: Page): Promise<void> {
  expect(await overflow(page)).toBe(0)
  expect(await accessibilityFaults(page)).toEqual([])
}

/** Pixels by which the page is wider than the window, or an example is wider than its frame: a phone shows no bar to scroll it by. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() =>
    Math.max(
      0,
      document.documentElement.scrollWidth - window.innerWidth,
      ...Array.from(document.querySelectorAll('pre'), (example) => example.scrollWidth - example.clientWidth),
    ),
  )

/** What every page owes to everybody: a language, a title, a heading, and a name for each control. */
async function accessibilityFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = []
    if (!document.documentElement.lang) faults.push('the page has no language')
    if (!document.title.trim()) faults.push('the page has no title')
    if (document.querySelectorAll('h1').length !== 1) faults.push('the page has not one main heading')
    if (!document.querySelector('main')) faults.push('the page has no main landmark')
    if (!document.querySelector('meta[name=viewport]'))
      faults.push('the page does not fit itself to a small window')
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id)
    for (const id of ids.filter((id, i) => ids.indexOf(id) !== i)) faults.push(`id ${id} is there twice`)
    for (const control of document.querySelectorAll<HTMLInputElement>(
      'input:not([type=hidden]), textarea, select',
    )) {
      if (control.closest('[hidden], [aria-hidden=true]')) continue
      const name =
        control.labels?.length ||
        control.getAttribute('aria-label') ||
        control.getAttribute('aria-labelledby')
      if (!name) faults.push(`${control.tagName.toLowerCase()} ${control.name} has no label`)
    }
    for (const image of document.images)
      if (!image.hasAttribute('alt')) faults.push(`${image.src} has no description`)
    for (const control of document.querySelectorAll<HTMLElement>('a[href], button'))
      if (!control.innerText.trim() && !control.getAttribute('aria-label'))
        faults.push('a link or button has no text')
    return faults
  })
}
