import { engine } from 'holdfast:engine'
import { rulesOf, type Rules } from '#core/workflow/rules.ts'
import { sha256 } from '#functions/access/digest.ts'
import { derivedOnce, openPublished, type Opener } from './published.ts'

const compiled = derivedOnce((published: Parameters<typeof rulesOf>[0]) =>
  rulesOf(published, { engine, zones: process.versions.tz ?? 'none', sha256 }),
)

/** What operators have published, and the program that decides by it. */
export function openRules(): Opener<Rules> {
  const open = openPublished()
  return async (tenant, version) => compiled(await open(tenant, version))
}
