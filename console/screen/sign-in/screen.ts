import type { Screen } from '../../screen.ts'

export const screen: Screen = {
  path: '/sign-in',
  title: { en: 'Sign in', uk: 'Вхід', ru: 'Вход' },
  load: async () => (await import('./sign-in.tsx')).SignIn,
  isPublic: true,
}
