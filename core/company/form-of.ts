import type { Company } from './company.ts'
import type { Form } from './form/form.ts'

/** The form of an id that a stranger typed. Here, so that what only looks for a form brings no schema along. */
export const formOf = (company: Company, id: string): Form | undefined =>
  Object.hasOwn(company.forms, id) ? company.forms[id] : undefined
