import type { WhyWords } from './why-words.ts'

export const why: WhyWords = {
  because: (conditions, team) => `${conditions}, поэтому отвечает «${team}».`,
  always: (row, team) => `У строки «${row}» нет условий, поэтому отвечает «${team}».`,
  otherwise: (table, team) => `Ни одна строка не подошла («${table}»), поэтому отвечает «${team}».`,
  byRule: (rule, team) => `${rule}: отвечает «${team}».`,
  turn: (name) => `Следующая очередь там: ${name}.`,
  stays: (name) => `Новые сведения меняют срочность; отвечает по-прежнему: ${name}.`,
  has: (name) => `Отвечает: ${name}.`,
  waits: (queue) => `Ждёт в очереди «${queue}».`,
  away: (name, until, isOver) => `${isOver ? 'Не было на месте' : 'Нет на месте'}: ${name}, до ${until}.`,
  given: (by, to, at) => `Передано вручную, ${at}: ${by} → ${to}.`,
  taken: (by, at) => `Взято в работу, ${at}: ${by}.`,
  made: (by, to, at) => (by === to ? `Создано, ${at}: ${by}.` : `Создано, ${at}: ${by} → ${to}.`),
  promised: (within, until) => `Обещано за ${within}, до ${until}.`,
  said: (until) => `Обещано до ${until}, как было сказано.`,
  condition: {
    unknown: 'неизвестно',
    known: 'известно',
    startsWith: (text) => `начинается с ${text}`,
    endsWith: (text) => `заканчивается на ${text}`,
    like: (text) => `похоже на ${text}`,
    anyCase: (text) => `${text}, большими или малыми`,
    addressIn: (range) => `адрес в пределах ${range}`,
    not: (what) => `что угодно, кроме ${what}`,
    together: 'всё в одной и той же записи',
  },
  duration: {
    units: {
      second: { one: 'секунду', few: 'секунды', many: 'секунд', other: 'секунды' },
      minute: { one: 'минуту', few: 'минуты', many: 'минут', other: 'минуты' },
      hour: { one: 'час', few: 'часа', many: 'часов', other: 'часа' },
      day: { one: 'день', few: 'дня', many: 'дней', other: 'дня' },
      businessDay: {
        one: 'рабочий день',
        few: 'рабочих дня',
        many: 'рабочих дней',
        other: 'рабочего дня',
      },
    },
    business: (length) => `${length} рабочего времени`,
  },
}
