/* Events on their way into a bus. */

export interface PutEventsEntry {
  Source?: string | undefined
  DetailType?: string | undefined
  Detail?: string | undefined
  EventBusName?: string | undefined
  Resources?: string[] | undefined
  /** Seconds or ISO 8601. */
  Time?: number | string | undefined
}

export type PutEventsResult = { EventId: string } | { ErrorCode: string; ErrorMessage: string }

/** An event of a service, such as a status change of an execution, on its way to the default bus. */
export interface ServiceEvent {
  source: string
  'detail-type': string
  detail: object
  resources: string[]
  time: string
}

/** The texts at the top of an event and of its detail, by path. */
export function knownFields({ source, 'detail-type': type, detail }: ServiceEvent): Record<string, string> {
  const known: Record<string, string> = { source, 'detail-type': type }
  for (const [name, value] of Object.entries(detail))
    if (typeof value === 'string') known[`detail.${name}`] = value
  return known
}

export const failed = (ErrorCode: string, ErrorMessage: string): PutEventsResult => ({
  ErrorCode,
  ErrorMessage,
})

/** Events carry whole seconds. */
export const isoSeconds = (time: number) => `${new Date(time).toISOString().slice(0, 19)}Z`

export function isJsonObject(text: string): boolean {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

/** As EventBridge counts it: 14 bytes for a time, and the UTF-8 bytes of the other fields. */
export function entrySize({
  Source = '',
  DetailType = '',
  Detail = '',
  Resources = [],
  Time,
}: PutEventsEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources]
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14)
}
