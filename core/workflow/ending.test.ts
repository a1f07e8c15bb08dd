import { expect, test } from 'vitest'
import { compilePattern } from '#pattern/pattern.ts'
import { endingsOf, endingTypes } from './ending.ts'

const until = {
  'follow-up': { 'detail-type': ['lead.answered', 'lead.closed'] },
  'large-lead': {
    'detail-type': ['lead.updated'],
    detail: { lead: { employees: [{ numeric: ['<', 100] }] } },
  },
  watch: { 'detail-type': [{ prefix: 'lead.c' }, 'lead.closed'] },
}

const event = (type: string, lead: object = {}) => ({
  source: 'holdfast',
  'detail-type': type,
  detail: { lead },
})

test('an event ends the workflows whose whole pattern it matches', () => {
  const endings = endingsOf(until)
  expect(endings(event('lead.closed'))).toEqual(['follow-up', 'watch'])
  expect(endings(event('lead.updated', { employees: 500 }))).toEqual([])
  expect(endings(event('lead.updated', { employees: 20 }))).toEqual(['large-lead'])
  expect(endings(event('lead.assigned'))).toEqual([])
})

test('the one rule lets through whatever ends any workflow, and names each type once', () => {
  const types = endingTypes(until)
  expect(types).toEqual(['lead.answered', 'lead.closed', 'lead.updated', { prefix: 'lead.c' }])
  const rule = compilePattern({ source: ['holdfast'], 'detail-type': types })
  const endings = endingsOf(until)
  for (const type of ['lead.created', 'lead.answered', 'lead.closed', 'lead.updated', 'lead.assigned'])
    if (endings(event(type, { employees: 20 })).length) expect(rule.matches(event(type)), type).toBe(true)
})

test('workflows that nothing ends ask for nothing', () => {
  expect(endingTypes({})).toEqual([])
  expect(endingsOf({})(event('lead.closed'))).toEqual([])
})
