import type { Language } from '../record/id.ts'
import type { PageForm } from '../company/form/page-form.ts'
import { renderDocument } from './document.ts'
import { html } from './markup.ts'

/** What a visitor gets for a submission: that it is safe, its number, and what happens next. */
export function renderThanksPage(view: {
  id: string
  form: PageForm
  company: string
  language: Language
  /** of the submission; shown only when it can be one */
  receipt: string | undefined
}): string {
  const { language, form } = view
  const words = wordsOf[language]
  const receipt = /^sub_[0-9A-Z]{26}$/.test(view.receipt ?? '') ? view.receipt : undefined
  return renderDocument({
    language,
    title: words.title,
    company: view.company,
    main: html`<svg class="mark" viewBox="0 0 48 48" aria-hidden="true">
        <circle cx="24" cy="24" r="22" fill="currentColor" opacity=".14" />
        <path
          d="M14 25l7 7 13-15"
          fill="none"
          stroke="currentColor"
          stroke-width="3.5"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </svg>
      <h1>${words.title}</h1>
      <p class="intro">${form.thanks[language]}</p>
      ${receipt && html`<div class="receipt"><b>${words.receipt}</b><code>${receipt}</code></div>`}
      <h2>${words.next}</h2>
      <ol>
        ${words.steps.map((step) => html`<li>${step}</li>`)}
      </ol>
      <p><a class="plain" href="/forms/${view.id}?lang=${language}">${words.more}</a></p>`,
  })
}

const wordsOf: Record<
  Language,
  { title: string; receipt: string; next: string; steps: string[]; more: string }
> = {
  en: {
    title: 'Thank you, we have your request',
    receipt: 'Your receipt number',
    next: 'What happens next',
    steps: [
      'Your request is stored; nothing more is needed from you.',
      'One colleague gets it together with a time by which to answer you.',
      'Should that person not get to it, another one takes over.',
    ],
    more: 'Send another request',
  },
  uk: {
    title: 'Дякуємо, ми отримали ваш запит',
    receipt: 'Номер вашого звернення',
    next: 'Що буде далі',
    steps: [
      'Запит збережено, більше нічого робити не потрібно.',
      'Його отримає один із колег разом із часом, до якого слід відповісти.',
      'Якщо він не встигне, відповість інший колега.',
    ],
    more: 'Надіслати ще один запит',
  },
  ru: {
    title: 'Спасибо, мы получили ваш запрос',
    receipt: 'Номер вашего обращения',
    next: 'Что будет дальше',
    steps: [
      'Запрос сохранён, больше ничего делать не нужно.',
      'Его получит один из коллег вместе со временем, до которого нужно ответить.',
      'Если он не успеет, ответит другой коллега.',
    ],
    more: 'Отправить ещё один запрос',
  },
}
