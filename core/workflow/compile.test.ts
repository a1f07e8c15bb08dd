import { describe, expect, test } from 'vitest'
import { SourceError } from '../source/source.ts'
import { tellable } from '../message/template/fact.ts'
import { compile, published, workflowText, kinds, letters } from './fixture.ts'

function problemsOf(text: string, more: Parameters<typeof compile>[1] = {}): string[] {
  try {
    compile(text, more)
    return []
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    return error.problems.map(
      ({ line, column, code, message, hint }) =>
        `${line}:${column} ${code}: ${message}${hint ? ` (${hint})` : ''}`,
    )
  }
}

const lineOf = (part: string): number => workflowText.slice(0, workflowText.indexOf(part)).split('\n').length

describe('a workflow', () => {
  const states = (text: string) =>
    (compile(text).definition as { States: Record<string, { Type: string }> }).States

  test('is one task between two waits, and nothing else', () => {
    expect(Object.entries(states(workflowText)).map(([name, { Type }]) => [name, Type])).toEqual([
      ['Segment 1', 'Task'],
      ['Wait 1', 'Wait'],
      ['Segment 2', 'Task'],
      ['Wait 2', 'Wait'],
      ['Segment 3', 'Task'],
      ['Wait 3', 'Wait'],
      ['Segment 4', 'Task'],
    ])
  })

  test('has another version when it does something else, not when it is worded otherwise', () => {
    const { hash } = compile(workflowText)
    expect(compile(workflowText.replace('title: Follow', 'title: Chase')).hash).toBe(hash)
    expect(compile(`${workflowText}\n# a comment\n`).hash).toBe(hash)
    expect(compile(workflowText.replace('30 business minutes', '45 business minutes')).hash).not.toBe(hash)
    expect(compile(workflowText.replace('lead-routing', 'other-routing')).hash).not.toBe(hash)
  })

  test('may run as long as its waits need', () => {
    const timeout = (text: string) => (compile(text).definition as { TimeoutSeconds: number }).TimeoutSeconds
    const longer = timeout(workflowText.replace('1 business hour', '90 days'))
    expect(longer - timeout(workflowText)).toBeGreaterThan(89 * 86_400)
  })
})

