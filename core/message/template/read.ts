import type { Language } from '../../record/id.ts'
import { readSource } from '../../source/read-source.ts'
import { nearest, SourceError, type Place, type Problem, type Source } from '../../source/source.ts'
import { pluralRules } from '../../words/format.ts'
import { neededBy, type MessageDefinition, type Need, type Sentence, type Text } from './definition.ts'
import { readCondition, unknown, type Path, type Reading, type Tell } from './condition.ts'
import { anyWork } from '../../kind/system/message.ts'
import { allTellable, tellable, type Nouns } from './fact.ts'
import { messageHead, sentence as sentenceSchema, type MessageHead } from './schema.ts'
import { parseText, TextError } from './text.ts'

/**
 * Reads a message and checks everything that can be known before it is sent: that every fact and part exists, that
 * every language says the same, with all plural forms that it has, and that there always is a subject. Throws
 * SourceError with every problem at its place.
 */
export function readMessage(source: Source, nouns: Nouns): MessageDefinition {
  const head = readSource(source, messageHead)
  const problems: Problem[] = []
  const tell: Tell = (at, code, message, hint) =>
    problems.push({
      ...(Array.isArray(at) ? source.locate(at) : at),
      severity: 'error',
      code,
      message,
      ...(hint && { hint }),
    })
  const { message: name, record, urgent, unlessAnswered, needs, parts } = head
  const about = tellable(record, nouns)
  if (!about) {
    tell(['record'], 'unknown-record', ...unknownRecord(record, nouns))
    throw new SourceError(problems)
  }
  const { facts } = about
  const reading: Reading = { source, facts, tell }
  const baseName = /([^/\\]+)\.ya?ml$/.exec(source.file)?.[1]
  if (baseName !== undefined && baseName !== name)
    tell(['message'], 'wrong-name', `the message is called "${name}", its file "${baseName}"`)
  checkNames(needs, 'needs', facts, reading)
  checkNames(parts, 'parts', about.parts, reading)
  const { subject, headline, task } = readSentences(head, reading, problems)
  if (problems.length === 0)
    for (const [key, sentences] of Object.entries({ subject, headline }))
      checkOrder(sentences, key, needs, reading)
  if (problems.length) throw new SourceError(problems)
  return { name, record, urgent, unlessAnswered, needs: needs.map(needOf), subject, headline, task, parts }

  function needOf(fact: string): Need {
    const { after, ownOnly } = facts[fact]!
    return { name: fact, ...(after && { after }), ...(ownOnly && { ownOnly }) }
  }
}

function unknownRecord(record: string, nouns: Nouns): [message: string, hint: string] {
  const known = allTellable(nouns).map(({ about }) => about)
  const near = nearest(record, known)
  return [
    `no message can tell of a "${record}"`,
    near ? `did you mean "${near}"?` : `there are ${known.join(', ')}`,
  ]
}

/** What the product itself sends and no file says. */
export function missingMessages(
  messages: Readonly<Record<string, MessageDefinition>>,
  nouns: Nouns,
  refused: ReadonlySet<string> = new Set(),
): Problem[] {
  const own = allTellable(nouns).flatMap(({ about, sends }) => sends.map((name) => [name, about] as const))
  return own.flatMap(([name, record]): Problem[] => {
    const at = { file: `messages/${name}.yaml`, line: 1, column: 1, severity: 'error' as const }
    const known = Object.hasOwn(messages, name) ? messages[name] : undefined
    if (refused.has(name)) return []
    if (!known)
      return [
        { ...at, code: 'missing-message', message: `the file is missing: Holdfast itself sends "${name}"` },
      ]
    return known.record === record
      ? []
      : [
          {
            ...at,
            code: 'wrong-record',
            message: `Holdfast sends "${name}" about ${record === anyWork ? 'any kind: record: work' : `a ${record}`}`,
          },
        ]
  })
}

function checkNames(names: readonly string[], key: string, known: object, { tell }: Reading): void {
  for (const [i, name] of names.entries()) {
    const what = key === 'needs' ? 'fact' : 'part'
    if (!Object.hasOwn(known, name)) tell([key, i], `unknown-${what}`, ...unknown(what, name, known))
    else if (names.indexOf(name) < i) tell([key, i], 'repeated', `"${name}" stands there already`)
  }
}

function readSentences(
  head: MessageHead,
  reading: Reading,
  problems: Problem[],
): Record<'subject' | 'headline' | 'task', Sentence[]> {
  const { source } = reading
  const read = (key: 'subject' | 'headline' | 'task'): Sentence[] => {
    const written = head[key]
    const isList = Array.isArray(written)
    if (isList && written.length === 0) reading.tell([key], 'wrong-value', `${key}: a list needs a text`)
    return (isList ? (written as unknown[]) : [written]).flatMap((value, i) => {
      const path: Path = isList ? [key, i] : [key]
      const part: Source = { ...source, value, locate: (inner, at) => source.locate([...path, ...inner], at) }
      try {
        return [readSentence(readSource(part, sentenceSchema), path, reading)]
      } catch (error) {
        if (!(error instanceof SourceError)) throw error
        problems.push(...error.problems.map((problem) => named(problem, path)))
        return []
      }
    })
  }
  return { subject: read('subject'), headline: read('headline'), task: read('task') }
}

/** A part does not know its own place in the file. */
const named = (problem: Problem, path: Path): Problem =>
  problem.code === 'wrong-value'
    ? { ...problem, message: `${path.join('.')}.${problem.message}`.replace('.the file:', ':') }
    : problem

const languages: readonly Language[] = ['en', 'uk', 'ru']

