import * as z from 'zod/mini'
import { eventTypesOf } from '../../record/event.ts'
import { definitionOf, isOptional, saidOf, type Fields } from '../../record/field.ts'
import type { Lifecycle, Transition } from '../../record/kind.ts'
import {
  handOvers,
  isHandOver,
  isPlanned,
  waitsForWorkflow,
  waitsInQueue,
  type PromisePlan,
} from '../../record/work.ts'
import { nearest } from '../../source/source.ts'
import { isInstant, whatIs } from './field.ts'
import type { Tell } from './mistake.ts'

/* The life-cycle, the events and the promises of one declaration. */

export interface Lived {
  name: string
  silent?: true
  lifecycle?: Lifecycle
  events?: Readonly<Record<string, string>>
  work?: { promises: readonly PromisePlan[]; begins?: string }
  ordered?: readonly (readonly [string, string])[]
  doors?: readonly string[]
}

export interface LifeContext {
  fields: Fields
  /** tells of a name that is none of its fields; whether it is one */
  isField: (where: string, name: string) => boolean
  tell: Tell
  /** the kinds with a file of their own, by name */
  others: ReadonlyMap<string, Pick<Lived, 'name' | 'lifecycle'>>
}

export function checkLife(kind: Lived, context: LifeContext): void {
  if (kind.lifecycle) checkStates(kind.lifecycle, context)
  for (const [name, transition] of Object.entries(kind.lifecycle?.transitions ?? {}))
    checkTransition(name, transition, context)
  checkEvents(kind, context)
  checkOrder(kind, context)
  if (!kind.work) return
  checkWork(kind, context)
  if (kind.doors?.includes('move') !== false) checkNames(kind, context)
}

function checkStates({ initial, states, transitions }: Lifecycle, { tell }: LifeContext): void {
  const known = Object.keys(states)
  const has = (where: string, state: string): void => {
    if (!Object.hasOwn(states, state))
      tell(where, `there is no state "${state}"; the states are ${known.join(', ')}`)
  }
  has('lifecycle.initial', initial)
  for (const [name, { from, to }] of Object.entries(transitions))
    for (const state of [...from, to]) has(`transition "${name}"`, state)
}

function checkTransition(name: string, transition: Transition, context: LifeContext): void {
  const { fields, isField, tell } = context
  const where = `transition "${name}"`
  if (!/^[a-z][a-z-]*$/.test(name))
    tell(where, 'its name is a part of an address: write small letters and hyphens')
  const { needs = [], takes = [], sets = {}, along = {} } = transition
  for (const field of [...needs, ...takes])
    if (isField(where, field) && saidOf(fields[field]!).given)
      tell(
        where,
        `it takes "${field}" from whoever calls, and that field is \`given\`: set by Holdfast only; ` +
          'take `given` away from the field, or write it into `sets`',
      )
  for (const [field, move] of Object.entries(along))
    if (move !== undefined && isField(where, field)) checkAlong(where, { field, move }, context)
  for (const [field, value] of Object.entries(sets)) if (isField(where, field)) checkSet(where, field, value)

  function checkSet(place: string, field: string, value: keyof typeof samples | undefined): void {
    if (value === undefined) return
    const type = fields[field]!
    if (!z.safeParse(type, samples[value]).success)
      tell(place, `it sets "${field}" to '${value}', and that field is ${whatIs(type)}; ${needed[value]}`)
  }
}

/** Nobody says anything for what is led along, and nobody sees it: it needs nothing, and leads nothing further. */
function checkAlong(
  where: string,
  { field, move }: { field: string; move: string },
  { fields, tell, others }: LifeContext,
): void {
  const { to } = saidOf(fields[field]!)
  if (!to)
    tell(where, `it leads "${field}" along, which is ${whatIs(fields[field]!)}; name a field made by ref(…)`)
  for (const name of to ?? []) {
    const moves = others.get(name)?.lifecycle?.transitions ?? {}
    const other = Object.hasOwn(moves, move) ? moves[move] : undefined
    const near = nearest(move, Object.keys(moves))
    if (!other)
      tell(
        where,
        `it leads "${field}" along by "${move}", and a ${name} has no such transition${near ? `; did you mean "${near}"?` : ''}`,
      )
    else if (other.needs?.length)
      tell(
        where,
        `it leads "${field}" along by "${move}", which needs ${other.needs.join(', ')}: nobody says that here`,
      )
    else if (other.along)
      tell(
        where,
        `it leads "${field}" along by "${move}", which leads others along itself; one step is all that is led`,
      )
  }
}

const moment = '2027-03-01T09:00:00.000Z'
const samples = { now: moment, once: moment, caller: 'anna', nothing: undefined, '+1': 1 }
const needed = {
  now: 'make it instant(…)',
  once: 'make it instant(…)',
  caller: "make it ref('person', …)",
  nothing: 'what is taken away must be optional(…)',
  '+1': 'make it count(…)',
}

/** Under these names whatever is worked on is taken, given and planned. */
function checkNames({ lifecycle }: Lived, { tell }: LifeContext): void {
  for (const name of Object.keys(lifecycle?.transitions ?? {}).filter(isHandOver))
    tell(
      `transition "${name}"`,
      `whatever is worked on has ${handOvers.join(', ')} already; name it otherwise`,
    )
}

