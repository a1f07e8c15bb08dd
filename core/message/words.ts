import { pluralRules } from './format.ts'
import type { Language } from '../model/base.ts'
import type { Lead } from '../model/lead.ts'
import type { LeadTemplate, MessageReason } from '../model/message.ts'

/** What a sentence may need. Texts are ready to be read: names calm, times in the reader's zone. */
export interface Said {
  /** the customer */
  who: string
  /** the time promised for the first answer */
  promised?: string | undefined
  /** until when the reader must act */
  due?: string | undefined
  /** who has the lead; absent when the reader has, or nobody */
  owner?: string | undefined
  previousOwner?: string | undefined
  team?: string | undefined
  queue?: string | undefined
  absentUntil?: string | undefined
  level?: number | undefined
  /** the customer of the lead, when somebody else wrote: as `who` */
  leadOf?: string | undefined
  /** `who` wrote about this lead for the first time */
  isNew?: boolean | undefined
  /** another open lead that shares an address with this one, and who looks after it */
  otherLead?: string | undefined
  otherHolder?: string | undefined
  /** what was written belongs to that one */
  elsewhere?: boolean | undefined
  /** why a lead stays though its route is another now */
  because?: 'answered' | 'taken' | undefined
}

type Sentence = (said: Said) => string

export interface Words {
  subject: Record<LeadTemplate, Sentence>
  headline: Record<LeadTemplate, Sentence>
  /** what to do, and until when */
  task: Record<LeadTemplate, Sentence>
  reason: Record<MessageReason, Sentence>
  rule: (table: string, row: string) => string
  level: (level: number) => string
  /** of an e-mail that had to wait: when it was written */
  late: (written: string) => string
  /** under a message that is longer than what a lead keeps */
  cut: string
  /** under what was also sent when it is more than a lead keeps */
  alsoCut: string
  /** why a merge is told */
  merged: Sentence
  /** what a merge changes about the route; absent owner: the reader */
  route: Record<'again' | 'stays', Sentence>
  /** a value that was another one before */
  before: (value: string, before: string) => string
  nobody: string
  labels: Record<
    | 'name'
    | 'company'
    | 'email'
    | 'phone'
    | 'country'
    | 'employees'
    | 'budget'
    | 'product'
    | 'language'
    | 'channel'
    | 'page'
    | 'campaign'
    | 'promised'
    | 'due'
    | 'owner'
    | 'message'
    | 'also'
    | 'news'
    | 'alsoWrote'
    | 'why'
    | 'number',
    string
  >
  channel: Record<Lead['channel'], string>
  open: string
  footer: (company: string) => string
}

/** Picks the form that a number asks for: one, few, many. */
export function plural(
  language: Language,
  count: number,
  forms: Partial<Record<Intl.LDMLPluralRule, string>>,
): string {
  return `${count} ${forms[pluralRules(language).select(count)] ?? forms.other ?? ''}`
}

const join = (...sentences: (string | false | undefined)[]): string => sentences.filter(Boolean).join(' ')

