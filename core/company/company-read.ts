import * as z from 'zod'
import { readSource } from '../source/read-source.ts'
import { SourceError, nearest, type Problem, type Source } from '../source/source.ts'
import { calendarEndText, endingCalendars } from './calendar-end.ts'
import { mayDo } from '../access/grant.ts'
import { calendarProblems } from '../time/calendar.ts'
import { listOf, parsePath, PathError } from './form/path.ts'
import { presetOf, presets } from './form/preset.ts'
import { joinSources } from './join-sources.ts'
import type { PersonId, QueueId } from '../record/id.ts'
import { company, type Company } from './company.ts'
import type { Form } from './form/form.ts'

/**
 * Reads the company from its files. Each file gives whole parts (`people`, `teams`, …), a part may be spread over
 * several files, a name is given only once. Throws SourceError with every problem at its place: unknown keys, wrong
 * values, and names that do not exist, with the nearest one that does.
 */
export function readCompany(sources: readonly Source[]): Company {
  const whole = joinSources(sources)
  const value = readSource(whole, company)
  const problems = [...brokenReferences(value, whole), ...brokenCalendars(value, whole)]
  if (problems.length) throw new SourceError(problems)
  return value
}

/**
 * What is right and will cause trouble all the same: calendars whose holidays end, a quarantine that its watchers may not
 * look into. `now` in milliseconds.
 */
export function companyWarnings(sources: readonly Source[], value: Company, now: number): Problem[] {
  const whole = joinSources(sources)
  const warn = (path: Path, code: string, message: string): Problem => ({
    ...whole.locate(path),
    severity: 'warning',
    code,
    message,
  })
  const queue = Object.hasOwn(value.queues, 'quarantine') ? 'quarantine' : 'intake'
  const watchers = value.queues[queue as QueueId]?.watchers ?? []
  const mayLook = watchers.some((id) => mayDo(value, value.people[id]?.roles ?? [], 'review-quarantine'))
  return [
    ...endingCalendars(value, now).map((end) =>
      warn(['calendars', end.calendar, 'holidays', end.place], 'holidays-end', calendarEndText(end)),
    ),
    ...(mayLook
      ? []
      : [
          warn(
            ['queues', queue, 'watchers'],
            'quarantine-unwatched',
            'no role of these may review-quarantine, so nobody who is told of the quarantine may look into it',
          ),
        ]),
  ]
}

type Path = readonly (string | number)[]

/** Every name that points at something must point at something that is there. */
function brokenReferences(value: Company, source: Source): Problem[] {
  const refer = (path: Path, what: string, name: string, names: Record<string, unknown>): Problem[] => {
    if (Object.hasOwn(names, name)) return []
    const near = nearest(name, Object.keys(names))
    return [
      {
        ...source.locate(path),
        severity: 'error',
        code: `unknown-${what}`,
        message: `there is no ${what} "${name}"`,
        hint: near
          ? `did you mean "${near}"?`
          : `known are: ${Object.keys(names).join(', ') || `none; nothing in company/ names a ${what}`}`,
      },
    ]
  }
  return [
    ...Object.entries(value.teams).flatMap(([id, team]) => [
      ...refer(['teams', id, 'calendar'], 'calendar', team.calendar, value.calendars),
      ...refer(['teams', id, 'manager'], 'person', team.manager, value.people),
      ...team.members.flatMap((member, i) =>
        refer(['teams', id, 'members', i], 'person', member, value.people),
      ),
    ]),
    ...Object.entries(value.queues).flatMap(([id, queue]) => [
      ...refer(['queues', id, 'calendar'], 'calendar', queue.calendar, value.calendars),
      ...queue.watchers.flatMap((watcher, i) =>
        refer(['queues', id, 'watchers', i], 'person', watcher, value.people),
      ),
    ]),
    ...(Object.keys(value.roles).length > 0
      ? Object.entries(value.people).flatMap(([id, { roles }]) =>
          roles.flatMap((role, i) => refer(['people', id, 'roles', i], 'role', role, value.roles)),
        )
      : rolesMissing(value, source)),
    ...intakeQueueMissing(value, source),
    ...Object.entries(value.pipelines).flatMap(([id, { stages }]) => repeatedStages(id, stages, source)),
    ...Object.entries(value.forms).flatMap(([id, form]) => [
      ...repeatedFields(id, form.fields, source),
      ...(form.preset === undefined ? [] : refer(['forms', id, 'preset'], 'preset', form.preset, presets)),
      ...brokenPaths(id, form, source),
      ...proofMissing(id, form, source),
    ]),
  ]
}

