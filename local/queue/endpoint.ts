/* SQS over AWS JSON 1.0, as its SDK client speaks it. */
import { createHash } from 'node:crypto'
import { systemAttributes } from './consumer.ts'
import type { Message, MessageAttributes, Queue } from './message.ts'
import { attributesSize, checkMessage, QueueError } from './message.ts'
import type { Queues } from './queue.ts'

type Body = Record<string, unknown>

const actions: Record<string, (queues: Queues, body: Body) => Promise<object>> = {
  async SendMessage(queues, body) {
    return await send(queues, queueIn(queues, body), body)
  },
  async SendMessageBatch(queues, body) {
    const queue = queueIn(queues, body)
    checkBatchSize(body)
    return await batch(body, async (entry) => await send(queues, queue, entry))
  },
  async ReceiveMessage(queues, body) {
    const queue = queueIn(queues, body)
    const max = (body['MaxNumberOfMessages'] as number | undefined) ?? 1
    if (!(max >= 1 && max <= 10))
      throw new QueueError('InvalidParameterValue', 'MaxNumberOfMessages must be from 1 to 10.')
    const messages = await queues.receive(queue.arn, {
      max,
      visibilityTimeout: body['VisibilityTimeout'] as number | undefined,
      waitSeconds: body['WaitTimeSeconds'] as number | undefined,
    })
    const system = [...listIn(body, 'AttributeNames'), ...listIn(body, 'MessageSystemAttributeNames')]
    const names = listIn(body, 'MessageAttributeNames')
    return messages.length === 0
      ? {}
      : { Messages: messages.map((message) => received(message, system, names)) }
  },
  async DeleteMessage(queues, body) {
    await queues.delete(queueIn(queues, body).arn, text(body, 'ReceiptHandle'))
    return {}
  },
  async DeleteMessageBatch(queues, body) {
    const queue = queueIn(queues, body)
    return await batch(body, async (entry) => {
      await queues.delete(queue.arn, text(entry, 'ReceiptHandle'))
      return {}
    })
  },
  async ChangeMessageVisibility(queues, body) {
    const seconds = body['VisibilityTimeout'] as number
    await queues.changeVisibility(queueIn(queues, body).arn, text(body, 'ReceiptHandle'), seconds)
    return {}
  },
  async GetQueueUrl(queues, body) {
    const queue = queues.byName(text(body, 'QueueName'))
    if (!queue) throw new QueueError('QueueDoesNotExist', 'The specified queue does not exist.')
    return { QueueUrl: queues.url(queue) }
  },
  async GetQueueAttributes(queues, body) {
    const all = queueAttributes(queues, queueIn(queues, body))
    const names = listIn(body, 'AttributeNames')
    const shown = Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name))
    return { Attributes: Object.fromEntries(shown) }
  },
  async PurgeQueue(queues, body) {
    await queues.purge(queueIn(queues, body).arn)
    return {}
  },
  async StartMessageMoveTask(queues, body) {
    const { SourceArn, DestinationArn } = body as { SourceArn: string; DestinationArn?: string }
    await queues.redrive(SourceArn, DestinationArn === undefined ? {} : { destination: DestinationArn })
    return { TaskHandle: Buffer.from(SourceArn).toString('base64') }
  },
}

/** @param target what follows the dot in X-Amz-Target, such as `SendMessage` */
export async function handleSqs(
  queues: Queues,
  target: string,
  body: object,
): Promise<{ status: number; body: object }> {
  const action = Object.hasOwn(actions, target) ? actions[target] : undefined
  try {
    if (!action) throw new QueueError('UnsupportedOperation', `${target} is not supported`)
    return { status: 200, body: await action(queues, body as Body) }
  } catch (error) {
    if (!(error instanceof QueueError)) throw error
    return { status: 400, body: { __type: `com.amazonaws.sqs#${error.name}`, message: error.message } }
  }
}

async function send(queues: Queues, queue: Queue, entry: Body): Promise<object> {
  const body = text(entry, 'MessageBody')
  const attributes = (entry['MessageAttributes'] ?? {}) as MessageAttributes
  const message = { body, attributes, delaySeconds: entry['DelaySeconds'] as number | undefined }
  checkMessage(message)
  const { messageId } = await queues.send(queue.arn, message)
  return {
    MessageId: messageId,
    MD5OfMessageBody: md5(body),
    ...(Object.keys(attributes).length === 0 ? {} : { MD5OfMessageAttributes: md5OfAttributes(attributes) }),
  }
}

/** The messages of one batch, attributes included, in bytes. */
const largestBatch = 1_048_576

