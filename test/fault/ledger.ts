import { Client, type Answer } from '../cloud.ts'
import { seededRandom } from '../random.ts'
import type { LedgerEntry } from './guarantee.ts'

export interface Load {
  readonly ledger: LedgerEntry[]
  /** markers of what was refused */
  readonly refused: string[]
  /** surprises: answers that a client must never see */
  readonly wrong: string[]
  acknowledged(): number
  /** resolves when there are so many acknowledgements */
  reaches(count: number): Promise<void>
  /** ends the clients once each has its current submission acknowledged */
  finish(): Promise<void>
}

/**
 * Clients that behave as a good integration does: each submission has a key and is repeated under it until it is
 * acknowledged. They also repeat what was acknowledged already, submit customers that are known, and send what must
 * be refused. The ledger is theirs: the system under test never sees it.
 */
export function startLoad(url: string, { clients, seed }: { clients: number; seed: number }): Load {
  const client = new Client(url)
  const ledger: LedgerEntry[] = []
  const refused: string[] = []
  const wrong: string[] = []
  let stopping = false
  let acknowledged = 0
  let waiting: { count: number; resolve: () => void } | undefined

  async function converse(name: number): Promise<void> {
    const random = seededRandom(seed * 1_000 + name)
    for (let i = 0; !stopping; i++) {
      const kind = random()
      if (kind < 0.08) await refuse(`marker-bad-${name}-${i}`)
      else if (kind < 0.16 && i > 0) await submit(pick(ledger, random))
      else await submit(newEntry(`${name}-${i}`, kind < 0.26))
    }
  }

  function newEntry(name: string, known: boolean): LedgerEntry & { email: string } {
    const entry = {
      key: `key-${seed}-${name}`,
      marker: `marker-${seed}-${name}`,
      email: known ? `known-${seed}@customer.example` : `c-${seed}-${name}@customer.example`,
      acknowledged: [],
    }
    ledger.push(entry)
    return entry
  }

  async function submit(entry: LedgerEntry): Promise<void> {
    const { email } = entry as LedgerEntry & { email: string }
    for (;;) {
      const answer = await attempt(() =>
        client.postForm(
          { name: `Load ${entry.key}`, email, message: `please call, ${entry.marker}` },
          { 'idempotency-key': entry.key },
        ),
      )
      if (answer && answer.status < 300 && answer.json?.submissionId) {
        entry.acknowledged.push({
          status: answer.status,
          submissionId: answer.json.submissionId,
          leadId: answer.json.leadId,
          outcome: answer.json.outcome,
        })
        acknowledged++
        if (waiting && acknowledged >= waiting.count) waiting.resolve()
        return
      }
      if (answer && answer.status < 500 && answer.status !== 429)
        return void wrong.push(`${entry.key}: ${answer.status} ${answer.text}`)
      await pause(20)
    }
  }

  async function refuse(marker: string): Promise<void> {
    const answer = await attempt(() =>
      client.request('/f/demo', {
        body: `{"name": "${marker}", `,
        headers: { 'content-type': 'application/json' },
      }),
    )
    if (!answer || answer.status >= 500) return
    if (answer.status !== 400) wrong.push(`${marker}: ${answer.status} ${answer.text}`)
    refused.push(marker)
  }

  const running = Array.from({ length: clients }, (_, name) => converse(name))
  return {
    ledger,
    refused,
    wrong,
    acknowledged: () => acknowledged,
    reaches: (count) =>
      new Promise((resolve) => {
        waiting = { count, resolve }
        if (acknowledged >= count) resolve()
      }),
    async finish() {
      stopping = true
      await Promise.all(running)
    },
  }
}

/** Undefined when there is no answer: the machine behind the door is dead. */
async function attempt(request: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await request()
  } catch {
    return undefined
  }
}

const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)]!

/** Of the client's own world: real time, because the client is outside of the system under test. */
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
