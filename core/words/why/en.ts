import type { WhyWords } from './why-words.ts'

export const why: WhyWords = {
  because: (conditions, team) => `${conditions}, so “${team}” answers.`,
  always: (row, team) => `Row “${row}” asks for nothing, so “${team}” answers.`,
  otherwise: (table, team) => `No row of “${table}” fits, so “${team}” answers.`,
  byRule: (rule, team) => `${rule}: “${team}” answers.`,
  turn: (name) => `Next in turn there: ${name}.`,
  stays: (name) => `What is new changes how urgent it is; it stays with ${name}.`,
  has: (name) => `It is with ${name}.`,
  waits: (queue) => `It waits in “${queue}”.`,
  away: (name, until, isOver) => `${name} ${isOver ? 'was' : 'is'} away until ${until}.`,
  given: (by, to, at) => `${by} gave it to ${to}, ${at}.`,
  taken: (by, at) => `${by} took it, ${at}.`,
  made: (by, to, at) => (by === to ? `${by} made it, ${at}.` : `${by} made it for ${to}, ${at}.`),
  promised: (within, until) => `Promised within ${within}, until ${until}.`,
  said: (until) => `Promised until ${until}, as was said.`,
  condition: {
    unknown: 'not known',
    known: 'known',
    startsWith: (text) => `starts with ${text}`,
    endsWith: (text) => `ends with ${text}`,
    like: (text) => `like ${text}`,
    anyCase: (text) => `${text}, in any case`,
    addressIn: (range) => `an address in ${range}`,
    not: (what) => `anything but ${what}`,
    together: 'all of it in one and the same entry',
  },
  duration: {
    units: {
      second: { one: 'second', other: 'seconds' },
      minute: { one: 'minute', other: 'minutes' },
      hour: { one: 'hour', other: 'hours' },
      day: { one: 'day', other: 'days' },
      businessDay: { one: 'working day', other: 'working days' },
    },
    business: (length) => `${length} of opening hours`,
  },
}
