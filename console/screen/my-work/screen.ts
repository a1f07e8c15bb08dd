import { workAddress } from '../../api/address.ts'
import type { Screen } from '../../screen.ts'

export const screen: Screen = {
  path: '/work',
  title: { en: 'My work', uk: 'Моя робота', ru: 'Моя работа' },
  load: async () => (await import('./my-work.tsx')).MyWork,
  first: () => [workAddress()],
  nav: { icon: 'work', order: 10, key: 'KeyW', isTab: true },
}
