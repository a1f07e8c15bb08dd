import { kinds } from 'holdfast:kinds'
import { runEvent } from '#core/watch/run-event.ts'
import { recordRunFailure } from '#core/watch/run-failure.ts'
import { cancelRuns } from '#core/workflow/cancel.ts'
import { endingsOf } from '#core/workflow/ending.ts'
import { workKind } from '#core/record/open-work.ts'
import { derivedOnce, openEnds } from '#functions/adapter/published.ts'
import { openRules } from '#functions/adapter/rules.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onQueue } from '#functions/adapter/handler.ts'
import { openMachines } from '#functions/adapter/machine.ts'
import { openTable } from '#functions/adapter/table.ts'

const endings = derivedOnce(endingsOf)

/** Stops the runs on a lead that has been answered or closed, and makes a run that has failed visible to people. */
export const handler = onQueue(
  {
    store: openTable,
    tenant: openTenant,
    ends: openEnds,
    rules: openRules,
    machines: openMachines,
  },
  runEvent,
  async (event, here) => {
    const { store, tenant, machines, clock, log } = here
    if (event.source === 'aws.states') {
      const rules = await here.rules(tenant)
      await recordRunFailure(store, { rules, kinds }, { tenant, detail: event.detail }, clock.now())
      log('error', 'run failed', { execution: event.detail.name, outcome: event.detail.status })
      return
    }
    const stop = async (execution: string, cause: string) => machines.stop(execution, cause)
    const { ref } = event.detail
    const ends = endings(await here.ends(ref.tenant))
    for (const workflow of ends(event)) {
      const request = { workflow, ref, kind: workKind(kinds, ref.kind) }
      const count = await cancelRuns(store, request, stop, clock.now())
      log('info', 'runs cancelled', { workflow, kind: ref.kind, recordId: ref.id, count })
    }
  },
)
