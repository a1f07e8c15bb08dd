import type { WhyWords } from './why-words.ts'

export const why: WhyWords = {
  because: (conditions, team) => `${conditions}, тож відповідає «${team}».`,
  always: (row, team) => `Рядок «${row}» не має умов, тож відповідає «${team}».`,
  otherwise: (table, team) => `Жоден рядок не підійшов («${table}»), тож відповідає «${team}».`,
  byRule: (rule, team) => `${rule}: відповідає «${team}».`,
  turn: (name) => `Наступна черга там: ${name}.`,
  stays: (name) => `Нові відомості змінюють терміновість; відповідає й далі: ${name}.`,
  has: (name) => `Відповідає: ${name}.`,
  waits: (queue) => `Чекає в черзі «${queue}».`,
  away: (name, until, isOver) => `${isOver ? 'Не було на місці' : 'Немає на місці'}: ${name}, до ${until}.`,
  given: (by, to, at) => `Передано вручну, ${at}: ${by} → ${to}.`,
  taken: (by, at) => `Взято в роботу, ${at}: ${by}.`,
  made: (by, to, at) => (by === to ? `Створено, ${at}: ${by}.` : `Створено, ${at}: ${by} → ${to}.`),
  promised: (within, until) => `Обіцяно за ${within}, до ${until}.`,
  said: (until) => `Обіцяно до ${until}, як було сказано.`,
  condition: {
    unknown: 'невідомо',
    known: 'відомо',
    startsWith: (text) => `починається з ${text}`,
    endsWith: (text) => `закінчується на ${text}`,
    like: (text) => `схоже на ${text}`,
    anyCase: (text) => `${text}, великими чи малими`,
    addressIn: (range) => `адреса в межах ${range}`,
    not: (what) => `будь-що, крім ${what}`,
    together: 'усе в одному й тому самому записі',
  },
  duration: {
    units: {
      second: { one: 'секунду', few: 'секунди', many: 'секунд', other: 'секунди' },
      minute: { one: 'хвилину', few: 'хвилини', many: 'хвилин', other: 'хвилини' },
      hour: { one: 'годину', few: 'години', many: 'годин', other: 'години' },
      day: { one: 'день', few: 'дні', many: 'днів', other: 'дня' },
      businessDay: {
        one: 'робочий день',
        few: 'робочі дні',
        many: 'робочих днів',
        other: 'робочого дня',
      },
    },
    business: (length) => `${length} робочого часу`,
  },
}