function checkEvents(kind: Lived, { fields, isField, tell }: LifeContext): void {
  const { lifecycle, events = {} } = kind
  const moves = Object.entries(lifecycle?.transitions ?? {})
  // What every kind may be told of.
  const own = eventTypesOf({ name: kind.name, work: kind.work }).map((type) =>
    type.slice(kind.name.length + 1),
  )
  const named = [
    ...moves.map(([name, { event }]) => ({ where: `transition "${name}"`, event: event as unknown })),
    ...Object.keys(events).map((event) => ({ where: `event "${event}"`, event: event as unknown })),
  ]
  for (const { where, event } of named) {
    if (typeof event !== 'string')
      tell(where, "it has no `event`: write what it is called once it is done, such as event: 'closed'")
    else if (!/^[a-z][a-z-]*$/.test(event))
      tell(where, `"${event}" is no name of an event: write small letters and hyphens, such as closed`)
    else if (own.includes(event))
      tell(where, `its event "${event}" is what Holdfast calls other changes; name it otherwise`)
  }
  for (const [event, field] of Object.entries(events)) {
    const where = `event "${event}"`
    if (moves.some(([, move]) => move.event === event))
      tell(where, 'a transition has an event of this name; name one of them otherwise')
    if (!isField(where, field)) continue
    if (!isOptional(fields[field]!))
      tell(
        where,
        `it comes when "${field}" is filled, and that is always there: make the field optional(…), or name another`,
      )
    const first = Object.keys(events).find((other) => events[other] === field)
    if (first !== event)
      tell(where, `"${field}" tells of "${first}" already: a change has one event; leave one of them out`)
  }
  checkApart(kind, tell)
  for (const [name, { from, to, event }] of moves) {
    const where = `transition "${name}"`
    if (from.includes(to))
      tell(
        where,
        `it leads from "${to}" to "${to}", where nothing moves, so that its event "${event}" never comes; leave it out`,
      )
  }
}

/** Transitions that nobody can tell apart by what has changed, and one word for an end and for a beginning. */
function checkApart({ lifecycle }: Lived, tell: Tell): void {
  const moves = Object.entries(lifecycle?.transitions ?? {})
  const isOpen = (state: string): boolean => lifecycle?.states[state]?.open === true
  for (const [i, [name, move]] of moves.entries())
    for (const [before, other] of moves.slice(0, i)) {
      const where = `transition "${name}"`
      const isSame = move.to === other.to && move.from.some((state) => other.from.includes(state))
      if (isSame && move.event !== other.event)
        tell(
          where,
          `it leads from and to the same states as "${before}", so that its event "${move.event}" never comes; ` +
            'leave one of them out, or give them one event',
        )
      else if (move.event === other.event && isOpen(move.to) !== isOpen(other.to))
        tell(
          where,
          `it tells "${move.event}" as "${before}" does, and one of them ends the record and the other does not; ` +
            'name the events otherwise',
        )
    }
}

function checkOrder({ ordered = [] }: Lived, { fields, isField, tell }: LifeContext): void {
  for (const pair of ordered) {
    const where = `ordered "${pair.join('" and "')}"`
    const types = pair.flatMap((name) => (isField(where, name) ? [fields[name]!] : []))
    const [first, then] = types.map((type) => definitionOf(type).format ?? '')
    if (types.length === 2 && (first !== then || !['date', 'datetime'].includes(first ?? '')))
      tell(where, `they are ${types.map(whatIs).join(' and ')}; make both instant(…), or both day(…)`)
  }
}

function checkWork(kind: Lived, { fields, isField, tell }: LifeContext): void {
  const { lifecycle, work } = kind
  if (!Object.values(lifecycle?.states ?? {}).some(({ open }) => open))
    tell('work', 'nothing of it is ever open: give it a `lifecycle`, and `open: true` to the states of work')
  if (work?.begins !== undefined && work.begins !== 'with-caller')
    tell('work', `it begins "${work.begins}"; write begins: 'with-caller', or leave it out`)
  const steps: string[] = [waitsForWorkflow, isPlanned, waitsInQueue]
  for (const { field, keptBy, step } of work?.promises ?? []) {
    for (const [part, name] of [
      ['field', field],
      ['keptBy', keptBy],
    ] as const) {
      const where = `promise "${step}"`
      if (part === 'keptBy' && name === 'closedAt' && lifecycle) continue
      if (!isField(where, name)) continue
      const type = fields[name]!
      if (!isInstant(type))
        tell(
          where,
          `its \`${part}\` is "${name}", which is ${whatIs(type)}; a promise is a moment: make it optional(instant(…))`,
        )
      else if (!isOptional(type) && !(part === 'field' && !saidOf(type).given))
        tell(where, `its \`${part}\` "${name}" is always there; it comes later: make it optional(instant(…))`)
    }
    if (work?.begins && Object.hasOwn(fields, field) && saidOf(fields[field]!).given)
      tell(
        `promise "${step}"`,
        `no workflow says "${field}" where work begins with a person, and that field is \`given\`: let him say it`,
      )
    if (field === keptBy)
      tell(`promise "${step}"`, '`field` is until when and `keptBy` when it was kept: name two fields')
    if (steps.includes(step))
      tell(`promise "${step}"`, 'another step of its work is called so; name it otherwise')
    steps.push(step)
  }
}