/** Told once, at the first person who is to have one, and not of everybody. */
function rolesMissing({ people }: Company, source: Source): Problem[] {
  const first = Object.keys(people).find((id) => people[id as PersonId]!.roles.length > 0)
  if (first === undefined) return []
  const given = source.value as Record<string, unknown>
  const isThere = ['roles', 'levels', 'clearance'].some((part) => Object.hasOwn(given, part))
  return [
    {
      ...source.locate(['people', first, 'roles']),
      severity: 'error',
      code: 'roles-missing',
      message: isThere
        ? 'people have roles, and company/access.yaml says of none what it may do'
        : 'people have roles, and company/access.yaml, which says what each may do, is not there',
      hint: 'copy company/access.yaml from the project of Holdfast and change it; docs/access.md says how it is written',
    },
  ]
}

/** New leads wait in the queue `intake` until they are routed. */
const intakeQueueMissing = (value: Company, source: Source): Problem[] =>
  Object.hasOwn(value.queues, 'intake')
    ? []
    : [
        {
          ...source.locate(['queues'], 'key'),
          severity: 'error',
          code: 'unknown-queue',
          message: 'the queue "intake" is missing: every new lead waits there until it is routed',
        },
      ]

/** A record keeps the id of its stage: two of one id would be one. */
function repeatedStages(id: string, stages: readonly { id: string }[], source: Source): Problem[] {
  const ids = stages.map((stage) => stage.id)
  return ids.flatMap((stage, i) =>
    ids.indexOf(stage) === i
      ? []
      : [
          {
            ...source.locate(['pipelines', id, 'stages', i, 'id']),
            severity: 'error',
            code: 'given-twice',
            message: `the pipeline has a stage "${stage}" already`,
          },
        ],
  )
}

function repeatedFields(id: string, fields: readonly { name: string }[], source: Source): Problem[] {
  return fields.flatMap(({ name }, i) => {
    const path = ['forms', id, 'fields', i, 'name']
    const problem = (code: string, message: string): Problem => ({
      ...source.locate(path),
      severity: 'error',
      code,
      message,
    })
    if (name.startsWith('_'))
      return [problem('reserved-name', `"${name}": names with _ in front are the form's own`)]
    const first = fields.findIndex((field) => field.name === name)
    return first < i ? [problem('given-twice', `the form has a field "${name}" already`)] : []
  })
}

/** A path that cannot be read is refused where it breaks. */
function brokenPaths(id: string, form: Form, source: Source): Problem[] {
  const given = [
    ...Object.entries(form.map ?? {}).map(([part, paths]) => [['forms', id, 'map', part], paths] as const),
    ...(form.key === undefined ? [] : [[['forms', id, 'key'], form.key] as const]),
  ]
  return given.flatMap(([at, paths]) =>
    listOf(paths).flatMap((path, i): Problem[] => {
      const where: Path = typeof paths === 'string' ? at : [...at, i]
      try {
        parsePath(path)
        return []
      } catch (error) {
        if (!(error instanceof PathError)) throw error
        const place = source.locate(where)
        // In a text without quotes a sign of the path is a sign of the file.
        const shift = source.slice(where) === path ? error.offset : 0
        return [
          {
            ...place,
            column: place.column + shift,
            severity: 'error',
            code: 'broken-path',
            message: `"${path}" is no path: ${error.message}`,
            hint: 'write form_response.answers[field.ref=mail].email, fields[email][value] or data[0]; names with dots in double quotes: data["1.3"]',
          },
        ]
      }
    }),
  )
}

/** A secret that nobody asks for would protect nothing. */
const proofMissing = (id: string, form: Form, source: Source): Problem[] =>
  form.secret === undefined || form.proof !== undefined || presetOf(form)?.proof !== undefined
    ? []
    : [
        {
          ...source.locate(['forms', id, 'secret'], 'key'),
          severity: 'error',
          code: 'proof-missing',
          message: `the form has a secret, and does not say how the service shows that it knows it`,
          hint: 'add proof: { header: X-Token }, { field: … }, { query: … } or { header: X-Signature, hmac: sha256 }',
        },
      ]

function brokenCalendars(value: Company, source: Source): Problem[] {
  return Object.entries(value.calendars).flatMap(([id, plan]) =>
    calendarProblems(plan).map(({ path, message }): Problem => ({
      ...source.locate(['calendars', id, ...path]),
      severity: 'error',
      code: 'broken-calendar',
      message,
    })),
  )
}

/** The JSON Schema of the files, for editors: each may give any part of the company. */
export const companyJsonSchema = (): object => z.toJSONSchema(company.partial(), { io: 'input' })
