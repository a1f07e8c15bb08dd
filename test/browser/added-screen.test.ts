import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { buildConsole } from '#infra/console.ts'
import { changedSources } from '../fixture/changed-sources.ts'
import { signIn } from './console.ts'
import { inBrowser, test } from './visitor.ts'

/** A screen is one folder of console/screen/, found and not listed. */
const added = {
  'console/screen/moon/screen.ts': `import type { Screen } from '../../screen.ts'

export const screen: Screen = {
  path: '/moon',
  title: { en: 'Moon', uk: 'Місяць', ru: 'Луна' },
  load: async () => (await import('./moon.tsx')).Moon,
  nav: { icon: 'globe', order: 50, key: 'KeyM' },
}
`,
  'console/screen/moon/moon.tsx': `import { useSession } from '../../session.tsx'
import { screen } from './screen.ts'

export function Moon() {
  const { me, language } = useSession()
  return (
    <header className="bar">
      <h1>{screen.title[language]}: {me.person.name}</h1>
    </header>
  )
}
`,
}

inBrowser(() => {
  test('a screen is one folder more: it has its address, its place in the navigation and its key', async ({
    cloud,
    visitor,
  }) => {
    const project = changedSources({ added })
    try {
      const built = join(project, 'built')
      await buildConsole(built, project)
      const { page, complaints } = await visitor(1280, true)
      await signIn(page, cloud, 'maria')
      await page.route('**/app/**', async (route) => {
        const path = new URL(route.request().url()).pathname.slice('/app/'.length)
        if (path === 'config.json') return route.continue()
        const file = join(built, path)
        await route.fulfill({
          path: path.includes('.') && existsSync(file) ? file : join(built, 'index.html'),
        })
      })
      await page.goto(`${cloud.url}/app/moon`)
      await page.getByRole('heading', { name: 'Moon: Maria Hoffmann' }).waitFor()
      await page.goto(`${cloud.url}/app/work`)
      await page.getByRole('navigation').getByRole('link', { name: 'Moon' }).first().waitFor()
      await page.keyboard.press('g')
      await page.keyboard.press('m')
      await page.waitForURL('**/app/moon')
      expect(complaints).toEqual([])
    } finally {
      rmSync(project, { recursive: true })
    }
  })
})
