/** Queues and messages as values. */
import type { MessageRow } from './store.ts'

export interface QueueDefinition {
  arn: string
  name: string
  /** Seconds, as all of these; AWS's defaults. */
  visibilityTimeout?: number | undefined
  delaySeconds?: number | undefined
  messageRetentionPeriod?: number | undefined
  receiveWaitTime?: number | undefined
  /** Bytes. */
  maximumMessageSize?: number | undefined
  redrivePolicy?: { deadLetterTargetArn: string; maxReceiveCount: number } | undefined
}

export interface Queue extends Required<Omit<QueueDefinition, 'redrivePolicy'>> {
  redrivePolicy: QueueDefinition['redrivePolicy']
}

/** In the form of the API: StringValue or BinaryValue (base64), and DataType. */
export type MessageAttributes = Record<
  string,
  { DataType: string; StringValue?: string | undefined; BinaryValue?: string | undefined }
>

export interface OutgoingMessage {
  body: string
  attributes?: MessageAttributes | undefined
  /** Seconds. */
  delaySeconds?: number | undefined
}

export interface Message {
  messageId: string
  receiptHandle: string
  body: string
  attributes: MessageAttributes
  sent: number
  firstReceived: number
  receives: number
  deadLetterSource: string | undefined
}

export class QueueError extends Error {
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

/** Bytes that attributes add to a message's size. */
export function attributesSize(attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce((sum, [name, { DataType, StringValue, BinaryValue }]) => {
    const value =
      StringValue === undefined
        ? Buffer.from(BinaryValue ?? '', 'base64').length
        : Buffer.byteLength(StringValue)
    return sum + Buffer.byteLength(name) + Buffer.byteLength(DataType) + value
  }, 0)
}

/** A message as its receiver sees it. */
export const messageOf = (row: MessageRow): Message => ({
  messageId: row.messageId,
  receiptHandle: row.receipt ?? '',
  body: row.body,
  attributes: JSON.parse(row.attributes) as MessageAttributes,
  sent: row.sent,
  firstReceived: row.firstReceived ?? 0,
  receives: row.receives,
  deadLetterSource: row.source ?? undefined,
})
