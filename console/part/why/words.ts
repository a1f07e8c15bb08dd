import type { ByLanguage } from '../../words/language.ts'
import type { ReasonFor } from '../../api/why.ts'

export interface Words {
  title: (owner: string) => string
  titleOf: Readonly<Record<Exclude<ReasonFor, 'owner'>, string>>
  byHand: (name: string, when: string) => string
  unknown: string
  failed: string
  rows: string
  /** how the table decides */
  policy: Readonly<Record<string, string>>
  old: string
  not: (seen: string, wanted: string) => string
  is: (seen: string, wanted: string) => string
  states: Record<'decided' | 'matched' | 'failed' | 'not-in-force' | 'not-reached', string>
  /** of one beside which nothing is written: its place in the table */
  row: (place: number) => string
  moreRows: (n: number) => string
  otherwise: string
  whose: string
  turn: Readonly<Record<string, string>>
  place: (way: string, team: string, at: number, of: number) => string
  passed: Readonly<Record<string, string>>
  awayUntil: (when: string) => string
  until: string
  within: (span: string, calendar: string | undefined) => string
  now: (time: string) => string
  /** by the clock of the opening hours */
  there: (when: string) => string
  /** nobody knows to whom */
  then: (when: string) => string
  thenTo: (when: string, name: string) => string
  thenOneOf: (when: string, names: string) => string
  thenQueue: (when: string, queue: string) => string
  /** the watchdog tells somebody, and it stays where it is */
  thenTold: (when: string, name: string) => string
  decided: (when: string) => string
}

