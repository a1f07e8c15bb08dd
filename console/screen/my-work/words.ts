import type { ByLanguage } from '../../words/language.ts'

interface Words {
  groups: Record<'overdue' | 'hour' | 'today' | 'later', string>
  all: string
  nothing: string
  filtered: string
  nothingElse: string
  filteredElse: string
  clear: string
  newLead: string
  intoOther: string
  open: string
  moves: { note: string; move: string; down: string; up: string; call: string; write: string; open: string }
  more: string
  inTime: (n: number, of: number) => string
}

export const words: ByLanguage<Words> = {
  en: {
    groups: { overdue: 'Overdue', hour: 'Next hour', today: 'Later today', later: 'Later' },
    all: 'All',
    nothing: 'Nothing waits for you. New work comes here by itself, and by e-mail.',
    filtered: 'None of this kind waits for you.',
    nothingElse: 'Nothing else waits for you.',
    filteredElse: 'Nothing else of this kind waits for you.',
    clear: 'Show all',
    newLead: 'New lead',
    intoOther: 'Choose something on the left.',
    open: 'Open',
    moves: {
      note: 'Say what was spoken of',
      move: 'to move',
      down: 'Next',
      up: 'Previous',
      call: 'call',
      write: 'write',
      open: 'open',
    },
    more: 'Show more',
    inTime: (n, of) => `${n} of ${of} answered in time today`,
  },
  uk: {
    groups: { overdue: 'Прострочено', hour: 'Протягом години', today: 'Сьогодні', later: 'Пізніше' },
    all: 'Усе',
    nothing: 'На вас нічого не чекає. Нова робота з’явиться тут сама і прийде листом.',
    filtered: 'Нічого такого на вас не чекає.',
    nothingElse: 'Більше нічого на вас не чекає.',
    filteredElse: 'Більше нічого такого на вас не чекає.',
    clear: 'Показати все',
    newLead: 'Новий запит',
    intoOther: 'Виберіть щось ліворуч.',
    open: 'Відкрити',
    moves: {
      note: 'Записати розмову',
      move: 'перейти',
      down: 'Наступне',
      up: 'Попереднє',
      call: 'дзвінок',
      write: 'лист',
      open: 'відкрити',
    },
    more: 'Показати ще',
    inTime: (n, of) => `${n} з ${of} сьогодні вчасно`,
  },
  ru: {
    groups: { overdue: 'Просрочено', hour: 'В течение часа', today: 'Сегодня', later: 'Позже' },
    all: 'Всё',
    nothing: 'Вас ничего не ждёт. Новая работа появится здесь сама и придёт письмом.',
    filtered: 'Ничего такого вас не ждёт.',
    nothingElse: 'Больше вас ничего не ждёт.',
    filteredElse: 'Больше ничего такого вас не ждёт.',
    clear: 'Показать всё',
    newLead: 'Новый запрос',
    intoOther: 'Выберите что-нибудь слева.',
    open: 'Открыть',
    moves: {
      note: 'Записать разговор',
      move: 'перейти',
      down: 'Следующее',
      up: 'Предыдущее',
      call: 'звонок',
      write: 'письмо',
      open: 'открыть',
    },
    more: 'Показать ещё',
    inTime: (n, of) => `${n} из ${of} сегодня вовремя`,
  },
}
