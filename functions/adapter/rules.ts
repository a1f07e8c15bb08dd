import { engine } from 'holdfast:engine'
import { published } from 'holdfast:published'
import { rulesOf } from '#core/workflow/rules.ts'
import { sha256 } from '#functions/access/digest.ts'

/** What operators have published, and the program that decides by it. */
export const rules = rulesOf(published, { engine, zones: process.versions.tz ?? 'none', sha256 })
