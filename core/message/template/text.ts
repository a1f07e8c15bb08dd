import type { Piece, Text } from './definition.ts'

/** A text that cannot be read. `near` is what stands at the place of the fault. */
export class TextError extends Error {
  readonly code: string
  readonly near: string
  constructor(code: string, message: string, near: string) {
    super(message)
    this.name = 'TextError'
    this.code = code
    this.near = near
  }
}

/**
 * Reads a text of a message file: `{name}` is a fact, `[, until {due}]` is left out when a fact in it has no value, and
 * `{level, plural, one {# time} other {# times}}` picks words for a number as ICU messages do (`#` is the number,
 * `=1 {…}` one exact number). A backslash before one of `{}[]#\` makes it an ordinary character.
 * Throws TextError.
 */
export function parseText(source: string): Text {
  const reader = new Reader(source)
  const text = reader.text('', undefined)
  reader.end()
  return text
}

class Reader {
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  /** Up to one of the characters in `stops`; `count` is the number that `#` stands for. */
  text(stops: string, count: string | undefined): Text {
    const pieces: Text = []
    let plain = ''
    const add = (piece: Piece): void => {
      if (plain) pieces.push(plain)
      plain = ''
      pieces.push(piece)
    }
    while (this.#at < this.#source.length) {
      const character = this.#source[this.#at]!
      if (stops.includes(character)) break
      if (character === '\\' && '{}[]#\\'.includes(this.#source[this.#at + 1] ?? ' ')) {
        plain += this.#source[this.#at + 1]
        this.#at += 2
      } else if (character === '{') add(this.#placeholder())
      else if (character === '[') add({ optional: this.#within('[', ']', count) })
      else if (character === '#' && count !== undefined) {
        this.#at++
        add({ name: count })
      } else if ('}]'.includes(character))
        throw this.#fault(`"${character}" closes nothing; write "\\${character}" for the character itself`)
      else {
        plain += character
        this.#at++
      }
    }
    if (plain) pieces.push(plain)
    return pieces
  }

  end(): void {
    if (this.#at < this.#source.length) throw this.#fault('the text goes on after its end')
  }

  #within(open: string, close: string, count: string | undefined): Text {
    const start = this.#at
    this.#at++
    const text = this.text(close, count)
    if (this.#source[this.#at] !== close) throw this.#fault(`"${open}" is not closed by "${close}"`, start)
    this.#at++
    return text
  }

  #placeholder(): Piece {
    const start = this.#at
    const head = /^\{\s*([A-Za-z][\w-]*)\s*([,}])/.exec(this.#source.slice(start))
    if (!head) throw this.#fault('write the name of a fact between "{" and "}"', start)
    const name = head[1]!
    this.#at += head[0].length
    if (head[2] === '}') return { name }
    const kind = /^\s*plural\s*,/.exec(this.#source.slice(this.#at))
    if (!kind) throw this.#fault(`after "{${name}," only "plural," is known`, start)
    this.#at += kind[0].length
    const plural: Record<string, Text> = {}
    for (;;) {
      const key = /^\s*(=\d+|[a-z]+)\s*(?=\{)/.exec(this.#source.slice(this.#at))
      if (!key) break
      if (Object.hasOwn(plural, key[1]!)) throw this.#fault(`"${key[1]}" stands there twice`, start)
      this.#at += key[0].length
      plural[key[1]!] = this.#within('{', '}', name)
    }
    const close = /^\s*\}/.exec(this.#source.slice(this.#at))
    if (!close) throw this.#fault(`the forms of "{${name}, plural, …}" are not closed by "}"`, start)
    this.#at += close[0].length
    return { name, plural }
  }

  #fault(message: string, at = this.#at): TextError {
    return new TextError('wrong-text', message, this.#source.slice(at, at + 12))
  }
}
