/**
 * Stands between SDK clients and the database where that is wanted: it counts capacity units and breaks the table for
 * tests. Otherwise clients talk to the database directly.
 */
import type { DynamoDb } from './dynamodb.ts'
import type { Meter } from './meter.ts'

export interface TableFaults {
  /** So many of the next requests are throttled. */
  throttleTable?: number
  /** Every request fails as if the service were down. */
  storeDown?: boolean
  /** So many of the next transactions lose against another one. */
  transactionConflict?: number
}

export interface TableProxy {
  handle(operation: string, body: string): Promise<{ status: number; body: string }>
  fault(faults: TableFaults): void
}

interface Input {
  ReturnConsumedCapacity?: string
  TransactItems?: unknown[]
}

export function tableProxy(database: DynamoDb, meter: Meter): TableProxy {
  let faults: TableFaults = {}

  function broken(operation: string, input: Input): { status: number; body: string } | undefined {
    if (faults.storeDown) return failure(500, 'InternalServerError', 'The store is down (fault injection)')
    if (faults.throttleTable) {
      faults.throttleTable--
      return failure(
        400,
        'ProvisionedThroughputExceededException',
        'The level of configured provisioned throughput for the table was exceeded (fault injection)',
      )
    }
    if (faults.transactionConflict && operation === 'TransactWriteItems') {
      faults.transactionConflict--
      const reasons = (input.TransactItems ?? []).map(() => ({
        Code: 'TransactionConflict',
        Message: 'fault injection',
      }))
      return failure(
        400,
        'TransactionCanceledException',
        `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
        { CancellationReasons: reasons },
      )
    }
    return undefined
  }

  return {
    fault: (next) => void (faults = { ...faults, ...next }),
    async handle(operation, body) {
      const input = JSON.parse(body || '{}') as Input
      const failed = broken(operation, input)
      if (failed) return failed
      const asked = input.ReturnConsumedCapacity ?? 'NONE'
      const sent = asked === 'NONE' ? JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' }) : body
      const answer = await database.forward(`DynamoDB_20120810.${operation}`, sent)
      if (answer.status !== 200) return answer
      const output = JSON.parse(answer.body) as { ConsumedCapacity?: unknown }
      meter.capacity(operation, output.ConsumedCapacity)
      if (asked !== 'NONE') return answer
      delete output.ConsumedCapacity
      return { status: 200, body: JSON.stringify(output) }
    },
  }
}

function failure(status: number, code: string, message: string, more: object = {}) {
  return {
    status,
    body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message, ...more }),
  }
}
