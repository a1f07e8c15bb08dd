import type { ByLanguage } from '../../words/language.ts'

interface Words {
  title: (company: string) => string
  intro: string
  button: string
  wrong: string
  language: string
}

export const words: ByLanguage<Words> = {
  en: {
    title: (company) => company,
    intro: 'Leads, tickets and tasks that wait for you, and why they came to you.',
    button: 'Sign in',
    wrong: 'Signing in did not work. Please try once more.',
    language: 'Language',
  },
  uk: {
    title: (company) => company,
    intro: 'Запити, звернення і завдання, що чекають на вас, і чому саме на вас.',
    button: 'Увійти',
    wrong: 'Увійти не вдалося. Спробуйте ще раз.',
    language: 'Мова',
  },
  ru: {
    title: (company) => company,
    intro: 'Запросы, обращения и задачи, которые ждут вас, и почему именно вас.',
    button: 'Войти',
    wrong: 'Войти не удалось. Попробуйте ещё раз.',
    language: 'Язык',
  },
}
