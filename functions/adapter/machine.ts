import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn'
import { openClient } from './client.ts'

export interface Machines {
  /** Stops an execution, if it still runs. */
  stop(execution: string, cause: string): Promise<void>
}

export function openMachines(): Machines {
  const client = openClient(SFNClient)
  return {
    async stop(executionArn, cause) {
      try {
        // The rule for failed runs knows this error as one of ours.
        await client.send(new StopExecutionCommand({ executionArn, error: 'Cancelled', cause }))
      } catch (error) {
        // Long over: Step Functions forgets executions after 90 days.
        if (!(error instanceof Error) || error.name !== 'ExecutionDoesNotExist') throw error
      }
    },
  }
}
