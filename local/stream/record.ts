/* A change of a table as the functions that follow it receive it. */
import type { RecordFilter } from './filter.ts'
import type { TableRecord, TableStream } from '../table/stream.ts'

export interface RecordSource {
  /** Records behind this sequence number, oldest first. */
  read(after: number, limit: number): StreamRecord[]
  /** Sequence number of the newest record; 0 when there is none. */
  readonly latest: number
  follow(changed: () => void): void
}

/** Sequence numbers are given as texts of this length, so that their order as texts is their order. */
export const sequenceText = (sequence: number) => String(sequence).padStart(21, '0')

export class StreamRecord {
  readonly sequence: number
  /** milliseconds since the epoch */
  readonly createdAt: number
  /** The record as a function receives it. */
  readonly fields: object
  /** Whether the filters of the mapping let it through. */
  readonly isWanted: boolean
  #json: string | undefined

  constructor(record: { sequence: number; createdAt: number }, fields: object, isWanted = true) {
    this.sequence = record.sequence
    this.createdAt = record.createdAt
    this.fields = fields
    this.isWanted = isWanted
  }

  get json(): string {
    return (this.#json ??= JSON.stringify(this.fields))
  }

  /** The same for records of the same item. */
  get item(): string {
    const { dynamodb } = this.fields as { dynamodb: { Keys: object } }
    return JSON.stringify(Object.entries(dynamodb.Keys).sort(([left], [right]) => (left < right ? -1 : 1)))
  }
}

/** The records of a stream for one consumer; each is judged by its filter once, when it is made. */
export function recordSource(
  stream: TableStream,
  place: { region: string; arn: string },
  filter: RecordFilter,
): RecordSource {
  const judged = new WeakMap<TableRecord, StreamRecord>()

  /** What a filter cannot judge goes to the function, which says so; it must not stand in the way of the rest. */
  function isLetThrough(fields: object): boolean {
    try {
      return filter(fields)
    } catch {
      return true
    }
  }

  function read(record: TableRecord): StreamRecord {
    const known = judged.get(record)
    if (known) return known
    const fields = fieldsOf(record, place.region, place.arn)
    const read = new StreamRecord(record, fields, isLetThrough(fields))
    judged.set(record, read)
    return read
  }

  return {
    read: (after, limit) => stream.read(after, limit).map(read),
    get latest() {
      return stream.latest
    },
    follow: (changed) => stream.follow({ wants: (record) => read(record).isWanted, changed }),
  }
}

const fieldsOf = (record: TableRecord, region: string, arn: string): object => ({
  eventID: record.sequence.toString(16).padStart(32, '0'),
  eventName: record.event,
  eventVersion: '1.1',
  eventSource: 'aws:dynamodb',
  awsRegion: region,
  dynamodb: {
    ApproximateCreationDateTime: Math.floor(record.createdAt / 1000),
    Keys: record.keys,
    ...(record.newImage && { NewImage: record.newImage }),
    ...(record.oldImage && { OldImage: record.oldImage }),
    SequenceNumber: sequenceText(record.sequence),
    SizeBytes: record.size,
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  },
  eventSourceARN: arn,
  ...(record.isExpiry && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
})
