import type { Clock } from '../clock/clock.ts'
import type { Invocation } from '../function/pool.ts'
import type { EventSourceDefinition } from '../resource/function.ts'
import { sequenceText, type StreamRecord } from './record.ts'

/** Who gave up. */
interface Consumer {
  clock: Clock
  mapping: EventSourceDefinition
  table: string
  functionArn: string
}

interface Failure {
  records: StreamRecord[]
  attempts: number
  condition: 'RecordAgeExceeded' | 'RetryAttemptsExhausted'
  /** Of the last attempt. */
  result: Invocation
}

/** What a failure destination is told, in the form of Lambda. */
export function failureRecord(consumer: Consumer, { records, attempts, condition, result }: Failure): string {
  const time = (record: StreamRecord) => new Date(record.createdAt).toISOString()
  const info = {
    requestContext: {
      requestId: result.requestId,
      functionArn: consumer.functionArn,
      condition,
      approximateInvokeCount: attempts,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: result.functionError ?? null,
    },
    version: '1.0',
    timestamp: new Date(consumer.clock.now()).toISOString(),
    DDBStreamBatchInfo: {
      shardId: `shardId-00000001-${consumer.table}`,
      startSequenceNumber: sequenceText(records[0]!.sequence),
      endSequenceNumber: sequenceText(records.at(-1)!.sequence),
      approximateArrivalOfFirstRecord: time(records[0]!),
      approximateArrivalOfLastRecord: time(records.at(-1)!),
      batchSize: records.length,
      streamArn: consumer.mapping.sourceArn,
    },
  }
  // A bucket has room for the records themselves; a queue gets the place where they are to be found.
  const hasRoom = consumer.mapping.onFailureArn?.startsWith('arn:aws:s3:')
  const payload = { Records: records.map((record) => record.fields) }
  return JSON.stringify(hasRoom ? { ...info, payload: JSON.stringify(payload) } : info)
}
