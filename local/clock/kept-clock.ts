import type { DatabaseSync } from 'node:sqlite'
import { openDurable } from '../durable.ts'
import { realClock, virtualClock } from './clock.ts'

/** A virtual clock stands still until it is moved, and goes on from there after a restart. */
export type ClockChoice = 'real' | 'virtual' | { start: number | string }

/**
 * The virtual clock goes on where the last process left it; a start that is given counts only where there is nothing. What is
 * done otherwise than one might think is told: a time that does not count, and time that goes back.
 */
export function openClock(db: DatabaseSync, choice: ClockChoice, report: (line: string) => void) {
  db.exec('CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)')
  const stored = db.prepare("SELECT value FROM setting WHERE name = 'virtual time'").get()?.value
  const stood = stored === undefined ? undefined : Number(stored)
  if (choice === 'real') {
    const now = Date.now()
    if (stood !== undefined && stood > now)
      report(
        `clock: real, ${iso(now)}; it goes back from ${iso(stood)}, where the virtual one of this data folder stands: what was done until then lies in the future (--clock virtual goes on there)`,
      )
    return { clock: realClock(), isVirtual: false, remember: () => undefined }
  }
  const given = choice === 'virtual' ? Date.now() : new Date(choice.start).getTime()
  if (stood !== undefined && choice !== 'virtual' && stood !== given)
    report(
      `clock: virtual, goes on at ${iso(stood)}, where it stood in this data folder; ${iso(given)} is not heeded (--fresh, or another --data, begins there)`,
    )
  const clock = virtualClock(stood ?? given)
  const save = db.prepare("INSERT OR REPLACE INTO setting VALUES ('virtual time', ?)")
  const durable = openDurable(db)
  const remember = () => void durable.write(() => save.run(String(clock.now())))
  remember()
  return { clock, isVirtual: true, remember }
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString()
