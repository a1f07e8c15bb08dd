import { useQuery } from '@tanstack/react-query'
import { peopleQuery, type People } from '../api/me.ts'
import { useSession } from '../session.tsx'

/** What people, teams and queues are called; an id that nobody knows, and each until the names are there, is its own name. */
export function useNames(): {
  people: People['people']
  person: (id: string) => string
  team: (id: string) => string
  queue: (id: string) => string
  form: (id: string) => string
} {
  const { api, language } = useSession()
  const { data } = useQuery(peopleQuery(api))
  const titled = (all: readonly { id: string; title: string }[] | undefined) => (id: string) =>
    all?.find((each) => each.id === id)?.title ?? id
  return {
    people: data?.people ?? [],
    person: (id) => data?.people.find((each) => each.id === id)?.name ?? id,
    team: titled(data?.teams),
    queue: titled(data?.queues),
    form: (id) => data?.forms.find((each) => each.id === id)?.title?.[language] ?? id,
  }
}
