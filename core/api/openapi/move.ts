import type { Kind, Transition } from '../../record/kind.ts'
import type { HandOver } from '../../record/work.ts'
import { sampleOfNeeds, type Prefixes } from './example.ts'
import { objectOf } from './operation.ts'
import { patchSchema, type JsonSchema } from './schema.ts'

/* What moves a record: its transitions, and taking, giving and planning of open work. */

export interface Move {
  title: string
  body: JsonSchema
  example: object
  /** whether there must be a body */
  isNeeded: boolean
  description: string
  /** the states from which it leads on */
  'x-from': readonly string[]
  'x-to'?: string
}

/** What a transition takes, and from where it leads. */
export function transitionParts(
  { kind, prefix }: { kind: Kind; prefix: Prefixes },
  transition: Transition,
): Move {
  const { title, from, to, needs = [], takes = [], along = {} } = transition
  const { shape } = kind.schema
  const fields = Object.fromEntries(
    [...needs, ...takes].flatMap((name) => (shape[name] ? [[name, shape[name]]] : [])),
  )
  const needed = needs.length ? `; it needs ${needs.join(', ')}, there or sent with it` : ''
  return {
    title: title.toLowerCase(),
    body: patchSchema(fields),
    example: sampleOfNeeds(kind, needs, prefix),
    isNeeded: false,
    description: [`Leads from ${from.join(' or ')} to ${to}${needed}.`, ...alongTexts(along)].join(' '),
    'x-from': from,
    'x-to': to,
  }
}

const alongTexts = (along: NonNullable<Transition['along']>): string[] =>
  Object.entries(along).map(
    ([field, move]) => `What ${field} names is led through its own ${move} with it, where that leads on.`,
  )

/** What is done with open work of any kind. */
export function handOverParts({ lifecycle, work }: Kind, move: HandOver): Move {
  const open = Object.entries(lifecycle?.states ?? {}).flatMap(([state, plan]) => (plan.open ? [state] : []))
  const first =
    move === 'plan' && work?.promises.length ? ' Not beyond what is promised: keep that first.' : ''
  return { ...handOverCalls[move], description: `Of open ones: ${open.join(', ')}.${first}`, 'x-from': open }
}

const body = (properties: Record<string, JsonSchema>): JsonSchema => ({
  ...objectOf(properties),
  additionalProperties: false,
})

const handOverCalls: Record<HandOver, Omit<Move, 'description' | 'x-from'>> = {
  take: { title: 'take it', body: body({}), example: {}, isNeeded: false },
  give: {
    title: 'give it to somebody',
    body: body({
      to: {
        type: 'string',
        description: 'the id of a person, a queue or a team',
        'x-refers-to': ['person', 'queue', 'team'],
      },
    }),
    example: { to: 'maria' },
    isNeeded: true,
  },
  plan: {
    title: 'plan its next step',
    body: body({ nextAt: { type: 'string', format: 'date-time', description: 'when' } }),
    example: { nextAt: '2027-03-03T10:00:00.000Z' },
    isNeeded: true,
  },
}
