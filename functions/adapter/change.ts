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
    return attributes && (unmarshall(attributes as Record<string, AttributeValue>) as Item)
  }
  return {
    sequence: record.dynamodb?.SequenceNumber ?? '',
    before: image('OldImage'),
    after: image('NewImage'),
  }
}
