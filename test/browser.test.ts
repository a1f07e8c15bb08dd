/// <reference lib="dom" />
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page, type Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { main } from '../cli/main.ts'
import { openCloud, type Cloud } from './cloud.ts'

/**
 * The way of a person through the pages, in Debian's Chromium. On a developer's machine without one the test is
 * skipped and its title says why; in CI it fails, so that nobody believes it ran.
 */
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const installed = existsSync(executablePath)
const absent = `no Chromium at ${executablePath}: apt-get install chromium, or set CHROMIUM_PATH`

const widths = [1280, 390]

describe.skipIf(!installed && !process.env.CI)(`in a browser${installed ? '' : ` (${absent})`}`, () => {
  let cloud: Cloud
  let browser: Browser

  beforeAll(async () => {
    if (!installed) throw new Error(`CI must not skip this test; ${absent}`)
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

  test.each(widths)(
    'at %i px the beginning leads to the form, the inbox and the documentation',
    async (width) => {
      const { page, complaints, close } = await visitor(width, false)
      for (const language of ['en', 'uk', 'ru']) {
        await page.goto(`${cloud.url}/?lang=${language}`)
        expect(await overflow(page)).toBe(0)
        expect(await accessibilityFaults(page)).toEqual([])
        for (const link of [`/forms/demo?lang=${language}`, `/docs?lang=${language}`, '/inbox']) {
          await page.goto(`${cloud.url}/?lang=${language}`)
          await page.locator(`a[href="${link}"]`).click()
          await page.waitForURL((url) => url.pathname !== '/')
          expect(await overflow(page)).toBe(0)
          expect(await accessibilityFaults(page)).toEqual([])
        }
      }
      expect(complaints).toEqual([])
      await close()
    },
  )

  test('with JavaScript on the form works the same and the console stays silent', async () => {
    const { page, complaints, close } = await visitor(1280, true)
    await page.goto(`${cloud.url}/forms/demo`)
    await fill(page, 'Grace')
    // A company names its fields, and may name one like a property of the form.
    await page.evaluate(() => {
      for (const name of ['action', 'elements', 'dataset', 'submit'])
        document.forms[0]?.append(
          Object.assign(document.createElement('input'), { name, type: 'hidden', value: 'x' }),
        )
    })
    await cloud.advance('30 seconds')
    await page.locator('button[type=submit], input[type=submit]').first().click()
    await page.waitForURL(/\/forms\/demo\/thanks/)
    expect(complaints).toEqual([])
    await close()
  })

  /** Lets `answers` meet the form's posts, one after the other, and the server all that follow; gives what was posted. */
  async function meet(page: Page, answers: ((route: Route) => Promise<void>)[]): Promise<string[]> {
    const posted: string[] = []
    await page.route('**/f/demo', (route) => {
      const answer = answers[posted.length] ?? ((it: Route) => it.continue())
      posted.push(route.request().postData() ?? '')
      return answer(route)
    })
    return posted
  }
  const gateway =
    (status: number, headers: Record<string, string> = {}) =>
    (route: Route) =>
      route.fulfill({ status, headers, json: { message: 'Too Many Requests' } })

  test('what cannot be sent is kept and sent again by itself, with the same key, until it is one lead', async () => {
    const { page, complaints, close } = await visitor(390, true, 'uk-UA')
    const posted = await meet(page, [
      gateway(429, { 'retry-after': '90' }),
      (route) => route.abort('connectionreset'),
      gateway(503),
      // A network that wants a sign-in of its own answers everything with its page.
      (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Wi-Fi</h1>' }),
    ])
    await page.clock.install()
    await page.goto(`${cloud.url}/forms/demo`)
    await fill(page, 'Wartet')
    await cloud.advance('30 seconds')
    await page.getByRole('button', { name: 'Надіслати' }).click()
    const note = page.getByRole('status')
    await note.getByText('Ще не надіслано').waitFor()
    expect(await overflow(page)).toBe(0)
    expect(await accessibilityFaults(page)).toEqual([])
    await page.clock.runFor(89_000)
    expect(posted, 'not before the time that was asked for').toHaveLength(1)
    for (const tries of [2, 3, 4, 5]) {
      expect(await page.getByLabel('Ваше запитання').inputValue()).toBe('Please call me about the offer.')
      await page.clock.fastForward(140_000)
      await expect.poll(() => posted.length).toBe(tries)
      if (tries < 5) await note.getByText('Ще не надіслано').waitFor()
    }
    await page.waitForURL(/\/forms\/demo\/thanks\?receipt=sub_\w+&lang=uk/)
    expect(await page.evaluate(() => sessionStorage.length), 'nothing stays behind').toBe(0)
    expect(new Set(posted.map((body) => new URLSearchParams(body).get('_key'))).size).toBe(1)
    expect(new Set(posted).size).toBe(1)
    const items = await cloud.table.dump()
    expect(
      items.filter(({ kind, contact }) => kind === 'lead' && JSON.stringify(contact).includes('Wartet')),
    ).toHaveLength(1)
    expect(complaints.filter((line) => /policy/i.test(line))).toEqual([])
    await close()
  })

  test('a reload while it waits loses nothing, and the button sends at once', async () => {
    const { page, close } = await visitor(1280, true)
    page.on('dialog', (dialog) => void dialog.accept())
    const posted = await meet(page, [gateway(503), gateway(503)])
    await page.clock.install()
    await page.goto(`${cloud.url}/forms/demo`)
    await fill(page, 'Reloads')
    await cloud.advance('30 seconds')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('Not sent yet').waitFor()
    await page.reload()
    await page.getByText('Not sent yet').waitFor()
    expect(await page.getByLabel('Your name').inputValue()).toBe('Reloads')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.waitForURL(/\/thanks\?receipt=/)
    expect(posted).toHaveLength(3)
    expect(new Set(posted).size).toBe(1)
    await close()
  })

  test('what is refused is said beside the form, at its field, and everything typed stays', async () => {
    const { page, close } = await visitor(390, true)
    await page.goto(`${cloud.url}/forms/demo`)
    await cloud.advance('30 seconds')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('Something is missing or unreadable').waitFor()
    expect(page.url()).toBe(`${cloud.url}/forms/demo`)

    const problem = { errors: [{ field: 'email', message: 'is no address' }] }
    await meet(page, [(route) => route.fulfill({ status: 400, json: problem })])
    await fill(page, 'Refused')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('is no address').waitFor()
    expect(await page.getByLabel('E-mail').evaluate((field) => field === document.activeElement)).toBe(true)
    expect(await page.getByLabel('Your question').inputValue()).toBe('Please call me about the offer.')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Send' }).click()
    await page.waitForURL(/\/thanks\?receipt=/)
    await close()
  })

  test('without JavaScript the way back from a problem leads to a form that is still filled in', async () => {
    const { page, close } = await visitor(390, false)
    const keys: (string | null)[] = []
    page.on('request', (asked) => {
      if (asked.method() === 'POST') keys.push(new URLSearchParams(asked.postData() ?? '').get('_key'))
    })
    await page.goto(`${cloud.url}/forms/demo`)
    await fill(page, 'Back')
    await page.getByLabel('Your question').fill('word '.repeat(120_000))
    await cloud.advance('30 seconds')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByRole('heading', { name: 'This is too much at once' }).waitFor()
    await page.goBack()
    expect(await page.getByLabel('Your name').inputValue()).toBe('Back')
    expect((await page.getByLabel('Your question').inputValue()).length).toBe(600_000)
    await page.getByLabel('Your question').fill('In short')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.waitForURL(/\/thanks\?receipt=/)
    expect(keys).toEqual([keys[0], keys[0]])
    await close()
  })

  test.each([
    ['https://www.northwind.example', true],
    ['https://www.other.example', false],
  ])('a page of %s shows the form in a frame: %s', async (site, isAllowed) => {
    const { page, close } = await visitor(1280, true)
    const crm = 'https://crm.northwind.example'
    // Both sites as the browser knows them; what the second one says is the cloud's answer, headers and all.
    await page.route(`${site}/`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<iframe src="${crm}/forms/demo" width="900" height="1300"></iframe>`,
      }),
    )
    await page.route(`${crm}/**`, async (route) => {
      const { pathname, search } = new URL(route.request().url())
      const response = await route.fetch({ url: cloud.url + pathname + search, maxRedirects: 0 })
      await route.fulfill({ response })
    })
    const refusals: string[] = []
    page.on('console', (line) => refusals.push(line.text()))
    await page.goto(`${site}/`)
    const frame = page.frameLocator('iframe')
    if (isAllowed) {
      await frame.getByLabel('Your name').fill('Framed')
      await frame.getByLabel('E-mail').fill('framed@customer.example')
      await cloud.advance('30 seconds')
      await frame.getByRole('button', { name: 'Send' }).click()
      await frame.getByRole('heading', { name: 'Thank you' }).waitFor()
      expect(refusals).toEqual([])
    } else {
      await expect.poll(() => refusals.join()).toContain('frame-ancestors')
      expect(await frame.getByLabel('Your name').count()).toBe(0)
    }
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

/** Pixels by which the page is wider than the window, or an example is wider than its frame: a phone shows no bar to scroll it by. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate(() =>
    Math.max(
      0,
      document.documentElement.scrollWidth - window.innerWidth,
      ...Array.from(document.querySelectorAll('pre'), (example) => example.scrollWidth - example.clientWidth),
    ),
  )

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
