import type { ByLanguage } from '../../words/language.ts'

interface Words {
  shown: string
  language: string
  theme: string
  themes: Record<'system' | 'light' | 'dark', string>
  times: string
  timesHint: (browser: string) => string
  keys: string
  keysHint: string
  here: string
  absences: string
  noAbsence: string
  absent: string
  takeBack: string
  takenBack: string
  plan: string
  span: (from: string, until: string) => string
  who: string
  roles: string
  noRole: string
  teams: string
  noTeam: string
  company: string
}

export const words: ByLanguage<Words> = {
  en: {
    shown: 'How it is shown',
    language: 'Language',
    theme: 'Light or dark',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
    times: 'Times are those of',
    timesHint: (browser) =>
      `Shown and typed so, as in your e-mails: where your company has you work. This browser is in ${browser}.`,
    keys: 'Single letters do something',
    keysHint: 'Off, for whoever speaks to the machine or hits keys by mistake. Ctrl K stays.',
    here: 'These hold in this browser alone. E-mails come in the language that your company has noted.',
    absences: 'When I am away',
    noAbsence: 'No absence is planned.',
    absent: 'now',
    takeBack: 'Take back',
    takenBack: 'Taken back. New work comes again.',
    plan: 'Away until…',
    span: (from, until) => `${from} – ${until}`,
    who: 'Who I am',
    roles: 'Roles',
    noRole: 'None: you see nothing but your own absences. Whoever runs Holdfast for you can change it.',
    teams: 'Teams',
    noTeam: 'none',
    company: 'Company',
  },
  uk: {
    shown: 'Вигляд',
    language: 'Мова',
    theme: 'Тема',
    themes: { system: 'Як у системі', light: 'Світла', dark: 'Темна' },
    times: 'Час за годинником',
    timesHint: (browser) =>
      `Так його показано й так його вводять, як і в листах: за місцем роботи, яке вказала компанія. Цей браузер живе за іншим часом: ${browser}.`,
    keys: 'Одиночні літери виконують дії',
    keysHint: 'Вимкніть, якщо говорите до комп’ютера або натискаєте клавіші випадково. Ctrl K лишається.',
    here: 'Це діє лише в цьому браузері. Листи надходять мовою, яку вказала ваша компанія.',
    absences: 'Коли мене немає',
    noAbsence: 'Відсутності не заплановано.',
    absent: 'зараз',
    takeBack: 'Скасувати',
    takenBack: 'Скасовано. Нова робота надходить знову.',
    plan: 'Немає до…',
    span: (from, until) => `${from} – ${until}`,
    who: 'Хто я',
    roles: 'Ролі',
    noRole: 'Жодної: вам видно лише власні відсутності. Змінити це може той, хто веде Holdfast у компанії.',
    teams: 'Команди',
    noTeam: 'немає',
    company: 'Компанія',
  },
  ru: {
    shown: 'Вид',
    language: 'Язык',
    theme: 'Тема',
    themes: { system: 'Как в системе', light: 'Светлая', dark: 'Тёмная' },
    times: 'Время по часам',
    timesHint: (browser) =>
      `Так его показывают и так его вводят, как и в письмах: по месту работы, которое указала компания. Этот браузер живёт по другому времени: ${browser}.`,
    keys: 'Одиночные буквы выполняют действия',
    keysHint: 'Выключите, если говорите с компьютером или нажимаете клавиши случайно. Ctrl K остаётся.',
    here: 'Это действует только в этом браузере. Письма приходят на языке, который указала ваша компания.',
    absences: 'Когда меня нет',
    noAbsence: 'Отсутствий не запланировано.',
    absent: 'сейчас',
    takeBack: 'Отменить',
    takenBack: 'Отменено. Новая работа поступает снова.',
    plan: 'Нет до…',
    span: (from, until) => `${from} – ${until}`,
    who: 'Кто я',
    roles: 'Роли',
    noRole:
      'Ни одной: вам видны только свои отсутствия. Изменить это может тот, кто ведёт Holdfast в компании.',
    teams: 'Команды',
    noTeam: 'нет',
    company: 'Компания',
  },
}
