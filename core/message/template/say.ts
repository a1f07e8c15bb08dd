import { compileMatchers } from '#pattern/value-test.ts'
import type { Language } from '../../record/id.ts'
import { numberFormat, pluralRules } from '../../words/format.ts'
import type { Alternative, Sentence, Text } from './definition.ts'

/** Values by the names of facts; what is not known is not there. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>

/** The first sentence that holds and of which every fact has a value. */
export function sayFirst(sentences: readonly Sentence[], facts: Facts, language: Language): string {
  const said = sentences.flatMap((sentence) => sayOne(sentence, facts, language) ?? [])
  // The check holds the last one sayable. Should a fact be missing all the same, the message goes out with a gap.
  return said[0] ?? say(sentences.at(-1)!.text[language], withGaps(facts), language) ?? ''
}

/** All sentences that hold and of which every fact has a value. */
export const sayAll = (sentences: readonly Sentence[], facts: Facts, language: Language): string =>
  sentences.flatMap((sentence) => sayOne(sentence, facts, language) ?? []).join(' ')

const sayOne = ({ if: alternatives, text }: Sentence, facts: Facts, language: Language): string | undefined =>
  alternatives && !alternatives.some((alternative) => holds(alternative, facts))
    ? undefined
    : say(text[language], facts, language)

const holds = (alternative: Alternative, facts: Facts): boolean =>
  alternative.every(({ name, matchers }) => {
    const { test, absent } = compileMatchers(matchers)
    const value = facts[name]
    return value === undefined ? absent : test(value)
  })

function say(text: Text, facts: Facts, language: Language): string | undefined {
  let said = ''
  for (const piece of text) {
    const part = typeof piece === 'string' ? piece : sayPiece(piece, facts, language)
    if (part === undefined) return undefined
    said += part
  }
  return said
}

function sayPiece(
  piece: Exclude<Text[number], string>,
  facts: Facts,
  language: Language,
): string | undefined {
  if ('optional' in piece) return say(piece.optional, facts, language) ?? ''
  const value = facts[piece.name]
  if (value === undefined) return undefined
  if (!('plural' in piece))
    return typeof value === 'number' ? numberFormat(language).format(value) : String(value)
  const { plural } = piece
  const form = plural[`=${value}`] ?? plural[pluralRules(language).select(Number(value))] ?? plural.other
  return form && say(form, facts, language)
}

const withGaps = (facts: Facts): Facts =>
  new Proxy(facts, { get: (target, name) => Reflect.get(target, name) ?? '…' })
