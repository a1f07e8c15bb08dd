import { leadAddress, leadHistoryAddress, peopleAddress, workAddress } from '../../api/address.ts'
import type { Screen } from '../../screen.ts'

export const screen: Screen = {
  path: '/leads/$id',
  title: { en: 'Lead', uk: 'Запит', ru: 'Запрос' },
  load: async () => (await import('./lead.tsx')).LeadScreen,
  first: ({ id = '' }) => [leadAddress(id), leadHistoryAddress(id), peopleAddress, workAddress()],
}
