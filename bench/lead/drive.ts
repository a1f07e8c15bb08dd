import { openClient } from './client.ts'
import { leadOf } from './message.ts'

/** Takes leads, and tells when the e-mail about one is there. */
export interface Target {
  url: string
  /** Resolves when the e-mail about this lead can be read. */
  arrival(leadId: string): Promise<void>
}

export interface Plan {
  count: number
  clients: number
  /** what a client waits for before it posts its next lead */
  until: 'answer' | 'e-mail'
  /** milliseconds between that and the next lead */
  pause?: number
}

export interface Load {
  count: number
  /** leads a second, from the first post to the last answer */
  acknowledged: number
  /** leads a second, from the first post to the last e-mail */
  rate: number
  /** milliseconds from a post to its e-mail */
  latencies: number[]
}

/** Posts leads as the plan says; resolves when the last e-mail is there. */
export async function drive({ url, arrival }: Target, plan: Plan): Promise<Load> {
  const { count, clients, until, pause } = plan
  const door = openClient(url, clients)
  const run = Date.now().toString(36)
  const latencies: number[] = []
  const arrivals: Promise<void>[] = []
  let next = 0
  const begin = performance.now()
  const client = async (): Promise<void> => {
    while (next < count) {
      const number = next++
      const at = performance.now()
      const { leadId } = (await door.call('/f/demo', leadOf(run, number))) as { leadId: string }
      const arrived = arrival(leadId).then(() => void latencies.push(performance.now() - at))
      // Looked at below, when all are posted; a failure must not end the process before.
      arrived.catch(() => undefined)
      arrivals.push(arrived)
      if (until === 'e-mail') await arrived
      if (pause) await new Promise((after) => setTimeout(after, pause))
    }
  }
  try {
    await Promise.all(Array.from({ length: clients }, client))
    const acknowledged = performance.now() - begin
    await Promise.all(arrivals)
    const last = performance.now() - begin
    return {
      count,
      acknowledged: (count / acknowledged) * 1000,
      rate: (count / last) * 1000,
      latencies,
    }
  } finally {
    door.close()
  }
}

export interface MailWatch {
  arrival(leadId: string): Promise<void>
  close(): Promise<void>
}

/** Milliseconds without any e-mail after which those that are missing are given up. */
const patience = 120_000

/**
 * One program that reads the e-mails as they come, for all clients: it asks for the next one and is answered when there
 * is one, so it costs a request for each batch.
 */
export function watchMail(url: string, ownerKey: string): MailWatch {
  const door = openClient(url, 1, ownerKey)
  const waiting = new Map<string, PromiseWithResolvers<void>>()
  /** Of leads whose answer has not been read yet. */
  const early = new Set<string>()
  let isOpen = true
  let failure: unknown

  async function watch(): Promise<void> {
    let read = ''
    let last = performance.now()
    while (isOpen) {
      const path = `/_local/messages?fields=id,tags&wait=1000&after=${read}`
      const mails = (await door.call(path)) as { id: string; tags: { lead?: string } }[]
      if (mails.length > 0 || waiting.size === 0) last = performance.now()
      if (performance.now() - last > patience)
        throw new Error(`${waiting.size} leads got no e-mail within two minutes`)
      for (const { id, tags } of mails) {
        read = id
        if (tags.lead !== undefined) arrive(tags.lead)
      }
    }
  }

  function arrive(leadId: string): void {
    const waiter = waiting.get(leadId)
    if (!waiter) {
      early.add(leadId)
      return
    }
    waiting.delete(leadId)
    waiter.resolve()
  }

  const watching = watch().catch((error: unknown) => {
    failure = error
    for (const { reject } of waiting.values()) reject(error)
  })

  return {
    async arrival(leadId) {
      if (early.delete(leadId)) return
      if (failure) throw failure
      const waiter = Promise.withResolvers<void>()
      waiting.set(leadId, waiter)
      await waiter.promise
    },
    async close() {
      isOpen = false
      await watching
      door.close()
    },
  }
}
