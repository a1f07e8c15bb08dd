import { CloudProcess } from '../cloud-process.ts'
import { memoryOf, peakMemoryOf, totalOf } from '../process-tree.ts'
import { diskOf } from './folder.ts'
import { componentsOf, openMeasured, othersOf, processorOf, type Taken } from './measure.ts'
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
  const blocks: Taken[] = []
  try {
    await measured.run({ count: Math.ceil(1000 * scale), clients, until: 'answer' })
    const empty = diskOf(data)
    const begin = performance.now()
    process.stdout.write(`\nsoak: ${count} leads, ${clients} clients, in blocks of ${size}\n`)
    while (blocks.length * size < count) {
      const taken = await measured.run({ count: size, clients, until: 'answer' })
      blocks.push(taken)
      const sent = blocks.length * size
      const note = [
        latencyOf(taken.load.latencies),
        `${processorOf(taken)} a lead`,
        othersOf(taken),
        `memory ${megabytes(memoryOf(cloud.id))}`,
        // The log of a database that runs is in it: some MB in all.
        `disk ${((diskOf(data) - empty) / sent).toFixed(1)} KB a lead`,
      ]
      tell(`leads/s to the ${ordinal(sent)}`, perSecond(taken.load.rate), note.join('; '))
      if (performance.now() - begin > mostMilliseconds && sent < count) {
        process.stdout.write(`stopped after ${seconds(performance.now() - begin)}, at the ${ordinal(sent)}\n`)
        break
      }
    }
    for (const lead of [20_000 * scale, count]) tellAgainstFirst(lead, blocks[0], blocks[lead / size - 1])
    const peak = `process tree, PSS; peak ${megabytes(peakMemoryOf(cloud.id))}`
    tell('memory, after the soak', megabytes(memoryOf(cloud.id)), peak, '≤ 300 MB')
    tell('  by component, first block', '', componentsOf(blocks[0]!))
    tell('  by component, last block', '', componentsOf(blocks.at(-1)!))
  } finally {
    await measured.close()
    await cloud.stop()
  }
}

function tellAgainstFirst(lead: number, first: Taken | undefined, block: Taken | undefined): void {
  const name = `the ${ordinal(lead)} as the first`
  if (!first || !block) {
    tell(name, 'not reached', '', '≥ 95 %')
    return
  }
  const percent = (part: number, whole: number): string => `${((part / whole) * 100).toFixed(0)} %`
  const rate = percent(block.load.rate, first.load.rate)
  const processor =
    first.processor && block.processor
      ? percent(totalOf(block.processor), totalOf(first.processor))
      : 'unknown'
  tell(name, rate, `leads/s of its block to those of the first; processor ${processor}`, '≥ 95 %')
}

const ordinal = (lead: number): string => `${lead.toLocaleString('en')}th`
