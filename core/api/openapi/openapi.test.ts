import { expect, test } from 'vitest'
import { choice, count, instant, money, optional, prose, ref, text } from '../../record/field.ts'
import { kind, type Kind } from '../../record/kind.ts'
import { routesOf } from '../door.ts'
import { openApi } from './openapi.ts'
import { samplePatch, sampleRecord } from './example.ts'

const visitKind = kind({
  name: 'visit',
  plural: 'visits',
  prefix: 'vis',
  title: 'Visit',
  help: 'Somebody comes.',
  fields: () => ({
    reason: text('Reason', { help: 'why', list: true, search: 'words' }),
    pay: optional(money('Pay', { level: 'confidential' })),
    size: choice('Size', ['small', 'large']),
    people: optional(count('People', { example: 3 })),
    otherId: ref('visit', 'Other'),
    notes: optional(prose('Notes')),
    arrivedAt: optional(instant('Arrived', { given: true })),
  }),
  called: ({ reason }) => reason,
  lifecycle: {
    initial: 'planned',
    states: { planned: { title: 'Planned', open: true }, over: { title: 'Over' } },
    transitions: {
      'call-off': { title: 'Call off', from: ['planned'], to: 'over', event: 'called-off', needs: ['notes'] },
    },
  },
  work: { promises: [] },
})
const kinds = new Map([['visit', visitKind as unknown as Kind]])
const routes = [...routesOf(visitKind, 'read'), ...routesOf(visitKind, 'write')]
const document = openApi({ kinds, routes, taken: () => ({}), version: '1', named: {} }) as any

test('every route of a kind is an operation, every transition one of its own', () => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => `${method} ${path}`),
  )
  expect(operations.toSorted()).toEqual([
    'get /visits',
    'get /visits/{id}',
    'get /visits/{id}/history',
    'patch /visits/{id}',
    'post /visits',
    'post /visits/{id}/call-off',
    'post /visits/{id}/give',
    'post /visits/{id}/plan',
    'post /visits/{id}/take',
  ])
})

test('what is sent has the fields that callers set, what is shown has all but those of Holdfast alone', () => {
  const { VisitNew, VisitPatch, Visit } = document.components.schemas
  expect(Object.keys(VisitNew.properties)).toEqual(['reason', 'pay', 'size', 'people', 'otherId', 'notes'])
  expect(VisitNew).toMatchObject({ required: ['reason', 'size', 'otherId'], additionalProperties: false })
  expect(VisitPatch.required).toBeUndefined()
  expect(VisitPatch.properties.pay.anyOf).toContainEqual({ type: 'null' })
  // Of money that is there already somebody may say another currency.
  expect(VisitNew.properties.pay.required).toEqual(['minor', 'currency'])
  expect(JSON.stringify(VisitPatch.properties.pay)).not.toContain('required')
  expect(Visit.properties).toHaveProperty('arrivedAt')
  expect(Visit.properties).not.toHaveProperty('tenant')
  expect(VisitNew.properties.reason).toEqual({
    type: 'string',
    title: 'Reason',
    description: 'why',
    minLength: 1,
    maxLength: 200,
  })
})

test('an example of a new record is one that the kind takes, with a kind in braces for each reference', () => {
  const example = sampleRecord(visitKind, () => 'vis')
  expect(example).toEqual({ reason: 'Reason', size: 'small', people: 3, otherId: '{visit}' })
})

test('an example of a change is one field that is other than in the example of a new record', () => {
  expect(samplePatch(visitKind, () => 'vis')).toEqual({ notes: 'Notes' })
})

test('a transition says from where it leads to where, and its example has what it needs', () => {
  expect(document.paths['/visits/{id}/call-off'].post).toMatchObject({
    operationId: 'callOffVisit',
    'x-from': ['planned'],
    'x-to': 'over',
    requestBody: { content: { 'application/json': { example: { notes: 'Notes' } } } },
  })
})

test('no operation lists a status that it never answers', () => {
  const statuses = (path: string, method: string) =>
    Object.keys(document.paths[path][method].responses).join(' ')
  expect(statuses('/visits', 'get')).toBe('200 400 401 403 404 429 500 503')
  expect(statuses('/visits', 'post')).toBe('201 400 401 403 409 413 415 422 429 500 503')
  expect(statuses('/visits/{id}', 'patch')).toBe('200 400 401 403 404 409 412 413 415 422 428 429 500 503')
})

test('a route that nothing describes is refused when the document is made', () => {
  const words = { en: 'x', uk: 'x', ru: 'x' }
  expect(() =>
    openApi({
      kinds,
      routes: [{ routes: ['GET /odd'], words }],
      taken: () => ({}),
      version: '1',
      named: {},
    }),
  ).toThrow('GET /odd: nothing describes it')
})
