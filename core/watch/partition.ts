import type { Company } from '../company/company.ts'
import { watchPartitions, workOfPerson, workOfQueue } from '../record/key.ts'

/** Partitions of the index `work` in which the watchdog looks: those of everybody, of every queue, and of the machinery alone. */
export const watchedPartitions = (tenant: string, { people, queues }: Company): string[] => [
  ...watchPartitions(tenant),
  ...Object.keys(people).map((id) => workOfPerson(tenant, id)),
  ...Object.keys(queues).map((id) => workOfQueue(tenant, id)),
]
