import { kinds } from 'holdfast:kinds'
import { sweep } from '#core/watch/sweep.ts'
import { openRules } from '#functions/adapter/rules.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { openBus } from '#functions/adapter/bus.ts'
import { onSchedule } from '#functions/adapter/handler.ts'
import { openTable } from '#functions/adapter/table.ts'

/**
 * Finds records and messages whose time has passed without anything happening, and sees to it that something does; tells
 * once a day what waits in the quarantine.
 */
const uses = { store: openTable, tenant: openTenant, rules: openRules, bus: openBus }

export const handler = onSchedule(uses, async (here) => {
  const { store, tenant, bus, clock, log } = here
  const rules = await here.rules(tenant)
  const { announce, raised, messages, holds, notices, errors } = await sweep(
    store,
    { rules, kinds },
    tenant,
    clock.now(),
  )
  // What the bus does not take now is raised to the next level in ten minutes.
  const lost = await bus.publish(announce)
  if (raised || messages || notices || lost.length)
    log('warn', 'watchdog acted', { count: raised + messages + notices, failed: lost.length })
  // An alarm counts this line.
  if (holds) log('warn', 'e-mails wait', { count: holds })
  for (const error of errors) log('error', 'watchdog could not act on an item', {}, error)
  // The function's errors alarm.
  if (errors.length) throw errors[0]
})
