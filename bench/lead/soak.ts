import { CloudProcess } from '../cloud-process.ts'
import { memoryOf, peakMemoryOf } from '../process-tree.ts'
import { diskOf } from './folder.ts'
import { componentsOf, openMeasured, processorOf } from './measure.ts'
import { latencyOf, megabytes, perSecond, seconds, tell } from './print.ts'

const clients = 32
const mostMilliseconds = 20 * 60_000

/**
 * A hundred thousand leads into one data folder, block after block, each posted as fast as the answers come until its last
 * e-mail: whether it stays as fast and as small as it was. Ends after twenty minutes, and then says where.
 */
export async function soak(data: string, scale: number): Promise<void> {
  const count = 100_000 * scale
  const size = 5000 * scale
  const cloud = await CloudProcess.start(data)
  const measured = openMeasured(cloud)
  try {
    await measured.run({ count: Math.ceil(1000 * scale), clients, until: 'answer' })
    const empty = diskOf(data)
    const begin = performance.now()
    const rates: number[] = []
    process.stdout.write(`\n${count} leads, ${clients} clients, blocks of ${size}\n`)
    for (let sent = size; sent <= count; sent += size) {
      const taken = await measured.run({ count: size, clients, until: 'answer' })
      rates.push(taken.load.rate)
      tell(
        `leads/s at the ${sent.toLocaleString('en')}th`,
        perSecond(taken.load.rate),
        `${share(taken.load.rate, rates[0])} of the first block; ${latencyOf(taken.load.latencies)}; ${processorOf(taken)} ` +
          `(${componentsOf(taken)}); memory ${megabytes(memoryOf(cloud.id))}; disk ${((diskOf(data) - empty) / sent).toFixed(1)} KB a lead`,
      )
      if (performance.now() - begin > mostMilliseconds && sent < count) {
        process.stdout.write(`stopped after ${seconds(performance.now() - begin)}, at the ${sent}th lead\n`)
        break
      }
    }
    const at = (lead: number): string => share(rates[lead / size - 1], rates[0])
    tell(
      'the 20,000th as the first',
      at(20_000 * scale),
      'leads/s of that block to those of the first',
      '≥ 95 %',
    )
    tell('the 100,000th as the first', at(count), 'the same, of the last block', '≥ 95 %')
    tell(
      'memory, after the soak',
      megabytes(memoryOf(cloud.id)),
      `process tree, PSS; peak ${megabytes(peakMemoryOf(cloud.id))}`,
      '≤ 300 MB',
    )
  } finally {
    await measured.close()
    await cloud.stop()
  }
}

const share = (rate: number | undefined, first: number | undefined): string =>
  rate === undefined || first === undefined ? 'not reached' : `${((rate / first) * 100).toFixed(0)} %`
