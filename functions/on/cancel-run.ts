import { cancelRequest, cancelRuns } from '#core/workflow/cancel.ts'
import { onQueue } from '#functions/adapter/handler.ts'
import { openMachines } from '#functions/adapter/machine.ts'
import { openTable } from '#functions/adapter/table.ts'

/** Stops the runs of a workflow on a lead that has been answered or closed. */
export const handler = onQueue(
  { store: openTable, machines: openMachines },
  cancelRequest,
  async (request, { store, machines, clock, log }) => {
    const stop = async (execution: string, cause: string) => machines.stop(execution, cause)
    const count = await cancelRuns(store, request, stop, clock.now())
    log('info', 'runs cancelled', { workflow: request.workflow, leadId: request.ref.id, count })
  },
)
