import { kinds } from 'holdfast:kinds'
import { fileOfObject, keepBytes } from '#core/customer/file-arrival.ts'
import { fileKind } from '#core/kind/customer/file.ts'
import { busEvent } from '#core/watch/bus-event.ts'
import { recordRunFailure } from '#core/watch/run-failure.ts'
import { cancelRuns } from '#core/workflow/cancel.ts'
import { endingsOf } from '#core/workflow/ending.ts'
import { workKind } from '#core/record/open-work.ts'
import { derivedOnce, openEnds } from '#functions/adapter/published.ts'
import { openRules } from '#functions/adapter/rules.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { openObjects } from '#functions/adapter/bucket/objects.ts'
import { onQueue } from '#functions/adapter/handler.ts'
import { openMachines } from '#functions/adapter/machine.ts'
import { openTable } from '#functions/adapter/table.ts'

const endings = derivedOnce(endingsOf)

/**
 * Stops the runs on a record that has been answered or closed, makes a run that has failed visible to people, and looks at the
 * bytes of files.
 */
export const handler = onQueue(
  {
    store: openTable,
    tenant: openTenant,
    ends: openEnds,
    rules: openRules,
    machines: openMachines,
    objects: openObjects,
  },
  busEvent,
  async (event, here) => {
    const { store, tenant, machines, clock, log } = here
    if (event.source === 'aws.states') {
      const rules = await here.rules(tenant)
      await recordRunFailure(store, { rules, kinds }, { tenant, detail: event.detail }, clock.now())
      log('error', 'run failed', { execution: event.detail.name, outcome: event.detail.status })
      return
    }
    if (event.source === 'aws.s3') {
      const of = fileOfObject(event.detail.object.key)
      if (!of) return log('warn', 'object of no file')
      log('info', 'file arrived', { recordId: of.id, outcome: await keepBytes(of, here, clock.now()) })
      return
    }
    const stop = async (execution: string, cause: string) => machines.stop(execution, cause)
    const { ref } = event.detail
    if (event['detail-type'] === `${fileKind.name}.removed`) await keepBytes(ref, here, clock.now())
    const ends = endings(await here.ends(ref.tenant))
    for (const workflow of ends(event)) {
      const request = { workflow, ref, kind: workKind(kinds, ref.kind) }
      const count = await cancelRuns(store, request, stop, clock.now())
      log('info', 'runs cancelled', { workflow, kind: ref.kind, recordId: ref.id, count })
    }
  },
)
