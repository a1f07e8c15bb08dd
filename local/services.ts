/* Puts the services of the embedded cloud together as the template says. */
import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Activity } from './clock/activity.ts'
import { openBuckets, type Buckets } from './bucket/bucket.ts'
import { openBus, type Bus } from './bus/bus.ts'
import type { Target } from './bus/delivery.ts'
import type { Clock } from './clock/clock.ts'
import type { DataFolder } from './data-folder/data-folder.ts'
import { openFunctions, type FunctionOptions, type Functions } from './function/function.ts'
import type { Meter } from './meter.ts'
import { openQueues, type Queues } from './queue/queue.ts'
import { openStateMachines, type StateMachines } from './state-machine/service.ts'
import { recordSource } from './stream/record.ts'
import { openStream, type StreamConsumer } from './stream/stream.ts'
import type { TableService } from './table-service.ts'
import { defineMachine, defineQueue, defineRule } from './definition.ts'
import { runTask } from './task.ts'
import { Unmodelled } from './template/fault.ts'
import type { Template } from './template/template.ts'

export interface CloudServices {
  queues: Queues
  functions: Functions
  machines: StateMachines
  bus: Bus
  buckets: Buckets
  streams: StreamConsumer[]
  /** Takes up everything that a former process left. */
  resume(): void
  /** Looks for new stream records now. */
  nudge(): void
  close(): Promise<void>
}

export interface ServiceOptions extends Omit<
  FunctionOptions,
  'definitions' | 'invoked' | 'send' | 'file' | 'compileCache' | 'region'
> {
  template: Template
  db: DatabaseSync
  folder: DataFolder
  table: TableService
  /** Keeps what was consumed of the streams, so that it can be given again. */
  keepsRecords: boolean
  clock: Clock
  activity: Activity
  meter: () => Meter
  report: (line: string) => void
}

/** Opens and defines everything; nothing runs before `resume`. */
export function openServices(options: ServiceOptions): CloudServices {
  const { template, db: file, clock, activity, report } = options
  const queues = openQueues({ file, clock, activity, origin: () => options.sdkUrl })
  for (const queue of template.queues) defineQueue(queues, queue)

  const buckets = openBuckets({
    file,
    folder: options.folder.file('bucket'),
    definitions: template.buckets,
    clock,
    activity,
    emit: (event) => bus.emit(event),
    counted: (kind) => options.meter().bucketRequest(kind),
  })
  const send = sender(queues, buckets, template)
  const functions = openFunctions({
    ...options,
    file,
    region: template.region,
    definitions: template.functions,
    compileCache: options.folder.file('compiled'),
    backlog: () => queues.backlog(),
    send,
    invoked(name, invocation) {
      options.meter().invocation(name)
      if (invocation.functionError) {
        const { errorType } = JSON.parse(invocation.payload) as { errorType: string }
        options.log(name, [`failed: ${invocation.payload}`])
        report(`function ${name} failed (${errorType}); see log/functions.log in the data folder`)
      }
    },
  })
  const machines: StateMachines = openStateMachines({
    file,
    clock,
    activity,
    task: (resource, args) => runTask({ functions, queues, bus, machines: () => machines }, resource, args),
    emit: (event) => bus.emit(event),
  })
  for (const machine of template.stateMachines) defineMachine(machines, functions, machine)

  const bus: Bus = openBus({
    file,
    clock,
    region: template.region,
    deliver: (target, payload) => deliver({ queues, functions, machines }, target, payload),
    deadLetter(arn, event, attributes) {
      const named = Object.entries(attributes).map(([name, StringValue]) => [
        name,
        { DataType: 'String', StringValue },
      ])
      queues.post(arn, { body: event, attributes: Object.fromEntries(named) as never })
    },
  })
  for (const { name } of template.buses) bus.defineBus(name)
  for (const rule of template.rules) defineRule(bus, { queues, functions }, template, rule)

  const streams = openSources(options, queues, functions, send)
  function nudge(): void {
    for (const stream of streams) stream.nudge()
  }

  return {
    queues,
    functions,
    machines,
    bus,
    buckets,
    streams,
    nudge,
    resume() {
      functions.resume()
      machines.resume()
      bus.resume()
      queues.resume()
      nudge()
    },
    async close() {
      for (const stream of streams) stream.stop()
      queues.close()
      bus.close()
      machines.close()
      buckets.close()
      await functions.stop()
    },
  }
}

function deliver(
  services: { queues: Queues; functions: Functions; machines: StateMachines },
  target: Target,
  payload: string,
): void {
  if (target.Arn.includes(':states:'))
    services.machines.begin({ stateMachineArn: target.Arn, input: payload })
  else if (target.Arn.includes(':sqs:')) services.queues.post(target.Arn, { body: payload })
  else services.functions.later(target.Arn, payload)
}

function openSources(
  options: ServiceOptions,
  queues: Queues,
  functions: Functions,
  send: (arn: string, body: string) => Promise<void>,
): StreamConsumer[] {
  const { template, clock, activity } = options
  const streams = new Map<string, StreamConsumer[]>()

  /** Deletes what every consumer of the table is done with. */
  function trim(table: string): void {
    const consumers = streams.get(table)!
    options.table.stream(table)!.trim(Math.min(...consumers.map((consumer) => consumer.checkpoint)))
  }

  for (const mapping of template.eventSources) {
    const table = template.tables.find((entry) => entry.streamArn === mapping.sourceArn)
    const { functionName: name } = mapping
    if (table) {
      const functionArn = template.functions.find((entry) => entry.name === name)!.arn
      const { report } = options
      const stream = options.table.stream(table.name)
      if (!stream) throw new Unmodelled(mapping.id, `table ${table.name} has no stream`)
      streams.set(table.name, [
        ...(streams.get(table.name) ?? []),
        openStream({
          file: options.db,
          source: recordSource(stream, { region: template.region, arn: table.streamArn }, mapping.filter),
          clock,
          activity,
          mapping,
          table: table.name,
          functionArn,
          invoke: (to, event) => functions.invoke(to, event, 'stream'),
          send,
          advanced: () => void (options.keepsRecords || trim(table.name)),
          report,
        }),
      ])
      continue
    }
    if (!queues.queues().some((queue) => queue.arn === mapping.sourceArn))
      throw new Unmodelled(mapping.id, `${mapping.sourceArn} is neither a table's stream nor a queue here`)
    queues.consume(
      mapping.sourceArn,
      {
        batchSize: mapping.batchSize,
        maximumBatchingWindow: mapping.window / 1000,
        reportBatchItemFailures: mapping.partialFailures,
        maximumConcurrency: mapping.maximumConcurrency,
      },
      async (event) => {
        // Lambda's poller receives a batch and deletes it: two requests.
        options.meter().queueRequests(2)
        const result = await functions.invoke(name, JSON.stringify(event), 'queue')
        if (result.functionError) throw new Error(result.payload)
        return JSON.parse(result.payload) as unknown
      },
    )
  }
  return [...streams.values()].flat()
}

/** Failure destinations: a queue or a bucket. */
function sender(queues: Queues, buckets: Buckets, template: Template) {
  return async (arn: string, body: string): Promise<void> => {
    if (!arn.startsWith('arn:aws:s3:')) {
      await queues.send(arn, { body })
      return
    }
    const name = arn.split(':').at(-1)!
    if (!template.buckets.some((bucket) => bucket.name === name))
      throw new Unmodelled(arn, 'there is no such bucket')
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/')
    await buckets.keep({ bucket: name, key: `failed/${day}/${randomUUID()}.json` }, body)
  }
}
