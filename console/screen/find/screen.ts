import type { Screen } from '../../screen.ts'

export const screen: Screen = {
  path: '/find',
  title: { en: 'Search', uk: 'Пошук', ru: 'Поиск' },
  load: async () => (await import('./find.tsx')).Find,
  nav: { icon: 'search', order: 80, isTab: true, isPhoneOnly: true },
}
