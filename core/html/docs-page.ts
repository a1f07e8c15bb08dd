import type { Language } from '../record/id.ts'
import { renderDocument } from './document.ts'
import { translationsOf } from './front-page.ts'
import { html } from './markup.ts'

/** A row of the list: addresses that belong together, and what they are for. */
export interface RouteWords {
  routes: string[]
  /** anybody may call them, without a token */
  isPublic: boolean
  words: Record<Language, string>
}

/** Every address of the API that a person or a program calls; a test holds it to the routes of the template. */
export const routeWords: RouteWords[] = [
  {
    routes: ['GET /forms/{form}', 'GET /forms/{form}/thanks'],
    isPublic: true,
    words: {
      en: 'A form, and what follows it',
      uk: 'Форма і те, що йде за нею',
      ru: 'Форма и то, что следует за ней',
    },
  },
  {
    routes: ['POST /f/{form}'],
    isPublic: true,
    words: {
      en: 'A lead from a form (HTML form, multipart or JSON) or a form service’s webhook',
      uk: 'Запит із форми (HTML-форма, multipart або JSON) чи вебхук сервісу форм',
      ru: 'Запрос из формы (HTML-форма, multipart или JSON) или вебхук сервиса форм',
    },
  },
  {
    routes: ['POST /leads'],
    isPublic: false,
    words: { en: 'A lead from a program', uk: 'Запит від програми', ru: 'Запрос от программы' },
  },
  {
    routes: ['GET /leads'],
    isPublic: false,
    words: {
      en: 'Leads of a day (?day=2027-03-01), of an owner or in a queue',
      uk: 'Запити дня (?day=2027-03-01), власника або черги',
      ru: 'Запросы дня (?day=2027-03-01), владельца или очереди',
    },
  },
  {
    routes: ['GET /leads/{id}', 'GET /leads/{id}/history'],
    isPublic: false,
    words: {
      en: 'A lead; everything that happened to it, with the reasons',
      uk: 'Запит; усе, що з ним було, з причинами',
      ru: 'Запрос; всё, что с ним было, с причинами',
    },
  },
  {
    routes: ['POST /leads/{id}/activities'],
    isPublic: false,
    words: {
      en: 'Record a call, e-mail, meeting, chat or note; take, close or reopen',
      uk: 'Записати дзвінок, лист, зустріч, чат чи нотатку; взяти, закрити, відкрити знову',
      ru: 'Записать звонок, письмо, встречу, чат или заметку; взять, закрыть, открыть снова',
    },
  },
  {
    routes: ['GET /quarantine', 'POST /quarantine/{id}/restore'],
    isPublic: false,
    words: {
      en: 'What looked like spam; let one of it in',
      uk: 'Те, що схоже на спам; впустити щось із цього',
      ru: 'То, что похоже на спам; впустить что-то из этого',
    },
  },
  {
    routes: [
      'GET /people/{id}/absences',
      'POST /people/{id}/absences',
      'DELETE /people/{id}/absences/{absenceId}',
    ],
    isPublic: false,
    words: {
      en: 'Who gets no new work, and until when',
      uk: 'Хто не отримує нової роботи і до якого часу',
      ru: 'Кто не получает новой работы и до какого времени',
    },
  },
  {
    routes: ['GET /alerts', 'POST /alerts/{id}/acknowledge'],
    isPublic: false,
    words: {
      en: 'What a person must look at',
      uk: 'На що має глянути людина',
      ru: 'На что должен взглянуть человек',
    },
  },
  {
    routes: ['GET /keys', 'POST /keys', 'DELETE /keys/{id}'],
    isPublic: false,
    words: { en: 'What programs call with', uk: 'Ключі програм', ru: 'Ключи программ' },
  },
  {
    routes: ['GET /.well-known/holdfast'],
    isPublic: true,
    words: { en: 'How to sign in here', uk: 'Як тут увійти', ru: 'Как здесь войти' },
  },
]

/** Files of the folder docs, with what each is about. */
const files: [file: string, words: Record<Language, string>][] = [
  [
    'docs/intake.md',
    {
      en: 'what a form or a webhook may send',
      uk: 'що може надіслати форма чи вебхук',
      ru: 'что может прислать форма или вебхук',
    },
  ],
  [
    'docs/access.md',
    { en: 'tokens, keys, who may do what', uk: 'токени, ключі, права', ru: 'токены, ключи, права' },
  ],
  ['docs/rules.md', { en: 'rules by example', uk: 'правила на прикладах', ru: 'правила на примерах' }],
  ['docs/deploy.md', { en: 'running it on AWS', uk: 'запуск на AWS', ru: 'запуск на AWS' }],
]

/** The addresses of the API, and where the whole documentation lies. */
export function renderDocsPage(view: { company: string; language: Language; publicUrl: string }): string {
  const { company, language, publicUrl } = view
  const words = wordsOf[language]
  return renderDocument({
    language,
    title: words.title,
    company,
    translations: translationsOf('/docs'),
    main: html`<h1>${words.title}</h1>
      <p class="intro">${words.intro}</p>
      <dl class="routes">
        ${routeWords.map(
          (row) =>
            html`<div>
              <dt>${row.routes.map((route) => html`<code>${route}</code>`)}</dt>
              <dd>${row.words[language]}${row.isPublic && html` <small>${words.isPublic}</small>`}</dd>
            </div>`,
        )}
      </dl>
      <h2>${words.tryIt}</h2>
      <pre>
curl ${publicUrl}/leads \\
  -H "authorization: Bearer $TOKEN" \\
  -H "content-type: application/json" \\
  -d '{"name": "Ann Smith", "email": "ann@customer.example"}'</pre>
      <h2>${words.more}</h2>
      <p>${words.where}</p>
      <ul>
        ${files.map(([file, about]) => html`<li><code>${file}</code> ${about[language]}</li>`)}
      </ul>
      <p><a class="plain" href="/?lang=${language}">${words.back}</a></p>`,
  })
}

const wordsOf: Record<
  Language,
  Record<'title' | 'intro' | 'isPublic' | 'tryIt' | 'more' | 'where' | 'back', string>
> = {
  en: {
    title: 'The API',
    intro:
      'Whatever is not public wants “Authorization: Bearer …”: the token of a person who signed in, or the key of a program. Errors are problem JSON that say what is wrong and where.',
    isPublic: 'public',
    tryIt: 'Post a lead',
    more: 'Documentation',
    where: 'All of it lies in the folder docs of the project from which this was started or deployed:',
    back: 'Back to the beginning',
  },
  uk: {
    title: 'API',
    intro:
      'Усе, що не публічне, потребує «Authorization: Bearer …»: токена людини, яка увійшла, або ключа програми. Помилки надходять як problem JSON: що не так і де.',
    isPublic: 'публічне',
    tryIt: 'Надіслати запит',
    more: 'Документація',
    where: 'Уся вона лежить у теці docs проєкту, з якого це запущено чи розгорнуто:',
    back: 'На початок',
  },
  ru: {
    title: 'API',
    intro:
      'Всё, что не публично, требует «Authorization: Bearer …»: токена человека, который вошёл, или ключа программы. Ошибки приходят как problem JSON: что не так и где.',
    isPublic: 'публично',
    tryIt: 'Отправить запрос',
    more: 'Документация',
    where: 'Вся она лежит в папке docs проекта, из которого это запущено или развёрнуто:',
    back: 'В начало',
  },
}
