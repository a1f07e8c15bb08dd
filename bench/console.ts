/// <reference lib="dom" />
import { chromium, type Browser, type Page } from 'playwright-core'
import { openCloud, type Cloud } from '../test/cloud.ts'
import { sendLead, signIn } from '../test/browser/console.ts'
import { median } from './quantile.ts'
import type { Bench } from './run.ts'

/*
 * `npm run bench -- console`: how long somebody with a slow machine and a slow line waits for the console, in Debian's Chromium with an empty
 * cache: its main thread four times slower, 1.6 Mbit/s with 150 ms of latency, as the design says. He is signed in, and opens the link in an e-mail.
 * Largest paint and shift as the browser tells them; blocked is what tasks of the main thread take beyond 50 ms until then; an interaction is
 * from the press to the next picture (Event Timing), unthrottled line.
 */

interface Seen {
  paint: number
  shift: number
  blocked: number
  requests: number
  kilobytes: number
}

export const run: Bench['run'] = async (options) => {
  const rounds = options.has('--quick') ? 3 : 9
  const cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
  })
  try {
    const { id, owner } = await sendLead(cloud, 'Katrin Vogel')
    const link = `/app/leads/${id}`
    const seen: Record<string, Seen[]> = { 'my work': [], 'a lead': [] }
    const presses: number[] = []
    for (let round = 0; round < rounds; round++) {
      seen['my work']!.push(await firstVisit(browser, cloud, owner, '/app/work'))
      seen['a lead']!.push(await firstVisit(browser, cloud, owner, link))
      presses.push(...(await pressed(browser, cloud, owner, link)))
    }
    const line = (...cells: string[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`)
    process.stdout.write(
      `Median of ${rounds} visits with an empty cache; 1.6 Mbit/s, 150 ms, 4 × slower processor.\n\n`,
    )
    line('screen', 'largest paint', 'blocked', 'shift', 'requests', 'kB')
    line('---', '---', '---', '---', '---', '---')
    for (const [name, visits] of Object.entries(seen)) {
      const of = (what: keyof Seen): number => median(visits.map((each) => each[what]))
      line(
        name,
        `${(of('paint') / 1000).toFixed(2)} s`,
        `${of('blocked').toFixed(0)} ms`,
        of('shift').toFixed(3),
        of('requests').toFixed(0),
        of('kilobytes').toFixed(0),
      )
    }
    process.stdout.write(
      `\nInteractions (${presses.length} clicks and keys, processor 4 × slower): median ${median(presses).toFixed(0)} ms, slowest ${Math.max(...presses).toFixed(0)} ms.\n`,
    )
  } finally {
    await browser.close()
    await cloud.stop()
  }
}

/** Once more where the browser has told of no paint but that of the page before anything draws, which it does now and then. */
async function firstVisit(browser: Browser, cloud: Cloud, person: string, to: string): Promise<Seen> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const seen = await visit(browser, cloud, person, to)
    if (seen.paint > 0) return seen
  }
  throw new Error(`${to}: in five visits the browser told of no largest paint`)
}

/** The refresh token is there, as of somebody who was here before; nothing else is. */
async function visit(browser: Browser, cloud: Cloud, person: string, to: string): Promise<Seen> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' })
  try {
    const page = await context.newPage()
    await signIn(page, cloud, person)
    await page.goto('about:blank')
    const session = await context.newCDPSession(page)
    await session.send('Network.enable')
    await session.send('Network.clearBrowserCache')
    await session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 150,
      downloadThroughput: (1.6 * 1024 * 1024) / 8,
      uploadThroughput: (750 * 1024) / 8,
    })
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
    let bytes = 0
    let requests = 0
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength
      requests += 1
    })
    await page.addInitScript(watch)
    await page.goto(cloud.url + to)
    await page.locator('main.sheet h1').first().waitFor()
    await page.waitForLoadState('networkidle')
    const told = await page.evaluate(
      () => (window as unknown as { seen: Omit<Seen, 'requests' | 'kilobytes'> }).seen,
    )
    return { ...told, requests, kilobytes: bytes / 1000 }
  } finally {
    await context.close()
  }
}

/** Runs in the page, before all else. */
function watch(): void {
  const seen = { paint: 0, shift: 0, blocked: 0 }
  Object.assign(window, { seen })
  const observe = (type: string, act: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(act)).observe({ type, buffered: true })
  observe('largest-contentful-paint', (entry) => {
    const { element } = entry as unknown as { element: Element | null }
    if (!element?.matches('.opening, .opening *')) seen.paint = entry.startTime
  })
  observe('layout-shift', (entry) => (seen.shift += (entry as unknown as { value: number }).value))
  observe('longtask', ({ duration }) => (seen.blocked += duration - 50))
}

/** Milliseconds from a press to the next picture, of what somebody does on the way to an answer. */
async function pressed(browser: Browser, cloud: Cloud, person: string, to: string): Promise<number[]> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' })
  try {
    const page = await context.newPage()
    await signIn(page, cloud, person, to)
    // Whoever presses something has read something: what is fetched ahead, the other screens last, is there.
    await page.waitForFunction(() =>
      performance.getEntriesByType('resource').some(({ name }) => /\/settings-[^/]+\.js$/.test(name)),
    )
    const session = await context.newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
    await page.evaluate(() => {
      const presses: number[] = []
      Object.assign(window, { presses })
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          if ((entry as PerformanceEntry & { interactionId: number }).interactionId)
            presses.push(entry.duration)
      }).observe({ type: 'event', durationThreshold: 16, buffered: true } as PerformanceObserverInit)
    })
    for (const key of ['y', 'Escape', '?', 'Escape']) await press(page, key)
    await press(page, 'Control+k')
    await press(page, 'k')
    await press(page, 'Escape')
    return await page.evaluate(() => (window as unknown as { presses: number[] }).presses)
  } finally {
    await context.close()
  }
}

/** And waits until it was drawn. */
async function press(page: Page, key: string): Promise<void> {
  await page.keyboard.press(key)
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
}
