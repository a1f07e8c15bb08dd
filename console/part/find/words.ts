import type { ByLanguage } from '../../words/language.ts'

interface Words {
  what: string
  hint: string
  nothing: (text: string) => string
  because: (field: string) => string
  like: (field: string) => string
  actions: string
  go: (screen: string) => string
  all: (text: string) => string
  light: string
  dark: string
  asSystem: string
  searching: string
  everything: string
  keysOff: string
  nothingPressed: string
}

export const words: ByLanguage<Words> = {
  en: {
    what: 'Name, e-mail, part of a number, or what to do',
    hint: 'A name, an e-mail address, a part of a telephone number: typos do not matter, nor does the script.',
    nothing: (text) => `Nothing that you may see has “${text}”.`,
    because: (field) => `by ${field}`,
    like: (field) => `${field} sounds like it`,
    actions: 'To do',
    go: (screen) => `Go to: ${screen}`,
    all: (text) => `All that has “${text}”`,
    light: 'Light',
    dark: 'Dark',
    asSystem: 'Light or dark as the system says',
    searching: 'Searching…',
    everything: 'All',
    keysOff: 'Single letters are switched off in the settings.',
    nothingPressed: 'This page has no keys of its own.',
  },
  uk: {
    what: 'Ім’я, пошта, частина номера або що зробити',
    hint: 'Ім’я, адреса пошти, частина номера телефону: помилки не заважають, письмо теж.',
    nothing: (text) => `Серед того, що вам видно, «${text}» ніде немає.`,
    because: (field) => `збіг: ${field}`,
    like: (field) => `схоже: ${field}`,
    actions: 'Дії',
    go: (screen) => `Перейти: ${screen}`,
    all: (text) => `Усе, де є «${text}»`,
    light: 'Світла тема',
    dark: 'Темна тема',
    asSystem: 'Тема як у системі',
    searching: 'Шукаємо…',
    everything: 'Усе',
    keysOff: 'Одиночні літери вимкнено в налаштуваннях.',
    nothingPressed: 'У цієї сторінки немає власних клавіш.',
  },
  ru: {
    what: 'Имя, почта, часть номера или что сделать',
    hint: 'Имя, адрес почты, часть номера телефона: опечатки не мешают, письмо тоже.',
    nothing: (text) => `Среди того, что вам видно, «${text}» нигде нет.`,
    because: (field) => `совпадение: ${field}`,
    like: (field) => `похоже: ${field}`,
    actions: 'Действия',
    go: (screen) => `Перейти: ${screen}`,
    all: (text) => `Всё, где есть «${text}»`,
    light: 'Светлая тема',
    dark: 'Тёмная тема',
    asSystem: 'Тема как в системе',
    searching: 'Ищем…',
    everything: 'Всё',
    keysOff: 'Одиночные буквы выключены в настройках.',
    nothingPressed: 'У этой страницы нет своих клавиш.',
  },
}
