import type { TableDefinition } from '../table/definition.ts'
import type { Company } from '../company/company.ts'
import type { MessageDefinition } from '../message/template/definition.ts'

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
}
