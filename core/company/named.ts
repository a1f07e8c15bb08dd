import type { Named } from '../record/operation/published.ts'
import type { Company } from './company.ts'

/** What of the company records refer to by name, as `ref` calls it, and its parts that `part` may name. */
export const publishedNames: Readonly<Record<string, readonly string[]>> = {
  person: [],
  team: [],
  queue: [],
  form: [],
  pipeline: ['stages', 'lossReasons'],
}

export const namedIn = ({ people, teams, queues, forms, pipelines }: Company): Named => ({
  person: people,
  team: teams,
  queue: queues,
  form: forms,
  pipeline: pipelines,
})
