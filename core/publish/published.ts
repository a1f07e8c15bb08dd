import type { TableDefinition } from '../table/definition.ts'
import type { Company } from '../company/company.ts'
import type { MessageDefinition } from '../message/template/definition.ts'

/** What a workflow does, for whoever says what is still to come: its machine carries the same steps. */
export interface WorkflowPlan {
  title: string
  /** of what a run does, as its segments name it */
  version: string
  /** the steps between two waits, the wait last */
  segments: readonly (readonly ({ do: string } & Readonly<Record<string, unknown>>)[])[]
}

/** What operators have published, compiled at synth and shipped inside the functions' bundles. */
export interface Published {
  /** names the content: 12 hexadecimal digits */
  version: string
  company: Company
  /** decision tables by name */
  tables: Record<string, TableDefinition>
  /** the event pattern that ends the runs of a workflow, by its name */
  until: Record<string, object>
  /** what workflows tell, by name */
  messages: Record<string, MessageDefinition>
  /** workflows by name */
  workflows: Record<string, WorkflowPlan>
}
