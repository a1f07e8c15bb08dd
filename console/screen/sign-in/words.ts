import type { ByLanguage } from '../../words/language.ts'

interface Words {
  title: (company: string) => string
  intro: string
  button: string
  wrong: string
  /** nobody has signed out */
  ended: string
  language: string
}

export const words: ByLanguage<Words> = {
  en: {
    title: (company) => company,
    intro: 'Leads, tickets and tasks that wait for you, and why they came to you.',
    button: 'Sign in',
    ended:
      'Your sign-in has ended. Sign in again and you come back to where you were; what you have written is kept.',
    wrong: 'Signing in did not work. Please try once more.',
    language: 'Language',
  },
  uk: {
    title: (company) => company,
    intro: 'Запити, звернення і завдання, що чекають на вас, і чому саме на вас.',
    button: 'Увійти',
    ended: 'Час входу минув. Увійдіть ще раз — і повернетеся туди, де були; написане збережено.',
    wrong: 'Увійти не вдалося. Спробуйте ще раз.',
    language: 'Мова',
  },
  ru: {
    title: (company) => company,
    intro: 'Запросы, обращения и задачи, которые ждут вас, и почему именно вас.',
    button: 'Войти',
    ended: 'Время входа истекло. Войдите ещё раз — и вернётесь туда, где были; написанное сохранено.',
    wrong: 'Войти не удалось. Попробуйте ещё раз.',
    language: 'Язык',
  },
}
