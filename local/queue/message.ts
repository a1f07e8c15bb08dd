/* Queues and messages as values. */
import { randomUUID } from 'node:crypto'
import type { MessageRow } from './store.ts'

export interface QueueDefinition {
  arn: string
  name: string
  /** Seconds, as all of these, with AWS's defaults. */
  visibilityTimeout?: number | undefined
  delaySeconds?: number | undefined
  messageRetentionPeriod?: number | undefined
  receiveWaitTime?: number | undefined
  /** Bytes; 1 MiB if left out. */
  maximumMessageSize?: number | undefined
  redrivePolicy?: { deadLetterTargetArn: string; maxReceiveCount: number } | undefined
}

export interface Queue extends Required<Omit<QueueDefinition, 'redrivePolicy'>> {
  redrivePolicy: QueueDefinition['redrivePolicy']
}

const day = 86_400

/** A queue with AWS's defaults. @throws Error for a FIFO queue */
export function queueFrom({ name, ...definition }: QueueDefinition): Queue {
  if (name.endsWith('.fifo')) throw new Error(`Queue ${name}: FIFO is not supported`)
  return {
    arn: definition.arn,
    name,
    visibilityTimeout: definition.visibilityTimeout ?? 30,
    delaySeconds: definition.delaySeconds ?? 0,
    messageRetentionPeriod: definition.messageRetentionPeriod ?? 4 * day,
    receiveWaitTime: definition.receiveWaitTime ?? 0,
    maximumMessageSize: definition.maximumMessageSize ?? 1_048_576,
    redrivePolicy: definition.redrivePolicy,
  }
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

export interface ReceiveOptions {
  /** 1 to 10; 1 if left out. */
  max?: number | undefined
  /** Seconds. */
  visibilityTimeout?: number | undefined
  waitSeconds?: number | undefined
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

/** A control sign, half a surrogate pair or a noncharacter: SQS takes what XML takes. */
const notAllowed = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u

/** Names of attributes may not begin with AWS. or Amazon., nor have dots at an end or in a row. */
const attributeName = /^(?!(?:aws|amazon)\.)(?!\.)(?!.*\.(?:\.|$))[\w.-]{1,256}$/i

/**
 * What SendMessage asks of the text and the attributes of a client's message. What the services of this cloud send
 * themselves is not asked: a dead letter must arrive whatever its event holds.
 * @throws QueueError InvalidMessageContents or InvalidParameterValue
 */
export function checkMessage({ body, attributes = {} }: OutgoingMessage): void {
  if (notAllowed.test(body))
    throw new QueueError('InvalidMessageContents', 'Invalid characters were found in the message body.')
  const entries = Object.entries(attributes)
  if (entries.length > 10)
    throw new QueueError('InvalidParameterValue', 'A message has at most 10 attributes.')
  for (const [name, { DataType, StringValue, BinaryValue }] of entries) {
    if (!attributeName.test(name))
      throw new QueueError('InvalidParameterValue', `The message attribute name '${name}' is invalid.`)
    if (typeof DataType !== 'string' || !/^(String|Number|Binary)(\.|$)/.test(DataType))
      throw new QueueError('InvalidParameterValue', `The type of message attribute '${name}' is invalid.`)
    if (!(DataType.startsWith('Binary') ? BinaryValue : StringValue))
      throw new QueueError('InvalidParameterValue', `The message attribute '${name}' has no value.`)
    if (StringValue && notAllowed.test(StringValue))
      throw new QueueError('InvalidMessageContents', `Invalid characters were found in attribute '${name}'.`)
  }
}

/** @throws QueueError for a field that is no number of seconds from 0 to `most` */
export function checkSeconds(field: string, seconds: number, most: number): void {
  if (!(Number.isInteger(seconds) && seconds >= 0 && seconds <= most))
    throw new QueueError('InvalidParameterValue', `${field} must be a whole number from 0 to ${most}.`)
}

/**
 * What is asked of every message, also of those that services send. `most` is in bytes.
 * @throws QueueError MissingParameter or InvalidParameterValue
 */
export function checkStorable(
  { body, attributes = {}, delaySeconds = 0 }: OutgoingMessage,
  most: number,
): void {
  if (body === '')
    throw new QueueError('MissingParameter', 'The request must contain the parameter MessageBody.')
  checkSeconds('DelaySeconds', delaySeconds, 900)
  if (Buffer.byteLength(body) + attributesSize(attributes) > most)
    throw new QueueError('InvalidParameterValue', `Message must be shorter than ${most} bytes.`)
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

/** A new handle for who receives a message. */
export const receiptOf = ({ messageId }: MessageRow): string => `${messageId}.${randomUUID()}`

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
