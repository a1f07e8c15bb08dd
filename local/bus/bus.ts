/*
 * EventBridge (classic) of the embedded cloud.
 *
 * Problem: an accepted event must reach every target of every rule it matches, through crashes and outages.
 * Representation: all targets keep their work in the same file, so an event is handed to them within the transaction
 * that accepts it. Only what a target refuses is stored here, once for each target, with the time of its next attempt;
 * it is deleted in the transaction in which its target, or its dead-letter queue, takes it.
 * Invariant: when PutEvents answers, each delivery is stored with its target or here, and only once.
 * Rejected: a row for every delivery, taken up after the commit (three writes for each event, and the target's work
 * twice if a crash came between); one cursor for each target over a log of events (a slow target would hold the log).
 */
import { randomUUID } from 'node:crypto'
import { dueTimer } from '../clock/due.ts'
import type { DurableFile } from '../durable.ts'
import { openDurable } from '../durable.ts'
import { depthLimit } from './pattern/json-text.ts'
import type { Pattern } from './pattern/pattern.ts'
import { compilePattern, eventFields } from './pattern/pattern.ts'
import type { DeliveryOptions, Target } from './delivery.ts'
import { deliveries } from './delivery.ts'
import type { PutEventsEntry, PutEventsResult, ServiceEvent } from './event.ts'
import { entrySize, failed, isJsonObject, isoSeconds, knownFields } from './event.ts'
import type { Schedule } from './schedule.ts'
import { parseSchedule } from './schedule.ts'
import { openBusStore } from './store.ts'
import type { InputReader } from './target-input.ts'
import { inputReader } from './target-input.ts'

export interface RuleDefinition {
  arn: string
  name: string
  /** Name of the bus; `default` if left out. */
  bus?: string | undefined
  /** JSON text, or the parsed pattern when no number spelling matters. */
  pattern?: string | object | undefined
  schedule?: string | undefined
  state?: 'ENABLED' | 'DISABLED' | undefined
  targets: Target[]
}

export interface BusOptions extends DeliveryOptions {
  file: DurableFile
  account?: string
  region?: string
}

