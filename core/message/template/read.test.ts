import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { northwindFolder, northwindMessages, nouns } from '../../../test/fixture/northwind.ts'
import type { Language } from '../../record/id.ts'
import { SourceError } from '../../source/source.ts'
import { parseYaml } from '../../source/yaml.ts'
import { allTellable, type MessageFact } from './fact.ts'
import { missingMessages, readMessage } from './read.ts'
import { sayAll, sayFirst, type Facts } from './say.ts'
import { messageJsonSchema } from './schema.ts'

const file = (more = {}): string => {
  const lines: Record<string, string> = {
    message: 'vip',
    title: 'A test',
    record: 'lead',
    subject: '{ en: "Hello {who}", uk: "Привіт {who}", ru: "Привет {who}" }',
    headline: '{ en: Hello, uk: Привіт, ru: Привет }',
    task: '{ en: Do it., uk: Зробіть., ru: Сделайте. }',
    parts: '[contact, why]',
    ...more,
  }
  return Object.entries(lines)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('')
}

const read = (more = {}) => readMessage(parseYaml('messages/vip.yaml', file(more)), nouns)

function problemsOf(more: object): string[] {
  try {
    read(more)
    return []
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    return error.problems.map(({ line, column, code, message, hint }) =>
      [`${line}:${column}`, code, message, hint].filter(Boolean).join(' '),
    )
  }
}

/** The same text in each language. */
const same = (text: string, condition = ''): string =>
  `{ ${condition && `if: ${condition}, `}en: '${text}', uk: '${text}', ru: '${text}' }`

describe('a message is refused', () => {
  test.each([
    [{ subject: '{ en: A, uk: Б }' }, /^4:\d+ wrong-value subject\.ru: the text is missing/],
    [{ subject: '{ en: A, uk: Б, ua: В, ru: Г }' }, /unknown-key unknown key "ua".*did you mean "uk"\?/],
    [{ subject: '{ en: A, uk: "", ru: Г }' }, /subject\.uk: the text is empty/],
    [{ task: '[]' }, /^6:\d+ wrong-value task: a list needs a text/],
    [{ subject: 'Hello' }, /wrong-value subject:/],
    [{ subject: same('{whoo}') }, /^4:17 unknown-fact en: unknown fact "whoo" did you mean "who"\?/],
    [{ subject: same('{who') }, /^4:17 wrong-text en: write the name of a fact between "\{" and "\}"/],
    [{ task: same('a [b') }, /^6:16 wrong-text en: "\[" is not closed by "\]"/],
    [{ task: same('a ] b') }, /wrong-text en: "\]" closes nothing/],
    [{ task: same('a [b]') }, /no-fact en: what stands in \[…\] has no fact/],
    [{ task: same('{reason}') }, /not-shown en: "reason" is no text.*if: \{ reason: \[…\] \}/],
    [{ task: same('{due, select, a {b}}') }, /wrong-text en: after "\{due," only "plural," is known/],
    [{ task: same('{who, plural, one {#} other {#}}') }, /no-number en: "who" is no number/],
    [
      { task: same('{level, plural, one {#} other {#}}') },
      /plural-forms uk: the plural form "few", "many" is missing/,
    ],
    [
      { task: same('{level, plural, one {#} few {#} other {#}}') },
      /plural-forms en: there is no plural form "few"/,
    ],
    [{ task: same('{level, plural, one {#} one {#} other {#}}') }, /wrong-text en: "one" stands there twice/],
    [
      { task: '{ en: "By {due}.", uk: Скоро., ru: "До {due}." }' },
      /other-facts uk needs no fact, but en needs \{due\}/,
    ],
    [{ task: same('A', '{ reson: [turn] }') }, /unknown-fact unknown fact "reson" did you mean "reason"\?/],
    [
      { task: same('A', '{ reason: [turns] }') },
      /unknown-value "reason" is never "turns" did you mean "turn"\?/,
    ],
    [{ task: same('A', '{ elsewhere: [false] }') }, /unknown-value "elsewhere" is true or not there/],
    [{ task: same('A', '{ reason: turn }') }, /wrong-pattern if: /],
    [
      { subject: same('In {queue}') },
      /^4:\d+ may-be-unsaid subject: nothing can be said without \{queue\} .*needs: \[queue\]/,
    ],
    [
      { headline: same('A', '{ queue: [{ exists: true }] }') },
      /may-be-unsaid headline: the last text has no "if"/,
    ],
    [
      { subject: `[${same('A')}, ${same('B')}]` },
      /never-said subject: the text before it can always be said/,
    ],
    [{ parts: '[contact, wy]' }, /^7:18 unknown-part unknown part "wy" did you mean "why"\?/],
    [{ parts: '[why, why]' }, /repeated "why" stands there already/],
    [{ needs: '[ower]' }, /unknown-fact unknown fact "ower" did you mean "owner"\?/],
    [{ record: 'quarantine', parts: '[contact]' }, /unknown-fact en: unknown fact "who" there are count/],
    [{ record: 'led' }, /^3:9 unknown-record no message can tell of a "led" did you mean "lead"\?/],
    [{ record: 'work', parts: '[facts, contact]' }, /unknown-part unknown part "contact"/],
    [{ record: 'work', subject: same('{who}') }, /unknown-fact en: unknown fact "who"/],
    [{ message: 'other' }, /^1:10 wrong-name the message is called "other", its file "vip"/],
    [{ urgend: 'true' }, /unknown-key unknown key "urgend" did you mean "urgent"\?/],
  ])('for %j', (more, problem) => {
    expect(problemsOf(more)).toEqual(expect.arrayContaining([expect.stringMatching(problem)]))
  })

  test('with all of its problems at once', () => {
    expect(problemsOf({ subject: same('{a}'), task: same('{b}'), parts: '[c]' })).toHaveLength(7)
  })

  test('at the line of a text that goes over several', () => {
    expect(problemsOf({ task: '\n  en: >\n    One.\n    By {dux}.\n  uk: A\n  ru: A' })[0]).toMatch(
      /^9:8 unknown-fact en: unknown fact "dux" did you mean "due"\?/,
    )
  })

  test('when the product itself sends it and it is not there, or tells of something else', () => {
    expect(missingMessages(northwindMessages, nouns)).toEqual([])
    const { 'lead-raised': raised, 'lead-merged': _, ...others } = northwindMessages
    const found = missingMessages({ ...others, 'lead-raised': { ...raised!, record: 'quarantine' } }, nouns)
    expect(found.map(({ file, code }) => `${file} ${code}`)).toEqual([
      'messages/lead-raised.yaml wrong-record',
      'messages/lead-merged.yaml missing-message',
    ])
  })
})

