import type { Language } from '../record/id.ts'
import type { PageForm } from '../company/form/page-form.ts'
import { renderDocument } from './document.ts'
import { html } from './markup.ts'

/** A form that strangers can open, by its id. */
export type NamedForm = readonly [id: string, form: PageForm]

/** What runs here, and where to go from it: the forms, the sign-in, the documentation. It tells nothing of anybody. */
export function renderFrontPage(view: {
  company: string
  language: Language
  forms: readonly NamedForm[]
  /** of the API */
  publicUrl: string
  /** where the e-mails are read that this deployment catches instead of sending */
  inbox?: string | undefined
}): string {
  const { company, language, forms, publicUrl, inbox } = view
  const words = wordsOf[language]
  return renderDocument({
    language,
    title: words.title,
    company,
    translations: translationsOf('/'),
    main: html`<h1>${words.headline(company)}</h1>
      <p class="intro">${words.intro}</p>
      ${
        forms.length > 0 &&
        html`<h2>${words.forms}</h2>
          <ul class="cards">
            ${forms.map(([id, form]) => {
              const shown = form.languages.includes(language) ? language : form.languages[0]!
              return html`<li>
                <a href="/forms/${id}?lang=${shown}" lang="${shown}"
                  ><b>${form.title[shown]}</b><span>${form.intro[shown]}</span></a
                >
              </li>`
            })}
          </ul>`
      }
      <h2>${words.colleagues}</h2>
      <p>${words.signIn}</p>
      <pre>npx holdfast login --url ${publicUrl}</pre>
      ${inbox && html`<p><a class="plain" href="${inbox}">${words.inbox}</a></p>`}
      <h2>${words.programs}</h2>
      <p>${words.api} <a class="plain" href="/docs?lang=${language}">${words.docs}</a></p>`,
  })
}

/** The same page in the other languages. */
export const translationsOf = (path: string): Record<Language, string> => ({
  en: `${path}?lang=en`,
  uk: `${path}?lang=uk`,
  ru: `${path}?lang=ru`,
})

interface Words {
  title: string
  headline: (company: string) => string
  intro: string
  forms: string
  colleagues: string
  signIn: string
  inbox: string
  programs: string
  api: string
  docs: string
}

const wordsOf: Record<Language, Words> = {
  en: {
    title: 'Welcome',
    headline: (company) => `${company} answers here`,
    intro:
      'Holdfast runs at this address: it stores every request, gives it to a colleague together with a time by which to answer, and sees to it that somebody does.',
    forms: 'Write to us',
    colleagues: 'For colleagues',
    signIn: 'Your work comes by e-mail. To see more of it, sign in from the folder of the project:',
    inbox: 'Read the e-mails that this machine keeps instead of sending them',
    programs: 'For programs',
    api: 'Leads can be posted and read over HTTP.',
    docs: 'The API and its documentation',
  },
  uk: {
    title: 'Вітаємо',
    headline: (company) => `Тут відповідає ${company}`,
    intro:
      'За цією адресою працює Holdfast: він зберігає кожен запит, передає його колезі разом із часом, до якого слід відповісти, і стежить, щоб хтось відповів.',
    forms: 'Напишіть нам',
    colleagues: 'Для колег',
    signIn: 'Робота надходить вам поштою. Щоб побачити більше, увійдіть із теки проєкту:',
    inbox: 'Прочитати листи, які ця машина зберігає, а не надсилає',
    programs: 'Для програм',
    api: 'Запити можна надсилати й читати через HTTP.',
    docs: 'API та документація',
  },
  ru: {
    title: 'Добро пожаловать',
    headline: (company) => `Здесь отвечает ${company}`,
    intro:
      'По этому адресу работает Holdfast: он сохраняет каждый запрос, передаёт его коллеге вместе со временем, до которого нужно ответить, и следит, чтобы кто-то ответил.',
    forms: 'Напишите нам',
    colleagues: 'Для коллег',
    signIn: 'Работа приходит вам почтой. Чтобы увидеть больше, войдите из папки проекта:',
    inbox: 'Прочитать письма, которые эта машина хранит, а не отправляет',
    programs: 'Для программ',
    api: 'Запросы можно отправлять и читать по HTTP.',
    docs: 'API и документация',
  },
}
