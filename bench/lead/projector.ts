import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { assemblyOf } from '#infra/synth.ts'
import { northwindFolder } from '../../test/fixture/northwind.ts'
import { CloudProcess } from '../cloud-process.ts'
import { totalOf } from '../process-tree.ts'
import { quantile } from '../quantile.ts'
import { openMeasured, type Taken } from './measure.ts'
import { tell } from './print.ts'

/*
 * What the projector takes, which writes the journal behind the e-mail: the same leads into a cloud with it and into one whose
 * template lacks its mapping, by turns, since the machine is not always the same.
 */

const rounds = 2

interface Round {
  /** milliseconds of the processor for a lead, 32 clients */
  processor: number
  /** milliseconds to the e-mail, one client */
  latencies: readonly number[]
}

export async function measureProjector(data: string, scale: number): Promise<void> {
  const without = assemblyWithout(`${data}-assembly`)
  const rest: Round[] = []
  const all: Round[] = []
  for (let round = 0; round < rounds; round++) {
    all.push(await roundOf(`${data}-with-${round}`, scale))
    rest.push(await roundOf(`${data}-without-${round}`, scale, '--assembly', without))
  }
  const mean = (each: readonly Round[]): number =>
    each.reduce((sum, { processor }) => sum + processor, 0) / each.length
  const last = (each: readonly Round[]): string =>
    `${quantile(
      each.flatMap(({ latencies }) => latencies),
      0.99,
    ).toFixed(1)} ms`
  const note = `for a lead, 32 clients: ${mean(all).toFixed(2)} with it, ${mean(rest).toFixed(2)} without, means of ${rounds} by turns`
  tell('projector', `${(mean(all) - mean(rest)).toFixed(2)} ms CPU`, note)
  tell('  lead → e-mail, 1 client, p99', last(all), `with it, and ${last(rest)} without`)
}

async function roundOf(data: string, scale: number, ...options: string[]): Promise<Round> {
  const cloud = await CloudProcess.start(data, ...options)
  const measured = openMeasured(cloud)
  try {
    await measured.run({ count: Math.ceil(2000 * scale), clients: 8, until: 'e-mail' })
    const { load } = await measured.run({
      count: Math.ceil(200 * scale),
      clients: 1,
      until: 'answer',
      pause: 50,
    })
    const taken = await measured.run({ count: Math.ceil(2500 * scale), clients: 32, until: 'answer' })
    return { processor: processorFor(taken), latencies: load.latencies }
  } finally {
    await measured.close()
    await cloud.stop()
  }
}

const processorFor = ({ processor, load }: Taken): number =>
  processor ? totalOf(processor) / load.count : Number.NaN

/** A copy of the assembly whose stream has one reader less. */
function assemblyWithout(folder: string): string {
  cpSync(assemblyOf(northwindFolder), folder, { recursive: true })
  const file = join(folder, 'HoldfastAutomation.template.json')
  const template = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, unknown> }
  if (!template.Resources.ProjectStream) throw new Error('the template has no reader of this name any more')
  delete template.Resources.ProjectStream
  writeFileSync(file, JSON.stringify(template))
  return folder
}
