import type { Language } from '../record/id.ts'
import type { FaultCode } from '../record/fault.ts'
import { renderDocument } from './document.ts'
import { html } from './markup.ts'

export interface ProblemView {
  code: FaultCode
  status: number
  /** in English, for who mends it */
  detail: string
  where?: string | undefined
  /** number of the request, to ask about */
  instance: string
}

/** A refused request as a person can read it: what is wrong, what to do, and that nothing they typed is gone. */
export function renderProblemPage(problem: ProblemView, language: Language, company: string): string {
  const words = wordsOf[language]
  const [title, advice] = words[kindOf(problem.code)]
  return renderDocument({
    language,
    title,
    company,
    main: html`<svg class="mark warn" viewBox="0 0 48 48" aria-hidden="true">
        <circle cx="24" cy="24" r="22" fill="currentColor" opacity=".14" />
        <path d="M24 13v14" stroke="currentColor" stroke-width="3.5" stroke-linecap="round" />
        <circle cx="24" cy="34" r="2.4" fill="currentColor" />
      </svg>
      <h1>${title}</h1>
      <p class="intro">${advice}</p>
      <div class="facts">
        <p lang="en">${problem.status}: ${problem.detail}${problem.where && ` (${problem.where})`}</p>
        <p>${words.number}: ${problem.instance}</p>
      </div>`,
  })
}

type Kind = 'invalid' | 'unknown' | 'method' | 'large' | 'unsupported' | 'again' | 'access' | 'failed'

const kinds: Partial<Record<FaultCode, Kind>> = {
  'input.invalid': 'invalid',
  'key.reused': 'invalid',
  'auth.missing': 'access',
  'auth.forbidden': 'access',
  'record.unknown': 'unknown',
  'form.unknown': 'unknown',
  'route.unknown': 'unknown',
  'method.refused': 'method',
  'record.changed': 'again',
  'body.too-large': 'large',
  'body.unsupported': 'unsupported',
  'request.throttled': 'again',
  'store.unavailable': 'again',
}

const kindOf = (code: FaultCode): Kind => kinds[code] ?? 'failed'

const wordsOf: Record<Language, Record<Kind, [title: string, advice: string]> & { number: string }> = {
  en: {
    invalid: [
      'Something is missing or unreadable',
      'Go back: what you typed is still in the form. Please fill in how we can reach you or what it is about, and send it again.',
    ],
    unknown: ['There is nothing at this address', 'Please check the address, or ask whoever gave it to you.'],
    method: ['This address takes forms only', 'Please open the form itself and send it from there.'],
    large: [
      'This is too much at once',
      'Go back: what you typed is still there. Please shorten it and send the rest by e-mail.',
    ],
    unsupported: ['We cannot read this kind of file', 'Please use the form on our site.'],
    again: [
      'Please try again in a moment',
      'Go back and send it once more; what you typed is still in the form.',
    ],
    access: ['You need to sign in for this', 'Please sign in with an account that may see it.'],
    failed: [
      'Something went wrong on our side',
      'It has been recorded. Please go back and try again; what you typed is still in the form.',
    ],
    number: 'Number to ask about',
  },
  uk: {
    invalid: [
      'Чогось бракує або не вдалося прочитати',
      'Поверніться назад: усе, що ви написали, лишилося у формі. Вкажіть, як з вами зв’язатися або про що йдеться, і надішліть ще раз.',
    ],
    unknown: ['За цією адресою нічого немає', 'Перевірте адресу або спитайте того, хто її дав.'],
    method: ['Ця адреса лише приймає форми', 'Відкрийте саму форму й надішліть її звідти.'],
    large: [
      'Забагато за один раз',
      'Поверніться назад: усе, що ви написали, на місці. Скоротіть текст, а решту надішліть поштою.',
    ],
    unsupported: ['Ми не можемо прочитати такий файл', 'Скористайтеся формою на нашому сайті.'],
    again: [
      'Спробуйте, будь ласка, ще раз за мить',
      'Поверніться назад і надішліть ще раз; усе, що ви написали, лишилося у формі.',
    ],
    access: ['Для цього потрібно увійти', 'Увійдіть з обліковим записом, який має доступ.'],
    failed: [
      'Щось пішло не так на нашому боці',
      'Ми про це вже знаємо. Поверніться назад і спробуйте ще раз; усе, що ви написали, лишилося у формі.',
    ],
    number: 'Номер для запитання',
  },
  ru: {
    invalid: [
      'Чего-то не хватает или не удалось прочитать',
      'Вернитесь назад: всё, что вы написали, осталось в форме. Укажите, как с вами связаться или о чём речь, и отправьте ещё раз.',
    ],
    unknown: ['По этому адресу ничего нет', 'Проверьте адрес или спросите того, кто его дал.'],
    method: ['Этот адрес только принимает формы', 'Откройте саму форму и отправьте её оттуда.'],
    large: [
      'Слишком много за один раз',
      'Вернитесь назад: всё, что вы написали, на месте. Сократите текст, а остальное пришлите почтой.',
    ],
    unsupported: ['Мы не можем прочитать такой файл', 'Воспользуйтесь формой на нашем сайте.'],
    again: [
      'Попробуйте, пожалуйста, ещё раз чуть позже',
      'Вернитесь назад и отправьте ещё раз; всё, что вы написали, осталось в форме.',
    ],
    access: ['Для этого нужно войти', 'Войдите с учётной записью, у которой есть доступ.'],
    failed: [
      'Что-то пошло не так на нашей стороне',
      'Мы об этом уже знаем. Вернитесь назад и попробуйте ещё раз; всё, что вы написали, осталось в форме.',
    ],
    number: 'Номер для вопроса',
  },
}
