import { plural } from '../../../core/words/words.ts'
import type { ByLanguage } from '../../words/language.ts'

interface Words {
  title: string
  button: string
  from: string
  until: string
  reason: string
  plan: string
  now: string
  today: string
  tomorrow: string
  week: string
  what: string
  stays: (n: number) => string
  nothingStays: string
  order: string
  awayUntil: (when: string) => string
  awayFrom: (from: string, until: string) => string
  comeBack: string
  callOff: string
  change: string
  isBack: string
  isCalledOff: string
  planned: (when: string) => string
  offline: string
  long: string
}

export const words: ByLanguage<Words> = {
  en: {
    title: 'Away until…',
    button: 'Away until…',
    from: 'From',
    until: 'Until',
    reason: 'Reason (others who plan may read it)',
    plan: 'Plan it',
    now: 'now',
    today: 'End of today',
    tomorrow: 'Tomorrow 9:00',
    week: 'Monday 9:00',
    what: 'New work goes to others meanwhile, and reminders go to the manager of the team.',
    stays: (n) =>
      `What is open stays with you (${plural('en', n, { one: 'entry', other: 'entries' })}), unless its process passes it on or somebody takes it.`,
    nothingStays: 'Nothing is open with you now.',
    order: 'The end has to come after the beginning, and be still to come.',
    awayFrom: (from, until) => `Away from ${from} until ${until}`,
    comeBack: 'Come back now',
    callOff: 'Call off',
    change: 'Change',
    isBack: 'You are back. New work comes again.',
    isCalledOff: 'Called off.',
    awayUntil: (when) => `Away until ${when}`,
    planned: (when) => `Planned: away until ${when}`,
    offline: 'No connection: it is not planned.',
    long: 'Yes, it is longer than two years',
  },
  uk: {
    title: 'Немає на роботі до…',
    button: 'Немає до…',
    from: 'Від',
    until: 'До',
    reason: 'Причина (її бачать ті, хто планує)',
    plan: 'Запланувати',
    now: 'зараз',
    today: 'До кінця дня',
    tomorrow: 'Завтра о 9:00',
    week: 'Понеділок, 9:00',
    what: 'Нова робота тим часом надходить іншим, а нагадування отримує керівництво команди.',
    stays: (n) =>
      `Відкрите залишається за вами (${plural('uk', n, { one: 'запис', few: 'записи', many: 'записів', other: 'запису' })}), доки процес не передасть його далі або хтось не візьме.`,
    nothingStays: 'Зараз за вами немає нічого відкритого.',
    order: 'Кінець має бути після початку і ще попереду.',
    awayFrom: (from, until) => `Немає: ${from} – ${until}`,
    comeBack: 'Повернутися зараз',
    callOff: 'Скасувати',
    change: 'Змінити',
    isBack: 'Ви знову на роботі. Нова робота надходитиме.',
    isCalledOff: 'Скасовано.',
    awayUntil: (when) => `Немає до: ${when}`,
    planned: (when) => `Заплановано, до: ${when}`,
    offline: 'Немає з’єднання: не заплановано.',
    long: 'Так, це довше, ніж два роки',
  },
  ru: {
    title: 'Нет на работе до…',
    button: 'Нет до…',
    from: 'С',
    until: 'До',
    reason: 'Причина (её видят те, кто планирует)',
    plan: 'Запланировать',
    now: 'сейчас',
    today: 'До конца дня',
    tomorrow: 'Завтра в 9:00',
    week: 'Понедельник, 9:00',
    what: 'Новая работа тем временем поступает другим, а напоминания получает руководство команды.',
    stays: (n) =>
      `Открытое остаётся за вами (${plural('ru', n, { one: 'запись', few: 'записи', many: 'записей', other: 'записи' })}), пока процесс не передаст его дальше или кто-то не возьмёт.`,
    nothingStays: 'Сейчас за вами нет ничего открытого.',
    order: 'Конец должен быть после начала и ещё впереди.',
    awayFrom: (from, until) => `Нет: ${from} – ${until}`,
    comeBack: 'Вернуться сейчас',
    callOff: 'Отменить',
    change: 'Изменить',
    isBack: 'Вы снова на работе. Новая работа будет приходить.',
    isCalledOff: 'Отменено.',
    awayUntil: (when) => `Нет до: ${when}`,
    planned: (when) => `Запланировано, до: ${when}`,
    offline: 'Нет соединения: не запланировано.',
    long: 'Да, это дольше двух лет',
  },
}