function readSentence(
  written: { if?: Record<string, unknown> | undefined } & Record<Language, string>,
  path: Path,
  reading: Reading,
): Sentence {
  const texts = languages.map((language) =>
    readText(written[language], [...path, language], language, reading),
  )
  checkSame(texts, path, reading)
  const text = Object.fromEntries(
    languages.map((language, i) => [language, texts[i] ?? []]),
  ) as Sentence['text']
  return { ...(written.if && { if: readCondition(written.if, [...path, 'if'], reading) }), text }
}

/** All languages need the same facts. What cannot be read, or asks for what does not exist, was told already. */
function checkSame(texts: readonly (Text | undefined)[], path: Path, { facts, tell }: Reading): void {
  const needed = texts.map((text) => text && neededBy(text).toSorted())
  if (!needed.every((names) => names?.every((name) => Object.hasOwn(facts, name)))) return
  const [first = [], ...others] = needed.map((names = []) => names)
  for (const [i, names] of others.entries())
    if (names.join() !== first.join())
      tell(
        [...path, languages[i + 1]!],
        'other-facts',
        `${languages[i + 1]} needs ${listed(names)}, but en needs ${listed(first)}: all languages say the same`,
        'what only one language says can stand in […]',
      )
}

const listed = (names: readonly string[]): string => names.map((name) => `{${name}}`).join(', ') || 'no fact'

/** The text in one language; nothing for one that cannot be read, which is told. */
function readText(written: string, path: Path, language: Language, reading: Reading): Text | undefined {
  const { source, facts, tell } = reading
  try {
    const text = parseText(written.trim())
    checkText(text, false, (name, code, message, hint) =>
      tell(placeOf(source, path, name), code, `${language}: ${message}`, hint),
    )
    return text
  } catch (error) {
    if (!(error instanceof TextError)) throw error
    tell(placeOf(source, path, error.near), error.code, `${language}: ${error.message}`)
    return undefined
  }

  function checkText(
    pieces: Text,
    isCounted: boolean,
    say: (near: string, code: string, message: string, hint?: string) => void,
  ): void {
    for (const piece of pieces) {
      if (typeof piece === 'string') continue
      if ('optional' in piece) {
        if (!hasFact(piece.optional))
          say(
            '[',
            'no-fact',
            'what stands in […] has no fact, so it is never left out',
            'write "\\[" for the character itself',
          )
        checkText(piece.optional, isCounted, say)
        continue
      }
      const near = `{${piece.name}`
      const fact = Object.hasOwn(facts, piece.name) ? facts[piece.name] : undefined
      if (!fact) say(near, 'unknown-fact', ...unknown('fact', piece.name, facts))
      else if (fact.type === 'flag' || Array.isArray(fact.type))
        say(near, 'not-shown', `"${piece.name}" is no text`, `ask for it instead: if: { ${piece.name}: […] }`)
      if (!('plural' in piece)) continue
      if (fact && fact.type !== 'number') say(near, 'no-number', `"${piece.name}" is no number`)
      checkForms(Object.keys(piece.plural), language, (message) => say(near, 'plural-forms', message))
      for (const form of Object.values(piece.plural)) checkText(form, true, say)
    }
  }
}

const hasFact = (text: Text): boolean => text.some((piece) => typeof piece !== 'string')

/** All forms of the language, and none that it does not have. */
function checkForms(forms: readonly string[], language: Language, say: (message: string) => void): void {
  const known: readonly string[] = pluralRules(language).resolvedOptions().pluralCategories
  const missing = known.filter((form) => !forms.includes(form))
  const wrong = forms.filter((form) => !form.startsWith('=') && !known.includes(form))
  if (missing.length) say(`the plural form ${missing.map((form) => `"${form}"`).join(', ')} is missing`)
  if (wrong.length) say(`there is no plural form "${wrong[0]}"; there are ${known.join(', ')}`)
}

/** Where a piece of a text stands; the beginning of the text when its quoting hides it. */
function placeOf(source: Source, path: Path, near: string): Place {
  const start = source.locate(path)
  const written = source.slice(path) ?? ''
  const at = near ? written.indexOf(near) : -1
  if (at < 0) return start
  const before = written.slice(0, at).split('\n')
  return before.length === 1
    ? { ...start, column: start.column + at }
    : { ...start, line: start.line + before.length - 1, column: before.at(-1)!.length + 1 }
}

/** The last text can always be said, and none before it always is. */
function checkOrder(
  sentences: readonly Sentence[],
  key: string,
  needs: readonly string[],
  reading: Reading,
): void {
  const { facts, tell, source } = reading
  const isThere = (name: string): boolean => facts[name]?.always === true || needs.includes(name)
  const unsure = sentences.map(({ if: condition, text }) => ({
    condition,
    names: neededBy(text.en).filter((name) => !isThere(name)),
  }))
  const at = (i: number): Path =>
    Array.isArray((source.value as Record<string, unknown>)[key]) ? [key, i] : [key]
  for (const [i, { condition, names }] of unsure.entries()) {
    const isLast = i === sentences.length - 1
    const isSure = !condition && names.length === 0
    if (isSure && !isLast)
      tell(at(i + 1), 'never-said', `${key}: the text before it can always be said, so this one never is`)
    if (isSure || !isLast) continue
    if (condition) tell(at(i), 'may-be-unsaid', `${key}: the last text has no "if", or nothing may be said`)
    else
      tell(
        at(i),
        'may-be-unsaid',
        `${key}: nothing can be said without ${listed(names)}`,
        `add a text without it, or needs: [${names.join(', ')}] when the message makes no sense without`,
      )
  }
}
