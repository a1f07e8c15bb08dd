import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { DynamoDBRecord } from 'aws-lambda'
import type { Item } from '#core/model/entity.ts'

/** What the table's stream says about one item. */
export interface Change {
  sequence: string
  before: Item | undefined
  after: Item | undefined
}

export function changeOf(record: DynamoDBRecord): Change {
  const image = (side: 'OldImage' | 'NewImage') => {
    const attributes = record.dynamodb?.[side]
    return attributes && (unmarshall(withBytes(attributes)) as Item)
  }
  return {
    sequence: record.dynamodb?.SequenceNumber ?? '',
    before: image('OldImage'),
    after: image('NewImage'),
  }
}

/** A function gets its event as JSON, so bytes come as base64. Ours are attributes of items, never within others. */
function withBytes(attributes: Record<string, { B?: unknown }>): Record<string, AttributeValue> {
  const entries = Object.entries(attributes).map(([name, value]) => [
    name,
    typeof value.B === 'string' ? { B: Buffer.from(value.B, 'base64') } : value,
  ])
  return Object.fromEntries(entries) as Record<string, AttributeValue>
}