export const wordsOf: Record<Language, Words> = {
  en: {
    subject: {
      'lead-assigned': ({ who, due }) => `New lead: ${who}${due ? `, answer by ${due}` : ''}`,
      'lead-reminder': ({ who }) => `Still waiting for your answer: ${who}`,
      'lead-overdue': ({ who }) => `Not answered in time: ${who}`,
      'lead-reassigned': ({ who, due }) => `Yours now: ${who}${due ? `, answer by ${due}` : ''}`,
      'lead-queued': ({ who }) => `Nobody has this lead: ${who}`,
      'lead-merged': ({ who, leadOf, isNew, elsewhere }) => {
        if (elsewhere) return `Wrote about another lead: ${who}`
        if (!leadOf) return `Wrote again: ${who}`
        return `${isNew ? 'Another person wrote' : 'Wrote again'}: ${who} (lead of ${leadOf})`
      },
      'lead-raised': ({ who }) => `Needs you: ${who}`,
    },
    headline: {
      'lead-assigned': () => 'A new lead for you',
      'lead-reminder': ({ who }) => `${who} is still waiting`,
      'lead-overdue': ({ who }) => `${who} was not answered in time`,
      'lead-reassigned': () => 'This lead is yours now',
      'lead-queued': () => 'A lead that nobody has',
      'lead-merged': ({ who, leadOf, isNew, elsewhere }) => {
        if (elsewhere) return `${who} wrote about another lead`
        return leadOf && isNew ? `${who} wrote, another person than ${leadOf}` : `${who} wrote again`
      },
      'lead-raised': () => 'A lead that needs you',
    },
    task: {
      'lead-assigned': ({ due }) => (due ? `Please answer by ${due}.` : 'Please answer soon.'),
      'lead-reminder': ({ promised, due }) =>
        join(
          promised && `The answer was promised by ${promised}.`,
          'Please call or write now.',
          due && `Next step, ${due}: your manager is told, and a colleague gets the lead.`,
        ),
      'lead-overdue': ({ promised, owner, due }) =>
        join(
          promised && `The answer was promised by ${promised}.`,
          owner && `The lead is with ${owner} now${due ? `, to be answered by ${due}` : ''}.`,
          'Please see to it that somebody answers.',
        ),
      'lead-reassigned': ({ due }) => (due ? `Please answer by ${due}.` : 'Please answer now.'),
      'lead-queued': ({ queue, due }) =>
        join(
          queue && `It lies in “${queue}”.`,
          `Please take it or give it to somebody${due ? ` by ${due}` : ''}.`,
        ),
      'lead-merged': ({ who, leadOf, owner, otherLead, otherHolder, elsewhere }) => {
        const other = `lead ${otherLead}${otherHolder ? ` (${otherHolder})` : ''}`
        if (elsewhere)
          return `It belongs to ${other}, but the phone number that was given is that of this lead. Please agree who answers.`
        return join(
          leadOf
            ? `${who} shares a phone number or mailbox with ${leadOf}, so it belongs to the lead of ${leadOf}. Please answer ${who}: name and address below are theirs.`
            : 'What is new stands first below. It belongs to the lead that is there already.',
          owner && `The lead is with ${owner}.`,
          otherLead && `The phone number is also that of ${other}; please agree who answers.`,
        )
      },
      'lead-raised': ({ owner, queue }) =>
        join(owner && `It is with ${owner}.`, queue && `It lies in “${queue}”.`, 'Please look at it now.'),
    },
    reason: {
      turn: ({ team }) => `It was your turn${team ? ` in “${team}”` : ''}.`,
      'same-team': () => 'What the customer said since changes how urgent it is; the lead stays with you.',
      'nobody-else': () => 'Nobody else of the team is available, so the lead stays where it is.',
      'nobody-available': ({ team }) => `Nobody of ${team ? `“${team}”` : 'the team'} is available.`,
      'owner-absent': ({ owner, absentUntil }) =>
        `${owner ?? 'The owner'} is away${absentUntil ? ` until ${absentUntil}` : ''}.`,
      'no-answer': ({ previousOwner }) =>
        previousOwner
          ? `${previousOwner} had the lead and recorded no answer in time.`
          : 'No answer was recorded in time.',
      'last-level': () => 'Reminder, manager and a second colleague: none of them brought an answer.',
      'not-taken': () => 'Nobody took it out of the queue in time.',
      'follow-up-overdue': () => 'The next step that was planned is overdue.',
      'not-routed': () => 'No workflow took it up, so nobody got it.',
      'run-failed': () => 'The workflow that looked after it has failed.',
    },
    rule: (table, row) => `Rule “${table}”, row “${row}”`,
    level: (level) =>
      `Raised ${plural('en', level, { one: 'time', other: 'times' })} since the last contact.`,
    cut: 'The message is longer: this is its beginning. All of it is in the history of the lead, as it was sent; the button above shows how to read it.',
    alsoCut:
      'More was sent than stands here. All of it is in the history of the lead, as it was sent; the button above shows how to read it.',
    merged: ({ owner }) =>
      owner
        ? 'The customer is known by e-mail or phone, and the open lead is in your team.'
        : 'The customer is known by e-mail or phone, and the open lead is with you.',
    route: {
      again: ({ team }) =>
        `What is new gives the lead another route${team ? `, to “${team}”` : ''}. It is being assigned again; whoever has it then is told.`,
      stays: ({ team, because }) =>
        `What is new would give the lead another route${team ? `, to “${team}”` : ''}. It stays where it is, because it was ${because ?? 'answered'}.`,
    },
    before: (value, before) => `${value} (before: ${before})`,
    late: (written) => `This e-mail is late: it is of ${written}, and could not be sent before.`,
    nobody: 'Somebody without a name',
    labels: {
      name: 'Name',
      company: 'Company',
      email: 'E-mail',
      phone: 'Phone',
      country: 'Country',
      employees: 'Employees',
      budget: 'Budget',
      product: 'Product',
      language: 'Language',
      channel: 'Came by',
      page: 'From the page',
      campaign: 'Campaign',
      promised: 'Promised by',
      due: 'Act by',
      owner: 'With',
      message: 'Message',
      also: 'Also sent',
      news: 'What is new',
      alsoWrote: 'Also wrote',
      why: 'Why you get this',
      number: 'Lead',
    },
    channel: {
      'web-form': 'web form',
      api: 'interface',
      phone: 'phone',
      email: 'e-mail',
      chat: 'chat',
      social: 'social network',
      event: 'event',
      pos: 'point of sale',
    },
    open: 'Answer and record it',
    footer: (company) => `${company}. Reminders stop as soon as a call, e-mail, meeting or chat is recorded.`,
  },
  uk: {
    subject: {
      'lead-assigned': ({ who, due }) => `Новий запит: ${who}${due ? `, відповісти до ${due}` : ''}`,
      'lead-reminder': ({ who }) => `Досі чекає на вашу відповідь: ${who}`,
      'lead-overdue': ({ who }) => `Немає вчасної відповіді: ${who}`,
      'lead-reassigned': ({ who, due }) => `Тепер ваш запит: ${who}${due ? `, відповісти до ${due}` : ''}`,
      'lead-queued': ({ who }) => `Запит ні в кого: ${who}`,
      'lead-merged': ({ who, leadOf, isNew, elsewhere }) => {
        if (elsewhere) return `Звернення до іншого запиту: ${who}`
        if (!leadOf) return `Нове звернення: ${who}`
        return `${isNew ? 'Написала інша людина' : 'Нове звернення'}: ${who} (запит: ${leadOf})`
      },
      'lead-raised': ({ who }) => `Потрібна ваша увага: ${who}`,
    },
    headline: {
      'lead-assigned': () => 'Новий запит для вас',
      'lead-reminder': ({ who }) => `Досі чекає на відповідь: ${who}`,
      'lead-overdue': ({ who }) => `Вчасної відповіді не було: ${who}`,
      'lead-reassigned': () => 'Тепер цей запит ваш',
      'lead-queued': () => 'Запит, якого ніхто не має',
      'lead-merged': ({ who, leadOf, isNew, elsewhere }) => {
        if (elsewhere) return `Звернення до іншого запиту: ${who}`
        return leadOf && isNew
          ? `Написала інша людина: ${who}, а не ${leadOf}`
          : `Нове звернення від клієнта: ${who}`
      },
      'lead-raised': () => 'Запит, який потребує вас',
    },
    task: {
      'lead-assigned': ({ due }) =>
        due ? `Дайте, будь ласка, відповідь до ${due}.` : 'Дайте, будь ласка, відповідь якнайшвидше.',
      'lead-reminder': ({ promised, due }) =>
        join(
          promised && `Відповідь обіцяно до ${promised}.`,
          'Зателефонуйте або напишіть зараз.',
          due && `Наступний крок, ${due}: про це дізнається керівник, а запит отримає колега.`,
        ),
      'lead-overdue': ({ promised, owner, due }) =>
        join(
          promised && `Відповідь обіцяно до ${promised}.`,
          owner && `Зараз запит має ${owner}${due ? `, відповісти слід до ${due}` : ''}.`,
          'Подбайте, будь ласка, щоб хтось відповів.',
        ),
      'lead-reassigned': ({ due }) =>
        due ? `Дайте, будь ласка, відповідь до ${due}.` : 'Дайте, будь ласка, відповідь зараз.',
      'lead-queued': ({ queue, due }) =>
        join(
          queue && `Він лежить у черзі «${queue}».`,
          `Візьміть його або передайте комусь${due ? ` до ${due}` : ''}.`,
        ),
      'lead-merged': ({ who, leadOf, owner, otherLead, otherHolder, elsewhere }) => {
        const other = `запит ${otherLead}${otherHolder ? ` (${otherHolder})` : ''}`
        if (elsewhere)
          return `Нове належить до іншого: ${other}. Але вказано номер телефону з цього запиту. Домовтеся, будь ласка, хто відповідає.`
        return join(
          leadOf
            ? `Спільний телефон або скринька: ${who} і ${leadOf}. Тому нове належить до запиту, де клієнт ${leadOf}. Відповідайте, будь ласка, за адресою нижче: там указано, хто написав.`
            : 'Нове стоїть нижче першим. Воно належить до запиту, який уже є.',
          owner && `Запит має ${owner}.`,
          otherLead && `Той самий номер телефону має ${other}; домовтеся, будь ласка, хто відповідає.`,
        )
      },
      'lead-raised': ({ owner, queue }) =>
        join(
          owner && `Його має ${owner}.`,
          queue && `Він лежить у черзі «${queue}».`,
          'Подивіться, будь ласка, зараз.',
        ),
    },
    reason: {
      turn: ({ team }) => `Була ваша черга${team ? ` в команді «${team}»` : ''}.`,
      'same-team': () => 'Нові відомості від клієнта змінюють терміновість; запит лишається у вас.',
      'nobody-else': () => 'Більше нікого з команди зараз немає, тож запит лишається на місці.',
      'nobody-available': ({ team }) => `Зараз немає нікого з команди${team ? ` «${team}»` : ''}.`,
      'owner-absent': ({ owner, absentUntil }) =>
        `Відповідального зараз немає${owner ? ` (${owner})` : ''}${absentUntil ? `, до ${absentUntil}` : ''}.`,
      'no-answer': ({ previousOwner }) =>
        previousOwner
          ? `Запит мав ${previousOwner}; вчасної відповіді не записано.`
          : 'Вчасної відповіді не записано.',
      'last-level': () => 'Нагадування, керівник і другий колега не дали відповіді.',
      'not-taken': () => 'Ніхто вчасно не взяв його з черги.',
      'follow-up-overdue': () => 'Запланований наступний крок прострочено.',
      'not-routed': () => 'Жоден процес його не підхопив, тож він нікому не дістався.',
      'run-failed': () => 'Процес, який за ним стежив, завершився з помилкою.',
    },
    rule: (table, row) => `Правило «${table}», рядок «${row}»`,
    level: (level) =>
      `Нагадано ${plural('uk', level, { one: 'раз', few: 'рази', many: 'разів', other: 'раза' })} після останнього контакту.`,
    cut: 'Повідомлення довше: це його початок. Увесь текст, як його надіслано, є в історії запиту; кнопка вгорі покаже, як її прочитати.',
    alsoCut:
      'Надіслано більше, ніж тут показано. Усе, як його надіслано, є в історії запиту; кнопка вгорі покаже, як її прочитати.',
    merged: ({ owner }) =>
      owner
        ? 'Клієнта впізнано за поштою або телефоном, а відкритий запит у вашій команді.'
        : 'Клієнта впізнано за поштою або телефоном, а відкритий запит у вас.',
    route: {
      again: ({ team }) =>
        `Через нові відомості запит має інший шлях${team ? `: команда «${team}»` : ''}. Його призначають знову; хто його отримає, дізнається про це.`,
      stays: ({ team, because }) =>
        `За новими відомостями запит мав би інший шлях${team ? `: команда «${team}»` : ''}. Він лишається на місці, бо ${because === 'taken' ? 'його вже взято' : 'на нього вже відповіли'}.`,
    },
    before: (value, before) => `${value} (раніше: ${before})`,
    late: (written) => `Цей лист запізнився: він від ${written}, і раніше його не можна було надіслати.`,
    nobody: 'Хтось без імені',
    labels: {
      name: 'Ім’я',
      company: 'Компанія',
      email: 'Пошта',
      phone: 'Телефон',
      country: 'Країна',
      employees: 'Працівників',
      budget: 'Бюджет',
      product: 'Продукт',
      language: 'Мова',
      channel: 'Звідки',
      page: 'Сторінка',
      campaign: 'Кампанія',
      promised: 'Обіцяно до',
      due: 'Діяти до',
      owner: 'Має запит',
      message: 'Повідомлення',
      also: 'Також надіслано',
      news: 'Що нового',
      alsoWrote: 'Також пише',
      why: 'Чому це надійшло вам',
      number: 'Запит',
    },
    channel: {
      'web-form': 'форма на сайті',
      api: 'інтерфейс',
      phone: 'телефон',
      email: 'пошта',
      chat: 'чат',
      social: 'соцмережа',
      event: 'подія',
      pos: 'точка продажу',
    },
    open: 'Відповісти й записати',
    footer: (company) =>
      `${company}. Нагадування припиняються, щойно записано дзвінок, лист, зустріч або чат.`,
  },
  ru: {
    subject: {
      'lead-assigned': ({ who, due }) => `Новый запрос: ${who}${due ? `, ответить до ${due}` : ''}`,
      'lead-reminder': ({ who }) => `Всё ещё ждёт вашего ответа: ${who}`,
      'lead-overdue': ({ who }) => `Нет ответа вовремя: ${who}`,
      'lead-reassigned': ({ who, due }) => `Теперь ваш запрос: ${who}${due ? `, ответить до ${due}` : ''}`,
      'lead-queued': ({ who }) => `Запрос ни у кого: ${who}`,
      'lead-merged': ({ who, leadOf, isNew, elsewhere }) => {
        if (elsewhere) return `Обращение к другому запросу: ${who}`
        if (!leadOf) return `Новое обращение: ${who}`
        return `${isNew ? 'Написал другой человек' : 'Новое обращение'}: ${who} (запрос: ${leadOf})`
      },
      'lead-raised': ({ who }) => `Нужно ваше внимание: ${who}`,
    },
    headline: {
      'lead-assigned': () => 'Новый запрос для вас',
      'lead-reminder': ({ who }) => `Всё ещё ждёт ответа: ${who}`,
      'lead-overdue': ({ who }) => `Ответа вовремя не было: ${who}`,
      'lead-reassigned': () => 'Теперь этот запрос ваш',
      'lead-queued': () => 'Запрос, которого нет ни у кого',
      'lead-merged': ({ who, leadOf, isNew, elsewhere }) => {
        if (elsewhere) return `Обращение к другому запросу: ${who}`
        return leadOf && isNew
          ? `Написал другой человек: ${who}, а не ${leadOf}`
          : `Новое обращение от клиента: ${who}`
      },
      'lead-raised': () => 'Запрос, которому нужны вы',
    },
    task: {
      'lead-assigned': ({ due }) =>
        due ? `Ответьте, пожалуйста, до ${due}.` : 'Ответьте, пожалуйста, как можно скорее.',
      'lead-reminder': ({ promised, due }) =>
        join(
          promised && `Ответ обещан до ${promised}.`,
          'Позвоните или напишите сейчас.',
          due && `Следующий шаг, ${due}: об этом узнает руководитель, а запрос получит коллега.`,
        ),
      'lead-overdue': ({ promised, owner, due }) =>
        join(
          promised && `Ответ обещан до ${promised}.`,
          owner && `Сейчас запрос у коллеги: ${owner}${due ? `, ответить нужно до ${due}` : ''}.`,
          'Позаботьтесь, пожалуйста, чтобы кто-нибудь ответил.',
        ),
      'lead-reassigned': ({ due }) =>
        due ? `Ответьте, пожалуйста, до ${due}.` : 'Ответьте, пожалуйста, сейчас.',
      'lead-queued': ({ queue, due }) =>
        join(
          queue && `Он лежит в очереди «${queue}».`,
          `Возьмите его или передайте кому-нибудь${due ? ` до ${due}` : ''}.`,
        ),
      'lead-merged': ({ who, leadOf, owner, otherLead, otherHolder, elsewhere }) => {
        const other = `запрос ${otherLead}${otherHolder ? ` (${otherHolder})` : ''}`
        if (elsewhere)
          return `Новое относится к другому: ${other}. Но указан номер телефона из этого запроса. Договоритесь, пожалуйста, кто отвечает.`
        return join(
          leadOf
            ? `Общий телефон или ящик: ${who} и ${leadOf}. Поэтому новое относится к запросу, где клиент ${leadOf}. Ответьте, пожалуйста, по адресу ниже: там указано, кто написал.`
            : 'Новое стоит ниже первым. Оно относится к запросу, который уже есть.',
          owner && `Запрос у коллеги: ${owner}.`,
          otherLead && `Тот же номер телефона имеет ${other}; договоритесь, пожалуйста, кто отвечает.`,
        )
      },
      'lead-raised': ({ owner, queue }) =>
        join(
          owner && `Он у коллеги: ${owner}.`,
          queue && `Он лежит в очереди «${queue}».`,
          'Посмотрите, пожалуйста, сейчас.',
        ),
    },
    reason: {
      turn: ({ team }) => `Была ваша очередь${team ? ` в команде «${team}»` : ''}.`,
      'same-team': () => 'Новые сведения от клиента меняют срочность; запрос остаётся у вас.',
      'nobody-else': () => 'Больше никого из команды сейчас нет, поэтому запрос остаётся на месте.',
      'nobody-available': ({ team }) => `Сейчас нет никого из команды${team ? ` «${team}»` : ''}.`,
      'owner-absent': ({ owner, absentUntil }) =>
        `Ответственного сейчас нет${owner ? ` (${owner})` : ''}${absentUntil ? `, до ${absentUntil}` : ''}.`,
      'no-answer': ({ previousOwner }) =>
        previousOwner
          ? `Запрос был у коллеги (${previousOwner}); ответ вовремя не записан.`
          : 'Ответ вовремя не записан.',
      'last-level': () => 'Напоминание, руководитель и второй коллега ответа не дали.',
      'not-taken': () => 'Никто вовремя не взял его из очереди.',
      'follow-up-overdue': () => 'Запланированный следующий шаг просрочен.',
      'not-routed': () => 'Ни один процесс его не подхватил, поэтому он никому не достался.',
      'run-failed': () => 'Процесс, который за ним следил, завершился с ошибкой.',
    },
    rule: (table, row) => `Правило «${table}», строка «${row}»`,
    level: (level) =>
      `Напоминали ${plural('ru', level, { one: 'раз', few: 'раза', many: 'раз', other: 'раза' })} после последнего контакта.`,
    cut: 'Сообщение длиннее: это его начало. Весь текст, как он был прислан, есть в истории запроса; кнопка вверху покажет, как её прочитать.',
    alsoCut:
      'Прислано больше, чем здесь показано. Всё, как оно было прислано, есть в истории запроса; кнопка вверху покажет, как её прочитать.',
    merged: ({ owner }) =>
      owner
        ? 'Клиент узнан по почте или телефону, а открытый запрос в вашей команде.'
        : 'Клиент узнан по почте или телефону, а открытый запрос у вас.',
    route: {
      again: ({ team }) =>
        `Из-за новых сведений у запроса другой путь${team ? `: команда «${team}»` : ''}. Его назначают снова; кто его получит, узнает об этом.`,
      stays: ({ team, because }) =>
        `По новым сведениям у запроса был бы другой путь${team ? `: команда «${team}»` : ''}. Он остаётся на месте, потому что ${because === 'taken' ? 'его уже взяли' : 'на него уже ответили'}.`,
    },
    before: (value, before) => `${value} (раньше: ${before})`,
    late: (written) => `Это письмо опоздало: оно от ${written}, и раньше его нельзя было отправить.`,
    nobody: 'Кто-то без имени',
    labels: {
      name: 'Имя',
      company: 'Компания',
      email: 'Почта',
      phone: 'Телефон',
      country: 'Страна',
      employees: 'Сотрудников',
      budget: 'Бюджет',
      product: 'Продукт',
      language: 'Язык',
      channel: 'Откуда',
      page: 'Страница',
      campaign: 'Кампания',
      promised: 'Обещано до',
      due: 'Действовать до',
      owner: 'Запрос у',
      message: 'Сообщение',
      also: 'Также прислано',
      news: 'Что нового',
      alsoWrote: 'Также пишет',
      why: 'Почему это пришло вам',
      number: 'Запрос',
    },
    channel: {
      'web-form': 'форма на сайте',
      api: 'интерфейс',
      phone: 'телефон',
      email: 'почта',
      chat: 'чат',
      social: 'соцсеть',
      event: 'событие',
      pos: 'точка продаж',
    },
    open: 'Ответить и записать',
    footer: (company) =>
      `${company}. Напоминания прекращаются, как только записан звонок, письмо, встреча или чат.`,
  },
}
