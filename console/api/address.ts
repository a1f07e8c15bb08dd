import { withQuery } from './client.ts'

/* What screens ask for first, apart from what is made of the answers: the page's first script asks before there is anything to show them. */

export const meAddress = '/me'
export const peopleAddress = '/people'
export const workAddress = (kind?: string): string =>
  withQuery('/work', { kind, limit: '100', fields: 'record', count: 'true' })
export const leadAddress = (id: string): string => `/leads/${id}`
export const leadHistoryAddress = (id: string): string => `/leads/${id}/history`

/** @param facet what of what happened: activities, kinds of entries, with commas between */
export const fileAddress = (
  of: { plural: string; id: string },
  facet: { what?: string | undefined; kinds?: string | undefined } = {},
  after?: string,
): string => withQuery(`/${of.plural}/${of.id}/file`, { ...facet, limit: '30', after })