describe('a text', () => {
  const say = (text: string, facts: Facts, language: Language = 'en'): string =>
    sayAll(read({ task: text }).task, facts, language)

  test('that lacks a fact is not said, and what stands in brackets is left out', () => {
    const text = `[${same('With {owner}[, by {due}].')}, ${same('Look.')}]`
    expect(say(text, { owner: 'Ann', due: 'noon' })).toBe('With Ann, by noon. Look.')
    expect(say(text, { owner: 'Ann' })).toBe('With Ann. Look.')
    expect(say(text, { due: 'noon' })).toBe('Look.')
  })

  test('is said under its condition', () => {
    const text = same(
      'A',
      '{ reason: [turn, no-answer], level: [{ numeric: ["<", 3] }], owner: [{ exists: false }] }',
    )
    expect(say(text, { reason: 'turn', level: 2 })).toBe('A')
    expect(say(text, { reason: 'turn', level: 3 })).toBe('')
    expect(say(text, { reason: 'turn' })).toBe('')
    expect(say(text, { reason: 'turn', level: 2, owner: 'Ann' })).toBe('')
    const either = same('B', '{ $or: [{ merge: [true] }, { reason: [{ anything-but: [turn] }] }] }')
    expect(say(either, { merge: true, reason: 'turn' })).toBe('B')
    expect(say(either, { reason: 'no-answer' })).toBe('B')
    expect(say(either, { reason: 'turn' })).toBe('')
  })

  test('counts as its language does', () => {
    const text =
      '{ en: "{level, plural, =1 {once} one {# time} other {# times}}", uk: "{level, plural, one {# раз} few {# рази} many {# разів} other {# раза}}", ru: "{level, plural, one {# раз} few {# раза} many {# раз} other {# раза}}" }'
    const said = (language: Language) =>
      [0, 1, 2, 5, 11, 21, 22, 1.5].map((level) => say(text, { level }, language))
    expect(said('en').join()).toBe('0 times,once,2 times,5 times,11 times,21 times,22 times,1.5 times')
    expect(said('uk').join()).toBe('0 разів,1 раз,2 рази,5 разів,11 разів,21 раз,22 рази,1,5 раза')
    expect(said('ru').join()).toBe('0 раз,1 раз,2 раза,5 раз,11 раз,21 раз,22 раза,1,5 раза')
  })

  test('holds brackets and braces behind a backslash, and a number sign as it is', () => {
    expect(say(same(String.raw`\[a\] \{b\} #1 c\d`), {})).toBe(String.raw`[a] {b} #1 c\d`)
  })

  test('says what a stranger typed as it came, whatever it holds', () => {
    expect(say(same('{who}'), { who: '{due} [x] {{who}} \\{ # $&' })).toBe('{due} [x] {{who}} \\{ # $&')
  })

  test('of a list of subjects is the first that can be said; one that lacks its fact goes out with a gap', () => {
    const { subject } = read({ subject: `[${same('{who}: {queue}')}, ${same('{who}')}]` })
    expect(sayFirst(subject, { who: 'Ada', queue: 'Q' }, 'en')).toBe('Ada: Q')
    expect(sayFirst(subject, { who: 'Ada' }, 'en')).toBe('Ada')
    const needing = read({ needs: '[queue]', subject: same('In {queue}') })
    expect(sayFirst(needing.subject, {}, 'en')).toBe('In …')
  })
})

test('what is compiled goes through JSON as it is', () => {
  const all = {
    ...northwindMessages,
    vip: read({ task: same('A', '{ level: [{ numeric: [">", 1] }, { numeric: ["<", 0] }] }') }),
  }
  expect(JSON.parse(JSON.stringify(all))).toEqual(all)
})

test('the page about messages names every fact, part and code of a reason', () => {
  const page = readFileSync(new URL('../../../docs/messages.md', import.meta.url), 'utf8')
  const all = allTellable(nouns)
  const codes = all.flatMap(({ facts }) =>
    Object.values<MessageFact>(facts).flatMap(({ type }) => (Array.isArray(type) ? (type as string[]) : [])),
  )
  const names = all.flatMap(({ facts, parts, sends }) => [
    ...Object.keys(facts),
    ...Object.keys(parts),
    ...sends,
  ])
  expect([...names, ...codes].filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})

test('editors complete messages by the schema that the compiler reads by', async () => {
  const folder = join(northwindFolder, 'messages')
  for (const name of readdirSync(folder))
    expect(readFileSync(join(folder, name), 'utf8').split('\n')[0]).toBe(
      '# yaml-language-server: $schema=../docs/schema/message.json',
    )
  await expect(`${JSON.stringify(messageJsonSchema(nouns), null, 2)}\n`).toMatchFileSnapshot(
    '../../../docs/schema/message.json',
  )
})
