import { language, type Language } from '../record/id.ts'
import type { Company } from './company.ts'

/* What is published of the company to whoever works in it: names for the ids that records have. No address, no role. */

/** Who there is, where, and what is watched. Titles are as they are declared: one for all, or one for each language. */
export interface Directory {
  people: DirectoryEntry[]
  teams: { id: string; title: string; people: readonly string[]; manager: string }[]
  queues: { id: string; title: string; watchers: readonly string[] }[]
  /** one that only takes in what another service sends has no title */
  forms: { id: string; title?: Readonly<Record<Language, string>> }[]
}

interface DirectoryEntry {
  id: string
  name: string
  /** of which he is a member, or which he manages */
  teams: string[]
  absentUntil?: string
}

/** @param absentUntil until when somebody is away who is away now */
export const directoryOf = (
  { people, teams, queues, forms }: Pick<Company, 'people' | 'teams' | 'queues' | 'forms'>,
  absentUntil: (person: string) => string | undefined,
): Directory => ({
  people: Object.entries(people).map(([id, { name }]) => {
    const until = absentUntil(id)
    return { id, name, teams: teamsOf(id, teams), ...(until !== undefined && { absentUntil: until }) }
  }),
  teams: Object.entries(teams).map(([id, { title, members, manager }]) => ({
    id,
    title,
    people: members,
    manager,
  })),
  queues: Object.entries(queues).map(([id, { title, watchers }]) => ({ id, title, watchers })),
  forms: Object.entries(forms).map(([id, { title }]) => ({ id, ...(title && { title }) })),
})

/** The teams of which somebody is a member, then those that he only manages. */
export function teamsOf(person: string, teams: Company['teams']): string[] {
  const all = Object.entries(teams)
  const own = all.filter(([, { members }]) => members.some((member) => member === person))
  const managed = all.filter((team) => team[1].manager === person && !own.includes(team))
  return [...own, ...managed].map(([id]) => id)
}

/** The queues that somebody watches. */
export const watchedBy = (person: string, queues: Company['queues']): string[] =>
  Object.entries(queues).flatMap(([id, { watchers }]) =>
    watchers.some((each) => each === person) ? [id] : [],
  )

/** The languages that its people read or its forms are shown in. */
export function languagesOf({ people, forms }: Pick<Company, 'people' | 'forms'>): Language[] {
  const spoken = new Set([
    ...Object.values(people).map((person) => person.language),
    ...Object.values(forms).flatMap(({ languages }) => languages),
  ])
  return language.options.filter((each) => spoken.has(each))
}
