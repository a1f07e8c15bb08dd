import type { ByLanguage } from '../../words/language.ts'

interface Words {
  facets: Record<'all' | 'talk' | 'work' | 'moves' | 'consents', string>
  tabs: Record<'now' | 'history' | 'facts', string>
  tabsOf: string
  search: string
  newestFirst: string
  older: string
  nothingYet: string
  nothingOfIt: string
  everything: string
  facts: string
  computed: string
  kept: string
  record: string
  change: (field: string) => string
  empty: (n: number) => string
  fewer: string
  contacts: string
  noContacts: string
  open: string
  noOpen: string
  openCut: string
  consents: string
  noConsents: string
  consent: string
  since: (when: string) => string
  new: string
  newOf: (kind: string) => string
  create: string
  do: string
  take: string
  taken: string
  more: string
  onlyFrom: (states: string) => string
  owner: string
  queue: string
  waiting: string
  done: (what: string) => string
  conflict: string
  conflictOf: (field: string) => string
  theirs: string
  mine: string
  keepTheirs: string
  putMine: string
  offline: string
  automatic: string
  state: Record<'given' | 'withdrawn', string>
  channel: string
  purpose: string
  how: string
  stateOf: string
  keys: { tell: string; back: string }
}

export const words: ByLanguage<Words> = {
  en: {
    facets: { all: 'Everything', talk: 'Talk', work: 'Work', moves: 'Moves', consents: 'Consents' },
    tabs: { now: 'Now', history: 'History', facts: 'Facts' },
    tabsOf: 'Parts of the page',
    search: 'Search',
    newestFirst: 'Newest first',
    older: 'Older',
    nothingYet: 'Nothing has happened yet. What is told below stands here.',
    nothingOfIt: 'Nothing of this kind.',
    everything: 'Show everything',
    facts: 'Facts',
    computed: 'Computed',
    kept: 'Record',
    record: 'Number',
    change: (field) => `Change: ${field}`,
    empty: (n) => `${n} without a value`,
    fewer: 'Hide those without a value',
    contacts: 'Contacts',
    noContacts: 'Nobody yet.',
    open: 'Open work',
    noOpen: 'Nothing is open.',
    openCut: 'More is open than is shown here.',
    consents: 'Consents',
    noConsents: 'Never asked.',
    consent: 'Record a consent',
    since: (when) => `since ${when}`,
    new: 'New',
    newOf: (kind) => `New: ${kind}`,
    create: 'Create',
    do: 'Do it',
    take: 'Take',
    taken: 'Taken.',
    more: 'More to do',
    onlyFrom: (states) => `Not now: only from “${states}”`,
    owner: 'Owner',
    queue: 'Queue',
    waiting: 'waits to be sent',
    done: (what) => `Done: ${what}`,
    conflict: 'Somebody has changed it meanwhile',
    conflictOf: (field) => `Both want to change “${field}”. Choose what is to stand there.`,
    theirs: 'There now',
    mine: 'Yours',
    keepTheirs: 'Keep what is there',
    putMine: 'Put mine',
    offline: 'No connection: it is not saved. What you wrote is still here.',
    automatic: 'automatically',
    state: { given: 'Allowed', withdrawn: 'Taken back' },
    channel: 'By which way',
    purpose: 'What for',
    how: 'How it was said',
    stateOf: 'What was said',
    keys: { tell: 'Tell what happened', back: 'Back' },
  },
  uk: {
    facets: { all: 'Усе', talk: 'Розмови', work: 'Робота', moves: 'Зміни стану', consents: 'Згоди' },
    tabs: { now: 'Зараз', history: 'Історія', facts: 'Дані' },
    tabsOf: 'Частини сторінки',
    search: 'Пошук',
    newestFirst: 'Спершу нове',
    older: 'Давніше',
    nothingYet: 'Ще нічого не було. Розказане нижче з’явиться тут.',
    nothingOfIt: 'Нічого такого немає.',
    everything: 'Показати все',
    facts: 'Дані',
    computed: 'Пораховано',
    kept: 'Запис',
    record: 'Номер',
    change: (field) => `Змінити: ${field}`,
    empty: (n) => `Без значення: ${n}`,
    fewer: 'Сховати поля без значення',
    contacts: 'Контактні особи',
    noContacts: 'Ще нікого.',
    open: 'Відкрита робота',
    noOpen: 'Нічого відкритого.',
    openCut: 'Відкрито більше, ніж тут показано.',
    consents: 'Згоди',
    noConsents: 'Ще не питали.',
    consent: 'Записати згоду',
    since: (when) => `з ${when}`,
    new: 'Створити',
    newOf: (kind) => `Створити: ${kind}`,
    create: 'Створити',
    do: 'Виконати',
    take: 'Взяти',
    taken: 'Взято.',
    more: 'Інші дії',
    onlyFrom: (states) => `Не зараз: лише зі стану «${states}»`,
    owner: 'Відповідальний',
    queue: 'Черга',
    waiting: 'чекає на надсилання',
    done: (what) => `Виконано: ${what}`,
    conflict: 'Тим часом це змінили',
    conflictOf: (field) => `Поле «${field}» змінено двічі. Виберіть, що залишити.`,
    theirs: 'Зараз там',
    mine: 'Ваше',
    keepTheirs: 'Залишити те, що є',
    putMine: 'Поставити моє',
    offline: 'Немає з’єднання: не збережено. Написане лишилося тут.',
    automatic: 'автоматично',
    state: { given: 'Дозволено', withdrawn: 'Відкликано' },
    channel: 'У який спосіб',
    purpose: 'Для чого',
    how: 'Як це сказано',
    stateOf: 'Що сказано',
    keys: { tell: 'Розказати, що сталося', back: 'Назад' },
  },
  ru: {
    facets: { all: 'Всё', talk: 'Разговоры', work: 'Работа', moves: 'Смены состояния', consents: 'Согласия' },
    tabs: { now: 'Сейчас', history: 'История', facts: 'Данные' },
    tabsOf: 'Части страницы',
    search: 'Поиск',
    newestFirst: 'Сначала новое',
    older: 'Раньше',
    nothingYet: 'Ещё ничего не было. Рассказанное ниже появится здесь.',
    nothingOfIt: 'Ничего такого нет.',
    everything: 'Показать всё',
    facts: 'Данные',
    computed: 'Посчитано',
    kept: 'Запись',
    record: 'Номер',
    change: (field) => `Изменить: ${field}`,
    empty: (n) => `Без значения: ${n}`,
    fewer: 'Скрыть поля без значения',
    contacts: 'Контактные лица',
    noContacts: 'Пока никого.',
    open: 'Открытая работа',
    noOpen: 'Ничего открытого.',
    openCut: 'Открыто больше, чем здесь показано.',
    consents: 'Согласия',
    noConsents: 'Ещё не спрашивали.',
    consent: 'Записать согласие',
    since: (when) => `с ${when}`,
    new: 'Создать',
    newOf: (kind) => `Создать: ${kind}`,
    create: 'Создать',
    do: 'Выполнить',
    take: 'Взять',
    taken: 'Взято.',
    more: 'Другие действия',
    onlyFrom: (states) => `Не сейчас: только из состояния «${states}»`,
    owner: 'Ответственное лицо',
    queue: 'Очередь',
    waiting: 'ждёт отправки',
    done: (what) => `Выполнено: ${what}`,
    conflict: 'Тем временем это изменили',
    conflictOf: (field) => `Поле «${field}» изменено дважды. Выберите, что оставить.`,
    theirs: 'Сейчас там',
    mine: 'Ваше',
    keepTheirs: 'Оставить то, что есть',
    putMine: 'Поставить моё',
    offline: 'Нет соединения: не сохранено. Написанное осталось здесь.',
    automatic: 'автоматически',
    state: { given: 'Разрешено', withdrawn: 'Отозвано' },
    channel: 'Каким способом',
    purpose: 'Для чего',
    how: 'Как это сказано',
    stateOf: 'Что сказано',
    keys: { tell: 'Рассказать, что произошло', back: 'Назад' },
  },
}
