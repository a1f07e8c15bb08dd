import { fileAddress } from '../../api/address.ts'
import type { Screen } from '../../screen.ts'

/* The file of a record of any kind that has no screen of its own: a path that says more comes before this one. */
export const screen: Screen = {
  path: '/$plural/$id',
  title: { en: 'File', uk: 'Картка', ru: 'Карточка' },
  load: async () => (await import('./file.tsx')).File,
  first: ({ plural = '', id = '' }) => [fileAddress({ plural, id })],
}
