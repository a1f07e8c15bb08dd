import { expect, test } from 'vitest'
import { northwind } from '../../test/fixture/northwind.ts'
import { directoryOf, languagesOf, teamsOf, watchedBy } from './directory.ts'
import { zoneOf, zoneOfCompany } from './zone.ts'

const until = '2027-03-05T00:00:00.000Z'
const directory = directoryOf(northwind, (person) => (person === 'jonas' ? until : undefined))

test('it names people, teams, queues and forms, and no address', () => {
  expect(directory.people.find(({ id }) => id === 'jonas')).toEqual({
    id: 'jonas',
    name: 'Jonas Keller',
    teams: ['sales-dach'],
    absentUntil: until,
  })
  expect(directory.people.find(({ id }) => id === 'anna')).not.toHaveProperty('absentUntil')
  expect(directory.teams.map(({ id }) => id)).toEqual(Object.keys(northwind.teams))
  expect(directory.queues.find(({ id }) => id === 'service')?.watchers).toEqual(['greta', 'oksana'])
  expect(Object.keys(directory.forms.find(({ id }) => id === 'demo')!.title!)).toEqual(['en', 'uk', 'ru'])
  expect(JSON.stringify(directory)).not.toContain('@')
})

test('who manages a team belongs to it, after those of which he is a member', () => {
  expect(teamsOf('maria', northwind.teams)).toEqual(['enterprise', 'sales-dach'])
  expect(teamsOf('viktor', northwind.teams)).toEqual(['enterprise'])
  expect(watchedBy('viktor', northwind.queues)).toEqual(['intake', 'quarantine'])
})

test('the clock of a person is that of his team, of the company that of most teams', () => {
  expect(zoneOf('olena', northwind)).toBe('Europe/Kyiv')
  expect(zoneOf('selin', northwind)).toBe('Europe/Berlin')
  expect(zoneOf('selin', northwind, 'sales-international')).toBe('Europe/London')
  expect(zoneOf('sofia', northwind)).toBe('UTC')
  expect(zoneOfCompany(northwind)).toBe('Europe/Berlin')
  expect(zoneOfCompany({ ...northwind, teams: {} })).toBe('UTC')
  expect(languagesOf(northwind)).toEqual(['en', 'uk', 'ru'])
})