describe('a workflow is refused, at its place and with the nearest name,', () => {
  test.each([
    ['route: lead-routing', 'route: lead-routin', 'unknown-table', 'did you mean "lead-routing"?'],
    ['tell: manager', 'tell: manger', 'unknown-person', 'did you mean "manager"?'],
    ['tell: manager', 'tell: ana', 'unknown-person', 'did you mean "anna"?'],
    ['- queue: unanswered', '- queue: unansered', 'unknown-queue', 'did you mean "unanswered"?'],
    ['lastResort: unanswered', 'lastResort: nowhere', 'unknown-queue', 'unknown queue "nowhere"'],
    ['message: lead-reminder', 'message: lead-remind', 'unknown-message', 'did you mean "lead-reminder"?'],
    ['message: lead-reminder', 'message: lead-merged', 'missing-data', '"lead-merged" needs "merge"'],
    ['message: lead-reminder', 'message: spam', 'wrong-message', 'tells of the quarantine'],
    ['message: lead-reminder', 'massage: lead-reminder', 'no-message', 'needs a message'],
    ['wait: 30 business minutes', 'wait: 30', 'wrong-value', 'has no unit'],
    ['wait: 30 business minutes', 'wiat: 30 minutes', 'unknown-step', 'did you mean "wait"?'],
    ['waitUntil: respondBy', 'waitUntil: respondAt', 'unknown-promise', 'did you mean "respondBy"'],
    ['detail-type: [lead.created]', 'detail-type: lead.created', 'wrong-pattern', 'when'],
    [
      'detail-type: [lead.created]',
      'detail: { changed: [status] }',
      'no-detail-type',
      'must name the events',
    ],
  ])('when "%s" is "%s"', (right, wrong, code, advice) => {
    const problems = problemsOf(workflowText.replace(right, wrong))
    expect(problems[0]).toContain(code)
    expect(problems[0]).toContain(advice)
    expect(Number(problems[0]?.split(':')[0])).toBeGreaterThanOrEqual(lineOf(right) - 1)
    expect(Number(problems[0]?.split(':')[0])).toBeLessThanOrEqual(lineOf(right))
  })

  test('when it tells what nobody can know there, and not when it can be known', () => {
    const needing = (fact: string, template: string): string[] => {
      const { after, ownOnly } = tellable('lead', { kinds, letters })!.facts[fact]!
      const need = { name: fact, ...(after && { after }), ...(ownOnly && { ownOnly }) }
      const message = { ...published.messages[template]!, needs: [need] }
      return problemsOf(workflowText, { messages: { ...published.messages, [template]: message } })
    }
    expect(needing('owner', 'lead-reminder')[0]).toMatch(
      /missing-data.*needs "owner", and its reader is the owner/,
    )
    expect(needing('owner', 'lead-overdue')).toEqual([])
    expect(needing('promised', 'lead-assigned')).toEqual([])
    expect(needing('level', 'lead-queued')[0]).toContain('which no step of a workflow knows')
    const early = workflowText.replace('  - route:', '  - tell: viktor\n    message: lead-queued\n  - route:')
    const queued = { ...published.messages['lead-queued']!, needs: [{ name: 'queue', after: 'watchers' }] }
    const context = { messages: { ...published.messages, 'lead-queued': queued } }
    expect(problemsOf(early, context)).toEqual([
      expect.stringMatching(/^10:.*missing-data.*needs "queue", which no step before this one gives/),
    ])
    expect(problemsOf(workflowText, context)).toEqual([])
  })

  test('when nobody would look after the lead in the end', () => {
    const steps = workflowText.slice(0, workflowText.indexOf('  - queue:'))
    expect(problemsOf(`${steps}  - tell: manager\n    message: lead-overdue\n`)[0]).toContain(
      'no-last-resort',
    )
    expect(problemsOf(steps)[0]).toContain('ends-waiting')
  })

  test('when a step needs what only a later one gives', () => {
    const early = workflowText.replace('  - route: lead-routing\n', '')
    expect(problemsOf(early).join('\n')).toContain('"assign: round-robin" needs a step "route" before it')
  })

  test('when it asks events for what is personal', () => {
    const personal = workflowText.replace(
      'detail-type: [lead.created]',
      'detail-type: [lead.created]\n  detail: { lead: { contact: { name: [Anna] } } }',
    )
    expect(problemsOf(personal)[0]).toContain('personal')
  })

  test('when it waits for values that nobody writes', () => {
    const asking = (lead: string): string[] =>
      problemsOf(
        workflowText.replace(
          'detail-type: [lead.created]',
          `detail-type: [lead.created]\n  detail: { lead: { ${lead} } }`,
        ),
      )
    expect(asking('country: [GB], version: [1], source: { utm: { any: [x] } }')).toEqual([])
    expect(asking('country: [UK]')[0]).toMatch(/^5:.* unknown-value: .*did you mean "GB"\?/)
    expect(asking('teamId: [no-such-team]')[0]).toContain('"lead.teamId" is never "no-such-team"')
    expect(asking("employees: ['800']")[0]).toContain('wrong-type')
  })

  test.each([
    ['lead.created', 'lead.creatd', 'there is no event "lead.creatd"', 'did you mean "lead.created"?'],
    ['lead.created', 'led.created', 'there is no event "led.created"', 'did you mean "lead.created"?'],
    [
      'lead.answered',
      'lead.handed-over',
      'no event "lead.handed-over"',
      'there are lead.created, lead.rerouted',
    ],
    ['lead.answered', '{ prefix: lead.x }', 'no event matches {"prefix":"lead.x"}', 'there are lead.created'],
    ['lead.answered', '{ wildcard: "*.solved" }', 'no event matches', 'there are lead.created'],
    ['lead.answered', '{ anything-but: { prefix: lead } }', 'no event matches', 'there are lead.created'],
  ])('when an event is written that no kind has: "%s" as "%s"', (right, wrong, message, hint) => {
    const problems = problemsOf(workflowText.replace(right, wrong))
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(message)
    expect(problems[0]).toContain(hint)
    expect(problems[0]).toContain(`${lineOf(right)}:`)
  })

  test.each([
    'lead.rerouted',
    'lead.assigned',
    'lead.updated',
    '{ prefix: lead.c }',
    '{ wildcard: "*.created" }',
    '{ anything-but: lead.created }',
  ])('and not when there is such an event: "%s"', (type) => {
    for (const right of ['lead.created', 'lead.answered'])
      expect(problemsOf(workflowText.replace(right, type))).toEqual([])
  })

  test.each([
    ['detail: { lead: { colour: [red] } }', 'a lead has no field "colour"'],
    ['detail: { lead: { contry: [DE] } }', 'did you mean "country"?'],
    ['detail: { led: { country: [DE] } }', 'events of a lead have no "led" (did you mean "lead"?)'],
    ['detail: { old: { contry: [DE] } }', 'did you mean "country"?'],
    ['detail: { lead: { source: { pag: [x] } } }', 'a lead has no field "source.pag"'],
    ['detail: { changed: [statsu] }', 'did you mean "status"?'],
    ['detail: { ref: { kin: [lead] } }', 'did you mean "kind"?'],
    ['detail: { profile: { age: [1] } }', 'is not carried here'],
    ['detail: { $or: [{ lead: { country: [DE] } }, { lead: { colour: [red] } }] }', 'no field "colour"'],
    ['detial: { lead: { country: [DE] } }', 'events have no "detial" (did you mean "detail"?)'],
  ])('when it asks for what no event carries: "%s"', (part, message) => {
    for (const key of ['created', 'answered, lead.closed'])
      expect(
        problemsOf(workflowText.replace(`[lead.${key}]`, `[lead.${key}]\n  ${part}`)).join('\n'),
      ).toContain(message)
  })

  test('with all of its problems at once', () => {
    const bad = workflowText
      .replace('tell: manager', 'tell: manger')
      .replace('30 business minutes', 'soon')
      .replace('- queue: unanswered', '- queue: x')
    expect(problemsOf(bad)).toHaveLength(3)
  })

  test('when its table names a team that does not exist, or has no default', () => {
    const table = published.tables['lead-routing']!
    const other = {
      ...table,
      rows: table.rows.map((row) => ({ ...row, then: { ...row.then, team: 'nort' } })),
    }
    delete other.default
    const read = () => compile(workflowText, { tables: { ...published.tables, 'lead-routing': other } })
    expect(read).toThrow('names the unknown team "nort"')
    expect(read).toThrow('has no default')
  })
})

test('a table that routes what is promised has to say within which time, and is told what follows from it', () => {
  const table = published.tables['lead-routing']!
  const outputs = table.outputs.filter(({ name }) => name !== 'respondWithin')
  const tables = { ...published.tables, 'lead-routing': { ...table, outputs } }
  expect(problemsOf(workflowText, { tables })).toEqual([
    expect.stringContaining(
      'wrong-table: the table "lead-routing" has no output "respondWithin" (add "respondWithin: { type: duration }" to its outputs: from it follows "respondBy", the time of the first answer)',
    ),
  ])
})