/** @throws QueueError BatchRequestTooLong: the messages together may be as large as one of them */
function checkBatchSize({ Entries }: Body): void {
  if (!Array.isArray(Entries)) return
  const sizes = (Entries as Body[]).map(
    ({ MessageBody, MessageAttributes }) =>
      Buffer.byteLength(typeof MessageBody === 'string' ? MessageBody : '') +
      attributesSize((MessageAttributes ?? {}) as MessageAttributes),
  )
  if (sizes.reduce((sum, size) => sum + size, 0) > largestBatch)
    throw new QueueError('BatchRequestTooLong', `Batch requests cannot be longer than ${largestBatch} bytes.`)
}

/** Entries succeed and fail one by one; those of one call share a commit. */
async function batch(body: Body, one: (entry: Body) => Promise<object>): Promise<object> {
  const entries = body['Entries']
  if (!Array.isArray(entries) || entries.length === 0)
    throw new QueueError('EmptyBatchRequest', 'There should be at least one entry in the request.')
  if (entries.length > 10)
    throw new QueueError('TooManyEntriesInBatchRequest', 'Maximum number of entries is 10.')
  const ids = (entries as Body[]).map((entry) => text(entry, 'Id'))
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id)))
    throw new QueueError('InvalidBatchEntryId', 'An Id has 1 to 80 letters, digits, hyphens and underscores.')
  if (new Set(ids).size < ids.length)
    throw new QueueError('BatchEntryIdsNotDistinct', 'Two or more entries have one Id.')
  const answers = await Promise.allSettled((entries as Body[]).map(one))
  const Successful: object[] = []
  const Failed: object[] = []
  answers.forEach((answer, i) => {
    if (answer.status === 'fulfilled') Successful.push({ Id: ids[i], ...answer.value })
    else {
      const error = answer.reason as Error
      if (!(error instanceof QueueError)) throw error
      Failed.push({ Id: ids[i], Code: error.name, Message: error.message, SenderFault: true })
    }
  })
  return { Successful, Failed }
}

function received(message: Message, system: string[], names: string[]): object {
  const own = Object.entries(systemAttributes(message))
  const shownOwn = own.filter(([name]) => system.includes('All') || system.includes(name))
  const wanted = (name: string) =>
    names.some(
      (asked) =>
        asked === 'All' ||
        asked === '.*' ||
        asked === name ||
        (asked.endsWith('.*') && name.startsWith(asked.slice(0, -2))),
    )
  const attributes = Object.fromEntries(Object.entries(message.attributes).filter(([name]) => wanted(name)))
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(shownOwn.length === 0 ? {} : { Attributes: Object.fromEntries(shownOwn) }),
    ...(Object.keys(attributes).length === 0
      ? {}
      : { MessageAttributes: attributes, MD5OfMessageAttributes: md5OfAttributes(attributes) }),
  }
}

function queueAttributes(queues: Queues, queue: Queue): Record<string, string> {
  const { visible, inFlight, delayed } = queues.count(queue.arn)
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(queue.visibilityTimeout),
    DelaySeconds: String(queue.delaySeconds),
    MessageRetentionPeriod: String(queue.messageRetentionPeriod),
    MaximumMessageSize: String(queue.maximumMessageSize),
    ReceiveMessageWaitTimeSeconds: String(queue.receiveWaitTime),
    ...(queue.redrivePolicy ? { RedrivePolicy: JSON.stringify(queue.redrivePolicy) } : {}),
  }
}

function queueIn(queues: Queues, body: Body): Queue {
  const url = text(body, 'QueueUrl')
  const queue = queues.byName(url.slice(url.lastIndexOf('/') + 1))
  if (!queue) throw new QueueError('QueueDoesNotExist', 'The specified queue does not exist.')
  return queue
}

function text(body: Body, field: string): string {
  const value = body[field]
  if (typeof value !== 'string')
    throw new QueueError('MissingParameter', `The request must contain the parameter ${field}.`)
  return value
}

const listIn = (body: Body, field: string): string[] => (body[field] as string[] | undefined) ?? []

const md5 = (data: string | Buffer) => createHash('md5').update(data).digest('hex')

/** Name, type and value of each attribute in order of names, each with its length in front (as AWS documents it). */
function md5OfAttributes(attributes: MessageAttributes): string {
  const withLength = (data: Buffer) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    return Buffer.concat([length, data])
  }
  const parts = Object.keys(attributes)
    .sort()
    .flatMap((name) => {
      const { DataType, StringValue, BinaryValue } = attributes[name]!
      const value =
        StringValue === undefined ? Buffer.from(BinaryValue ?? '', 'base64') : Buffer.from(StringValue)
      const kind = Buffer.from([StringValue === undefined ? 2 : 1])
      return [withLength(Buffer.from(name)), withLength(Buffer.from(DataType)), kind, withLength(value)]
    })
  return md5(Buffer.concat(parts))
}
