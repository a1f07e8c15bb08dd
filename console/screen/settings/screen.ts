import type { Screen } from '../../screen.ts'

export const screen: Screen = {
  path: '/settings',
  title: { en: 'Settings', uk: 'Налаштування', ru: 'Настройки' },
  load: async () => (await import('./settings.tsx')).Settings,
  nav: { icon: 'settings', order: 90, key: 'KeyS' },
}
