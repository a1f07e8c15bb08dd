import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { main } from '../../cli/main.ts'
import { expectUsable, inBrowser, test, widths } from './visitor.ts'

inBrowser(() => {
  test.for(widths)('at %i px a person signs in for the command line', async (width, { cloud, visitor }) => {
    const { page, complaints } = await visitor(width, true)
    const settings = mkdtempSync(join(tmpdir(), 'holdfast-settings-'))
    let shown: Promise<unknown> | undefined
    const visit = async (address: string) => {
      await page.goto(address)
      await expectUsable(page)
      await page.getByLabel('Name').fill('viktor')
      await page.getByLabel('Password').fill(cloud.ownerKey)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
      await expectUsable(page)
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
  })
})
