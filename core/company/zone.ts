import type { Company } from './company.ts'

/** What of the company says which clock somebody lives by. */
type Clocks = Pick<Company, 'teams' | 'queues' | 'calendars'>

/**
 * The time zone in which somebody works: of the team that is named when he is in it, else of the first team or queue that he has
 * to do with; UTC for whoever has to do with none.
 */
export function zoneOf(person: string, company: Clocks, teamId?: string): string {
  const teams = Object.entries(company.teams)
  const isIn = ({ members }: { members: readonly string[] }): boolean => members.includes(person)
  const mine = [
    ...teams.filter(([id, team]) => id === teamId && (isIn(team) || team.manager === person)),
    ...teams.filter(([, team]) => isIn(team)),
    ...teams.filter(([, team]) => team.manager === person),
  ].map(([, { calendar }]) => calendar)
  const watched = Object.values(company.queues).filter(({ watchers }) => watchers.some((id) => id === person))
  const calendars = [...mine, ...watched.map(({ calendar }) => calendar)]
  return calendars.map((id) => company.calendars[id]?.timeZone).find(Boolean) ?? 'UTC'
}

/** The time zone of most teams, of several the one of the first: the company declares none of its own. */
export function zoneOfCompany({ teams, calendars }: Clocks): string {
  const zones = Object.values(teams).flatMap(({ calendar }) => calendars[calendar]?.timeZone ?? [])
  const count = (zone: string): number => zones.filter((each) => each === zone).length
  const most = Math.max(0, ...zones.map(count))
  return zones.find((zone) => count(zone) === most) ?? 'UTC'
}