export class BusError extends Error {
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

interface Rule extends RuleDefinition {
  compiled: Pattern | undefined
  readers: Map<string, { target: Target; read: InputReader }>
}

interface Accepted {
  id: string
  /** Fields that the event has once each, by path. */
  known: Record<string, string>
  text: () => string
}

/** The sum over the entries of a call. */
const entriesLimit = 262_144
/** Characters of an event that cannot be nested too deeply for patterns: each level takes two. */
const shallow = 2 * depthLimit
/** Attempts that are repeated in one turn. */
const attemptsAtOnce = 256
export type Bus = ReturnType<typeof openBus>

export function openBus(options: BusOptions) {
  const { clock } = options
  const { account = '000000000000', region = 'eu-central-1' } = options
  const durable = openDurable(options.file)
  const store = openBusStore(durable.db)
  const buses = new Map<string, Map<string, Rule>>([['default', new Map()]])
  const rulesByArn = new Map<string, Rule>()
  const schedules = new Map<string, Schedule>()
  const counts = { accepted: 0, matched: 0 }
  const timer = dueTimer(clock, pump)
  const delivery = deliveries({ ...options, store, find, arm: (when) => timer.arm(when) })
  let closed = false

  function find(arn: string, target: string) {
    const rule = rulesByArn.get(arn)
    const found = rule?.readers.get(target)
    return rule && found && { ...found, ruleName: rule.name }
  }

  function rulesOf(bus: string): Map<string, Rule> | undefined {
    return buses.get(bus.slice(bus.lastIndexOf('/') + 1))
  }

  /** Does what is due, and asks to be called for what is not. */
  function pump(): void {
    if (closed) return
    const now = clock.now()
    durable.write(() => {
      for (const { rule, next } of store.dueSchedules(now)) fireSchedule(rule, next, now)
      for (const due of store.due(now, attemptsAtOnce)) delivery.attempt(due)
    })
    const next = store.nextDue()
    if (next !== null) timer.arm(next)
  }

  function fireSchedule(arn: string, due: number, now: number): void {
    const rule = rulesByArn.get(arn)
    const schedule = schedules.get(arn)
    const next = schedule?.after(Math.max(due, now), due)
    if (!rule || next === undefined) store.removeSchedule(arn)
    else store.putSchedule(arn, rule.schedule!, next)
    if (!rule || rule.state === 'DISABLED') return
    const id = randomUUID()
    const event = {
      version: '0',
      id,
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account,
      time: isoSeconds(due),
      region,
      resources: [arn],
      detail: {},
    }
    handOver(rule, id, JSON.stringify(event))
  }

  function accept(rules: Map<string, Rule>, { id, known, text }: Accepted): void {
    const candidates = [...rules.values()]
      .filter((rule) => rule.state !== 'DISABLED' && rule.compiled)
      .map((rule) => ({ rule, decided: rule.compiled!.decide(known) }))
      .filter(({ decided }) => decided !== false)
    if (candidates.length > 0) {
      const event = text()
      const isClear = event.length < shallow && candidates.every(({ decided }) => decided)
      const fields = isClear ? undefined : eventFields(event)
      // Before anything is written: an event may be nested deeper than one of the patterns can follow.
      const matching = candidates.filter(({ rule }) => !fields || rule.compiled!.matches(fields))
      counts.matched += matching.length
      for (const { rule } of matching) handOver(rule, id, event)
    }
    counts.accepted++
  }

  function handOver(rule: Rule, event: string, body: string): void {
    const created = clock.now()
    for (const { Id } of rule.targets)
      delivery.attempt({ event, rule: rule.arn, target: Id, body, created, attempts: 0 })
  }

  function putEvent(entry: PutEventsEntry): PutEventsResult {
    const { Source, DetailType, Detail, EventBusName = 'default', Resources = [], Time } = entry
    if (!Source)
      return failed(
        'InvalidArgument',
        'Parameter Source is not valid. Reason: Source is a required argument.',
      )
    if (!DetailType)
      return failed(
        'InvalidArgument',
        'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
      )
    if (!Detail)
      return failed(
        'InvalidArgument',
        'Parameter Detail is not valid. Reason: Detail is a required argument.',
      )
    if (Source.startsWith('aws.'))
      return failed('NotAuthorizedForSourceException', 'Not authorized for the source.')
    if (!isJsonObject(Detail)) return failed('MalformedDetail', 'Detail is malformed.')
    const rules = rulesOf(EventBusName)
    if (!rules) return failed('ResourceNotFoundException', `Event bus ${EventBusName} does not exist.`)
    const time = Time === undefined ? clock.now() : millisecondsOf(Time)
    if (Number.isNaN(new Date(time).getTime()))
      return failed('InvalidArgument', 'Parameter Time is not valid.')
    const id = randomUUID()
    const head = {
      version: '0',
      id,
      'detail-type': DetailType,
      source: Source,
      account,
      time: isoSeconds(time),
      region,
      resources: Resources,
    }
    // The detail stays as it was written: number spellings and duplicate keys decide patterns.
    try {
      accept(rules, {
        id,
        known: { source: Source, 'detail-type': DetailType },
        text: () => `${JSON.stringify(head).slice(0, -1)},"detail":${Detail.trim()}}`,
      })
    } catch (error) {
      // Nested deeper than patterns are matched in: that is the fault of this entry alone, and nothing of it is stored.
      if (error instanceof RangeError) return failed('MalformedDetail', 'Detail is malformed.')
      throw error
    }
    return { EventId: id }
  }

  return {
    /** Adds a bus besides `default`. */
    defineBus: (name: string): void => void (buses.has(name) || buses.set(name, new Map())),

    /**
     * Adds or replaces a rule. A schedule that was stored with the same expression keeps its next time.
     * @throws InvalidPattern, or Error for a schedule or an input path that is not supported
     */
    defineRule(definition: RuleDefinition): void {
      const { arn, name, bus = 'default', pattern, schedule, targets } = definition
      const rules = rulesOf(bus)
      if (!rules) throw new BusError('ResourceNotFoundException', `Event bus ${bus} does not exist.`)
      const text = typeof pattern === 'object' ? JSON.stringify(pattern) : pattern
      const rule: Rule = {
        ...definition,
        compiled: text === undefined ? undefined : compilePattern(text),
        readers: new Map(targets.map((target) => [target.Id, { target, read: inputReader(target) }])),
      }
      rules.set(name, rule)
      rulesByArn.set(arn, rule)
      if (schedule === undefined) return
      const parsed = parseSchedule(schedule)
      schedules.set(arn, parsed)
      const stored = store.schedule(arn)
      const now = clock.now()
      const next = stored?.expression === schedule ? stored.next : parsed.after(now, now)
      if (next === undefined) return
      durable.write(() => store.putSchedule(arn, schedule, next))
      timer.arm(next)
    },

    /**
     * Accepts events; resolves when their targets have them, or they wait for those. Entries fail one by one.
     * @throws BusError ValidationException for none, more than 10, or more than 256 KiB
     */
    async putEvents(
      entries: PutEventsEntry[],
    ): Promise<{ FailedEntryCount: number; Entries: PutEventsResult[] }> {
      if (entries.length < 1 || entries.length > 10)
        throw new BusError('ValidationException', 'Entries must hold 1 to 10 events.')
      if (entries.reduce((sum, entry) => sum + entrySize(entry), 0) > entriesLimit)
        throw new BusError(
          'ValidationException',
          'Total size of the entries in the request is over the limit.',
        )
      const results = durable.write(() => entries.map(putEvent))
      await durable.committed()
      return {
        FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length,
        Entries: results,
      }
    },

    /** Takes an event of a service to the default bus, within the transaction of this turn. */
    emit(event: ServiceEvent): void {
      const id = randomUUID()
      durable.write(() =>
        accept(buses.get('default')!, {
          id,
          known: knownFields(event),
          text: () => JSON.stringify({ version: '0', id, account, region, ...event }),
        }),
      )
    },

    listRules: (bus = 'default'): RuleDefinition[] | undefined => {
      const rules = rulesOf(bus)
      return rules && [...rules.values()].map(({ compiled: _compiled, readers: _readers, ...rule }) => rule)
    },

    /** Events accepted, deliveries matched, delivered, retried, dead-lettered and dropped since opening. */
    counts: () => ({ ...counts, ...delivery.counts, pending: store.pending() }),

    /** Takes up, after the rules are defined, the deliveries that wait and the schedules that were missed. */
    resume(): void {
      durable.write(() => store.release(clock.now()))
      pump()
    },

    close(): void {
      closed = true
      timer.close()
      durable.close()
    },
  }
}

/** A number counts seconds. */
const millisecondsOf = (time: number | string): number =>
  typeof time === 'number' ? time * 1000 : Date.parse(time)
