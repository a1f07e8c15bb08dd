import type { Language } from '../model/base.ts'
import type { Submission } from '../model/submission.ts'
import { plural } from './words.ts'

export interface QuarantineWords {
  /** so many submissions, or more than that */
  count: (count: number, more: boolean) => string
  subject: (count: string, fresh: number) => string
  headline: string
  /** what to do */
  task: string
  restore: string
  /** when there are more */
  counted: (count: number) => string
  suspicion: Record<NonNullable<Submission['suspicion']>[number], string>
  noForm: string
  newest: string
  why: string
  watching: (queue: string) => string
  often: (days: number) => string
  open: string
  footer: (company: string) => string
}

export const quarantineWordsOf: Record<Language, QuarantineWords> = {
  en: {
    count: (count, more) =>
      `${more ? 'more than ' : ''}${plural('en', count, { one: 'submission waits', other: 'submissions wait' })}`,
    subject: (count, fresh) => `Quarantine: ${count}${fresh ? `, ${fresh} of them new` : ''}`,
    headline: 'What waits in the quarantine',
    task: 'These submissions looked like those of a program, so they became no lead and nobody was told. Please see whether a customer is among them.',
    restore: 'Whatever you restore becomes a lead at once.',
    counted: (count) => `The newest ${count} are counted here.`,
    suspicion: {
      honeypot: 'filled in a field that people do not see',
      'too-fast': 'sent faster than anybody types',
      unsigned: 'without the right secret or signature of the service',
      flood: 'more from one address than people send',
    },
    noForm: 'without a form',
    newest: 'The newest',
    why: 'Why you get this',
    watching: (queue) => `You watch “${queue}”.`,
    often: (days) =>
      `This comes once on a business day, as long as something waits that is not older than ${days} days.`,
    open: 'See all and restore',
    footer: (company) => `${company}. Nothing in the quarantine is ever deleted.`,
  },
  uk: {
    count: (count, more) =>
      more
        ? `чекає понад ${count} звернень`
        : `${count === 1 ? 'чекає' : 'чекають'} ${plural('uk', count, { one: 'звернення', few: 'звернення', many: 'звернень', other: 'звернення' })}`,
    subject: (count, fresh) => `Карантин: ${count}${fresh ? `, нових: ${fresh}` : ''}`,
    headline: 'Що чекає в карантині',
    task: 'Ці звернення схожі на надіслані програмою, тож запитів із них не створено і нікому про них не сказано. Погляньте, будь ласка, чи немає серед них клієнта.',
    restore: 'Відновлене одразу стає запитом.',
    counted: (count) => `Тут пораховано ${count} найновіших.`,
    suspicion: {
      honeypot: 'заповнено поле, якого люди не бачать',
      'too-fast': 'надіслано швидше, ніж хтось може набрати',
      unsigned: 'без правильного секрету чи підпису сервісу',
      flood: 'з однієї адреси більше, ніж надсилають люди',
    },
    noForm: 'без форми',
    newest: 'Найновіші',
    why: 'Чому це надійшло вам',
    watching: (queue) => `Ви стежите за «${queue}».`,
    often: (days) =>
      `Такий лист надходить раз на робочий день, доки чекає щось, чому не більше ніж ${days} днів.`,
    open: 'Переглянути все й відновити',
    footer: (company) => `${company}. З карантину ніколи нічого не видаляють.`,
  },
  ru: {
    count: (count, more) =>
      more
        ? `ждёт более ${count} обращений`
        : `${count === 1 ? 'ждёт' : 'ждут'} ${plural('ru', count, { one: 'обращение', few: 'обращения', many: 'обращений', other: 'обращения' })}`,
    subject: (count, fresh) => `Карантин: ${count}${fresh ? `, новых: ${fresh}` : ''}`,
    headline: 'Что ждёт в карантине',
    task: 'Эти обращения похожи на присланные программой, поэтому запросов из них не создано и никому о них не сказано. Посмотрите, пожалуйста, нет ли среди них клиента.',
    restore: 'Восстановленное сразу становится запросом.',
    counted: (count) => `Здесь посчитаны ${count} самых новых.`,
    suspicion: {
      honeypot: 'заполнено поле, которого люди не видят',
      'too-fast': 'отправлено быстрее, чем кто-либо может набрать',
      unsigned: 'без верного секрета или подписи сервиса',
      flood: 'с одного адреса больше, чем присылают люди',
    },
    noForm: 'без формы',
    newest: 'Самые новые',
    why: 'Почему это пришло вам',
    watching: (queue) => `Вы следите за «${queue}».`,
    often: (days) => `Такое письмо приходит раз в рабочий день, пока ждёт что-то не старше ${days} дней.`,
    open: 'Посмотреть все и восстановить',
    footer: (company) => `${company}. Из карантина никогда ничего не удаляют.`,
  },
}
