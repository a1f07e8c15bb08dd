import { afterAll, expect, test } from 'vitest'
import { newFolder } from '../cloud.ts'
import { freePort } from '../port.ts'
import { CloudProcess } from './cloud-process.ts'
import { brokenGuarantees } from './guarantee.ts'
import { seededRandom } from '../random.ts'
import { startLoad } from './ledger.ts'

/**
 * The embedded cloud is killed with SIGKILL again and again while clients post, and started again on the same data.
 * Then everything comes to rest, days pass, and all seven guarantees are asked of the table and of the clients' ledger.
 * Bounded by the number of kills: each life ends after a number of acknowledgements that the seed draws.
 *
 * Seen to fail with the protection switched off:
 * - acknowledged without waiting for the transaction: 55 lines "1: … was answered 201 and is not stored";
 * - a submission's id drawn instead of derived from its key: "2: key-7-2-1 is stored 2 times", and 11 more.
 */

const kills = Number(process.env.HOLDFAST_KILLS ?? 20)
const seed = Number(process.env.HOLDFAST_SEED)
const data = newFolder()
let cloud: CloudProcess | undefined

afterAll(() => cloud?.remove())

test(
  `killed ${kills} times under load, nothing acknowledged is lost and nothing happens twice`,
  { timeout: 240_000 },
  async () => {
    const random = seededRandom(seed)
    cloud = new CloudProcess(data, await freePort(), '2027-03-01T09:00:00.000Z')
    await cloud.start()
    await cloud.ready()
    const load = startLoad(cloud.client.url, { clients: 8, seed })
    const lives: number[] = []
    for (let i = 0; i < kills; i++) {
      const began = load.acknowledged()
      if (random() < 0.2) {
        // It is killed while it starts, or while it takes up what its former life left.
        await new Promise((after) => setTimeout(after, random() * 800))
      } else {
        await cloud.ready()
        // Some lives end at once, others when the run of a lead, its mail or its merge is under way.
        await load.reaches(began + Math.floor(random() * 16))
      }
      await cloud.kill()
      lives.push(load.acknowledged() - began)
      await cloud.start()
    }
    await cloud.ready()
    await load.finish()
    expect(load.wrong).toEqual([])
    const { client } = cloud
    await client.settle()

    // A lead of which nothing can have gone wrong says what each level is.
    const { json } = await client.postForm({ name: 'Control', email: 'control@customer.example' })
    await client.settle()
    await client.advance('2 hours') // the promise to leads of no country
    await client.advance('90 minutes')
    const table = await cloud.table()
    const items = await table.dump()
    const levels: Record<string, number> = {}
    for (const item of items)
      if (item.kind === 'message' && (item.subject as { id: string }).id === json.leadId)
        levels[item.template as string] = (levels[item.template as string] ?? 0) + 1
    expect(levels).toEqual({
      'lead-assigned': 1,
      'lead-reminder': 1,
      'lead-overdue': 1,
      'lead-reassigned': 1,
      'lead-queued': 1,
    })

    expect(brokenGuarantees({ items, ledger: load.ledger, refused: load.refused, levels })).toEqual([])
    const mails = (await client.messages()).length
    const messages = items.filter((item) => item.kind === 'message').length
    expect(mails, 'each message was sent').toBeGreaterThanOrEqual(messages)
    const leads = items.filter((item) => item.kind === 'lead').length
    console.log(
      `seed ${seed}: ${kills} kills, ${load.ledger.length} submissions, ${load.acknowledged()} acknowledgements, ${load.refused.length} refused, ` +
        `${leads} leads, ${messages} messages, ${mails - messages} e-mails sent twice; lives of ${lives.join(' ')} acknowledgements`,
    )

    await cloud.kill()
    expect(await cloud.leftovers(), 'no process stays behind').toEqual([])
  },
)

test('a second start on the same data says so and harms nothing', async () => {
  const first = (cloud ??= new CloudProcess(data, await freePort(), '2027-03-01T09:00:00.000Z'))
  // Where the test before has failed, it still runs.
  await first.kill()
  await first.start()
  await first.ready()
  const before = await (await first.table()).hash()
  const second = new CloudProcess(data, await freePort(), '2027-03-01T09:00:00.000Z')
  await second.start()
  await expect(second.ready()).rejects.toThrow(/ended with 1: .*(in use|already)/s)
  expect(await (await first.table()).hash()).toBe(before)

  await first.stop()
  expect(await first.leftovers(), 'Ctrl-C leaves no process behind').toEqual([])
})
