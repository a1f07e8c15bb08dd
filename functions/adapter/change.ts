import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { DynamoDBRecord } from 'aws-lambda'
import type { Item } from '#core/record/item.ts'
import { fromAttributes } from './attribute.ts'

/** What the table's stream says about one item. */
export interface Change {
  sequence: string
  before: Item | undefined
  after: Item | undefined
}

export function changeOf(record: DynamoDBRecord): Change {
  const image = (side: 'OldImage' | 'NewImage') => {
    const attributes = record.dynamodb?.[side]
    return attributes && fromAttributes(attributes as Record<string, AttributeValue>)
  }
  return {
    sequence: record.dynamodb?.SequenceNumber ?? '',
    before: image('OldImage'),
    after: image('NewImage'),
  }
}
