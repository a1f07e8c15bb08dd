/*
 * What S3 puts on the default bus when an object comes or goes.
 * Source: Amazon S3 User Guide, "EventBridge event message structure".
 */
import { isoSeconds, type ServiceEvent } from '../bus/event.ts'
import { account } from '../resource/model.ts'
import { newRequestId } from './fault.ts'
import type { StoredObject } from './store.ts'

export interface Happening {
  object: StoredObject
  /** Milliseconds since the epoch. */
  now: number
  sourceIp: string
}

export function objectCreated(happening: Happening): ServiceEvent {
  const { key, size, etag, sequencer } = happening.object
  return event('Object Created', happening, { object: { key, size, etag, sequencer }, reason: 'PutObject' })
}

export function objectDeleted(happening: Happening): ServiceEvent {
  const { key, sequencer } = happening.object
  return event('Object Deleted', happening, {
    object: { key, sequencer },
    reason: 'DeleteObject',
    'deletion-type': 'Permanently Deleted',
  })
}

function event(
  type: string,
  { object: { bucket }, now, sourceIp }: Happening,
  { object, ...more }: { object: object; reason: string; 'deletion-type'?: string },
): ServiceEvent {
  return {
    'detail-type': type,
    source: 'aws.s3',
    time: isoSeconds(now),
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object,
      'request-id': newRequestId(),
      requester: account,
      'source-ip-address': sourceIp,
      ...more,
    },
  }
}
