/// <reference lib="dom" />
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { main } from '../cli/main.ts'
import { openCloud, type Cloud } from './cloud.ts'

/**
 * The way of a person through the pages, in Debian's Chromium. On a developer's machine without one the test is
 * skipped and says so; in CI it fails, so that nobody believes it ran.
 */
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const installed = existsSync(executablePath)
if (!installed && !process.env.CI)
  console.log(
    `browser test skipped: no Chromium at ${executablePath} (apt-get install chromium, or set CHROMIUM_PATH)`,
  )

const widths = [1280, 390]

describe.skipIf(!installed && !process.env.CI)('in a browser', () => {
  let cloud: Cloud
  let browser: Browser

  beforeAll(async () => {
    if (!installed) throw new Error(`no Chromium at ${executablePath}: CI must not skip this test`)
    cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
    browser = await chromium.launch({
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
  })

  afterAll(async () => {
    await browser?.close()
    await cloud?.stop()
  })

  /** Opens a page that remembers every complaint of the browser's console. */
  async function visitor(width: number, javaScriptEnabled: boolean, locale = 'en-GB') {
    const context: BrowserContext = await browser.newContext({
      viewport: { width, height: 844 },
      javaScriptEnabled,
      locale,
    })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (line) => {
      if (['error', 'warning'].includes(line.type())) complaints.push(line.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('requestfailed', (request) => complaints.push(`${request.url()} ${request.failure()?.errorText}`))
    page.on('response', (response) => {
      if (response.status() >= 400) complaints.push(`${response.url()} answered ${response.status()}`)
    })
    return { page, complaints, close: () => context.close() }
  }

  test.each(widths)(
    'at %i px a person without JavaScript posts the form, gets a receipt, and the rep reads the e-mail',
    async (width) => {
      const { page, complaints, close } = await visitor(width, false)
      await page.goto(`${cloud.url}/forms/demo`)
      expect(await overflow(page)).toBe(0)
      expect(await accessibilityFaults(page)).toEqual([])
      await fill(page, `Ada ${width}`)
      // Slower than a machine: what is sent too fast is looked at by a person first.
      await cloud.advance('30 seconds')
      await page.locator('button[type=submit], input[type=submit]').first().click()
      await page.waitForURL(/\/forms\/demo\/thanks/)
      const receipt = /sub_[0-9A-Z]+/.exec(await page.locator('body').innerText())?.[0]
      expect(receipt, 'a receipt number on the thank-you page').toBeTruthy()
      expect(await overflow(page)).toBe(0)
      expect(await accessibilityFaults(page)).toEqual([])

      await cloud.settle()
      await page.goto(`${cloud.url}/inbox`)
      await page.getByLabel('Name').fill('viktor')
      await page.getByLabel('Password').fill(cloud.ownerKey)
      expect(await overflow(page)).toBe(0)
      expect(await accessibilityFaults(page)).toEqual([])
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.waitForURL(`${cloud.url}/inbox`)
      expect(await overflow(page)).toBe(0)
      expect(await accessibilityFaults(page)).toEqual([])
      await page
        .locator('a[href*="/inbox/"]')
        .filter({ hasText: new RegExp(`Ada ${width}`) })
        .first()
        .click()
      const text = await mailText(page)
      for (const word of [`Ada ${width}`, `ada-${width}@customer.example`])
        expect(text, 'who').toContain(word)
      expect(text, 'what').toContain('Please call me about the offer.')
      expect(text, 'why').toMatch(/rule|turn/i)
      expect(text, 'until when').toMatch(/\d\d:\d\d/)
      expect(await overflow(page)).toBe(0)
      const links = await Promise.all(
        page.frames().map((frame) =>
          frame
            .locator('a[href*="/open/lead_"]')
            .first()
            .getAttribute('href', { timeout: 500 })
            .catch(() => null),
        ),
      )
      const link = links.find((address) => address !== null)
      expect(link, 'a link to the lead').toBeDefined()
      await page.goto(link!)
      expect(await overflow(page)).toBe(0)
      expect(await accessibilityFaults(page)).toEqual([])
      expect(complaints).toEqual([])
      await close()
    },
  )

  test.each(widths)('at %i px a person signs in for the command line', async (width) => {
    const { page, complaints, close } = await visitor(width, true)
    const settings = mkdtempSync(join(tmpdir(), 'holdfast-settings-'))
    let shown: Promise<unknown> | undefined
    const visit = async (address: string) => {
      await page.goto(address)
      expect(await overflow(page)).toBe(0)
      expect(await accessibilityFaults(page)).toEqual([])
      await page.getByLabel('Name').fill('viktor')
      await page.getByLabel('Password').fill(cloud.ownerKey)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
      expect(await overflow(page)).toBe(0)
      expect(await accessibilityFaults(page)).toEqual([])
    }
    const code = await main(['login', '--url', cloud.url], {
      directory: '.',
      out: () => undefined,
      err: () => undefined,
      colour: false,
      now: Date.now(),
      settings,
      browse: (address) => void (shown = visit(address)),
    })
    await shown
    expect([code, complaints]).toEqual([0, []])
    rmSync(settings, { recursive: true })
    await close()
  })

  test('with JavaScript on the form works the same and the console stays silent', async () => {
    const { page, complaints, close } = await visitor(1280, true)
    await page.goto(`${cloud.url}/forms/demo`)
    await fill(page, 'Grace')
    await cloud.advance('30 seconds')
    await page.locator('button[type=submit], input[type=submit]').first().click()
    await page.waitForURL(/\/forms\/demo\/thanks/)
    expect(complaints).toEqual([])
    await close()
  })

  test.each([
    ['uk-UA', 'uk'],
    ['ru-RU', 'ru'],
    ['en-GB', 'en'],
    ['fr-FR', 'en'],
  ])('a visitor whose browser speaks %s is addressed in %s', async (locale, language) => {
    const { page, complaints, close } = await visitor(390, false, locale)
    await page.goto(`${cloud.url}/forms/demo`)
    expect(await page.locator('html').getAttribute('lang')).toBe(language)
    expect(await overflow(page)).toBe(0)
    expect(await accessibilityFaults(page)).toEqual([])
    expect(complaints).toEqual([])
    await close()
  })
})

async function fill(page: Page, name: string): Promise<void> {
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

/** Pixels by which the page is wider than the window. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth))

/** The mail as the reader sees it, in a frame or not. */
async function mailText(page: Page): Promise<string> {
  await page.waitForLoadState('load')
  const texts = await Promise.all(page.frames().map((frame) => frame.locator('body').innerText()))
  return texts.join('\n')
}

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
