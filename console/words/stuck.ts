import type { ByLanguage } from './language.ts'

/** What the page says when it cannot even be drawn: known before any dictionary is. */
export const words: ByLanguage<{ text: string; again: string }> = {
  en: {
    text: 'Holdfast cannot be reached at the moment. What you have written is kept in this browser.',
    again: 'Try again',
  },
  uk: {
    text: 'Holdfast зараз недоступний. Написане збережено в цьому браузері.',
    again: 'Спробувати ще раз',
  },
  ru: {
    text: 'Holdfast сейчас недоступен. Написанное сохранено в этом браузере.',
    again: 'Попробовать ещё раз',
  },
}