export const words: ByLanguage<Words> = {
  en: {
    title: (owner) => `Why is this with ${owner}?`,
    titleOf: { team: 'Why this team?', priority: 'Why this priority?', promise: 'Why until then?' },
    byHand: (name, when) => `Set by hand: ${name}, ${when}.`,
    unknown: 'Nothing has been decided about it yet.',
    failed: 'Why it is so could not be read.',
    rows: 'Rows in the order in which they were asked',
    policy: {
      first: 'first match decides',
      collect: 'all matches count',
      unique: 'one match only',
      any: 'matches agree',
    },
    old: 'another version is in force now',
    not: (seen, wanted) => `${seen}, not ${wanted}`,
    is: (seen, wanted) => `${seen}, is ${wanted}`,
    states: {
      decided: 'decided',
      matched: 'matched too',
      failed: 'did not match',
      'not-in-force': 'not in force then',
      'not-reached': 'not asked, one decided',
    },
    row: (place) => `Row ${place}`,
    moreRows: (n) => (n === 1 ? '1 more row' : `${n} more rows`),
    otherwise: 'otherwise',
    whose: 'Whose turn',
    turn: { 'round-robin': 'round robin', manager: 'the manager', least: 'the least work' },
    place: (way, team, at, of) => `${way} in ${team}, place ${at} of ${of}`,
    passed: { absent: 'away', 'previous-owner': 'had it before', left: 'left' },
    awayUntil: (when) => `away until ${when}`,
    until: 'Until when',
    within: (span, calendar) => (calendar ? `${span} of the opening hours “${calendar}”` : span),
    now: (time) => `now ${time}`,
    there: (when) => `By the clock of these opening hours: ${when}.`,
    then: (when) => `Without an answer it goes on at ${when}.`,
    thenTo: (when, name) => `Without an answer it goes to ${name} at ${when}.`,
    thenOneOf: (when, names) => `Without an answer it goes at ${when} to one of these: ${names}.`,
    thenQueue: (when, queue) => `Without an answer it goes into the queue “${queue}” at ${when}.`,
    thenTold: (when, name) => `Without an answer ${name} is told at ${when}.`,
    decided: (when) => `Decided ${when}`,
  },
  uk: {
    title: (owner) => `Чому відповідає ${owner}?`,
    titleOf: { team: 'Чому ця команда?', priority: 'Чому такий пріоритет?', promise: 'Чому до цього часу?' },
    byHand: (name, when) => `Вирішено вручну: ${name}, ${when}.`,
    unknown: 'Про це ще нічого не вирішено.',
    failed: 'Не вдалося прочитати, чому так.',
    rows: 'Рядки в тому порядку, в якому їх питали',
    policy: {
      first: 'вирішує перший збіг',
      collect: 'рахуються всі збіги',
      unique: 'лише один збіг',
      any: 'збіги однакові',
    },
    old: 'тепер діє інша версія',
    not: (seen, wanted) => `${seen}, а треба ${wanted}`,
    is: (seen, wanted) => `${seen}, як і треба: ${wanted}`,
    states: {
      decided: 'вирішив',
      matched: 'теж підходить',
      failed: 'не підходить',
      'not-in-force': 'тоді не діяв',
      'not-reached': 'не питали, вже вирішено',
    },
    row: (place) => `Рядок ${place}`,
    moreRows: (n) => `ще рядків: ${n}`,
    otherwise: 'інакше',
    whose: 'Чия черга',
    turn: { 'round-robin': 'по черзі', manager: 'керівник', least: 'найменше роботи' },
    place: (way, team, at, of) => `${way}, команда «${team}», місце ${at} з ${of}`,
    passed: { absent: 'немає на місці', 'previous-owner': 'запит уже був тут', left: 'більше не працює' },
    awayUntil: (when) => `немає до ${when}`,
    until: 'До якого часу',
    within: (span, calendar) => (calendar ? `${span} робочого часу «${calendar}»` : span),
    now: (time) => `зараз ${time}`,
    there: (when) => `За годинником цього робочого часу: ${when}.`,
    then: (when) => `Без відповіді процес піде далі: ${when}.`,
    thenTo: (when, name) => `Без відповіді далі (${when}) відповідатиме ${name}.`,
    thenOneOf: (when, names) => `Без відповіді далі (${when}) відповідатиме хтось із них: ${names}.`,
    thenQueue: (when, queue) => `Без відповіді далі (${when}) буде черга «${queue}».`,
    thenTold: (when, name) => `Без відповіді (${when}) лист отримає ${name}.`,
    decided: (when) => `Вирішено ${when}`,
  },
  ru: {
    title: (owner) => `Почему отвечает ${owner}?`,
    titleOf: {
      team: 'Почему эта команда?',
      priority: 'Почему такой приоритет?',
      promise: 'Почему до этого времени?',
    },
    byHand: (name, when) => `Решено вручную: ${name}, ${when}.`,
    unknown: 'Об этом ещё ничего не решено.',
    failed: 'Не удалось прочитать, почему так.',
    rows: 'Строки в том порядке, в котором их спрашивали',
    policy: {
      first: 'решает первое совпадение',
      collect: 'считаются все совпадения',
      unique: 'только одно совпадение',
      any: 'совпадения одинаковы',
    },
    old: 'теперь действует другая версия',
    not: (seen, wanted) => `${seen}, а нужно ${wanted}`,
    is: (seen, wanted) => `${seen}, как и нужно: ${wanted}`,
    states: {
      decided: 'решила',
      matched: 'тоже подходит',
      failed: 'не подходит',
      'not-in-force': 'тогда не действовала',
      'not-reached': 'не спрашивали, уже решено',
    },
    row: (place) => `Строка ${place}`,
    moreRows: (n) => `ещё строк: ${n}`,
    otherwise: 'иначе',
    whose: 'Чья очередь',
    turn: { 'round-robin': 'по очереди', manager: 'руководитель', least: 'меньше всего работы' },
    place: (way, team, at, of) => `${way}, команда «${team}», место ${at} из ${of}`,
    passed: { absent: 'нет на месте', 'previous-owner': 'запрос уже был здесь', left: 'больше не работает' },
    awayUntil: (when) => `нет до ${when}`,
    until: 'До какого времени',
    within: (span, calendar) => (calendar ? `${span} рабочего времени «${calendar}»` : span),
    now: (time) => `сейчас ${time}`,
    there: (when) => `По часам этого рабочего времени: ${when}.`,
    then: (when) => `Без ответа процесс пойдёт дальше: ${when}.`,
    thenTo: (when, name) => `Без ответа дальше (${when}) отвечать будет ${name}.`,
    thenOneOf: (when, names) => `Без ответа дальше (${when}) отвечать будет кто-то из них: ${names}.`,
    thenQueue: (when, queue) => `Без ответа дальше (${when}) будет очередь «${queue}».`,
    thenTold: (when, name) => `Без ответа (${when}) письмо получит ${name}.`,
    decided: (when) => `Решено ${when}`,
  },
}
