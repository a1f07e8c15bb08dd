/*
 * Reads the text of an expression into its tree.
 *
 * Problem: one grammar serves five kinds of expressions, and a parenthesis may hold a condition or an operand, which
 * shows only later. To try one and then the other takes exponential time on nested ones.
 * Representation: recursive descent. What a parenthesis holds is read once, as whatever it is; where a condition must
 * stand, an operand is refused afterwards.
 * Invariant: the depth is bounded, so that no text exhausts the stack. A valid text has an operator between each two
 * parentheses, and at most 300 operators.
 * Source of the grammar: Amazon DynamoDB Developer Guide, "Condition and filter expressions, operators, and functions",
 * "Using update expressions"; what may be in parentheses: the behaviour of the service.
 */
import {
  type Action,
  type Call,
  type Comparator,
  type Condition,
  type Kind,
  type Operand,
  type Path,
  type Section,
  type SectionName,
  type Step,
  type Sum,
  refusal,
} from './tree.ts'
import { type Token, tokensOf } from './token.ts'

/** Amazon DynamoDB Developer Guide, "Quotas": expression parameters. */
const longestText = 4096
export const mostOperators = 300
const largestIndex = 2 ** 31 - 1

type Node = Condition | Operand | Sum

const comparators = new Set(['=', '<>', '<', '<=', '>', '>='])

export class Parser {
  readonly #kind: Kind
  readonly #text: string
  readonly #tokens: Token[]
  readonly #grouped = new Set<Node>()
  #at = 0
  #depth = 0

  /** @throws ValidationException for an empty or a too long text */
  constructor(kind: Kind, text: string) {
    this.#kind = kind
    this.#text = text
    if (text === '') throw refusal(kind, 'The expression can not be empty;')
    const size = Buffer.byteLength(text)
    if (size > longestText)
      throw refusal(kind, `Expression size has exceeded the maximum allowed size; expression size: ${size}`)
    this.#tokens = tokensOf(text)
  }

  condition(): Condition {
    const condition = this.#requireCondition(this.#or())
    this.#expect('end')
    return condition
  }

  projection(): Path[] {
    const paths = this.#list(() => this.#path())
    this.#expect('end')
    return paths
  }

  update(): Section[] {
    const sections: Section[] = []
    do {
      const { type } = this.#token
      if (!isSection(type)) this.#fail()
      this.#at++
      sections.push({ name: type, actions: this.#list(() => this.#action(type)) })
    } while (this.#token.type !== 'end')
    return sections
  }

  get #token(): Token {
    return this.#tokens[this.#at]!
  }

  #or(): Condition | Operand {
    const first = this.#and()
    if (this.#token.type !== 'OR') return first
    const terms = [this.#requireCondition(first)]
    while (this.#skip('OR')) terms.push(this.#requireCondition(this.#and()))
    return { kind: 'or', terms }
  }

  #and(): Condition | Operand {
    const first = this.#not()
    if (this.#token.type !== 'AND') return first
    const terms = [this.#requireCondition(first)]
    while (this.#skip('AND')) terms.push(this.#requireCondition(this.#not()))
    return { kind: 'and', terms }
  }

  #not(): Condition | Operand {
    if (!this.#skip('NOT')) return this.#comparison()
    const term = this.#deeper(() => this.#requireCondition(this.#not()))
    return { kind: 'not', term }
  }

  /** An operand alone stands only before the end of a parenthesis, or is a function that is a condition. */
  #comparison(): Condition | Operand {
    const left = this.#token.type === '(' ? this.#group(() => this.#or()) : this.#atom()
    if (!isOperand(left)) return left
    const { type } = this.#token
    if (comparators.has(type)) {
      this.#at++
      return { kind: 'compare', operator: type as Comparator, left, right: this.#operand() }
    }
    if (this.#skip('BETWEEN')) {
      const low = this.#operand()
      this.#expect('AND')
      return { kind: 'between', operand: left, low, high: this.#operand() }
    }
    if (this.#skip('IN')) {
      this.#expect('(')
      const candidates = this.#list(() => this.#operand())
      this.#expect(')')
      return { kind: 'in', operand: left, candidates }
    }
    if (left.kind === 'call' || (type === ')' && this.#depth > 0)) return left
    return this.#fail()
  }

  #requireCondition(node: Condition | Operand): Condition {
    return isOperand(node) && node.kind !== 'call' ? this.#fail() : node
  }

  #operand(): Operand {
    return this.#token.type === '(' ? this.#group(() => this.#operand()) : this.#atom()
  }

  #atom(): Operand {
    const { type, text } = this.#token
    if (type === 'value') {
      this.#at++
      return { kind: 'value', name: text }
    }
    if (type === 'name' && this.#tokens[this.#at + 1]!.type === '(') return this.#call()
    return this.#path()
  }

  #call(): Call {
    const name = this.#token.text
    this.#at += 2
    const operands = this.#deeper(() => this.#list(() => this.#operand()))
    this.#expect(')')
    return { kind: 'call', name, operands }
  }

  #path(): Path {
    const steps: Step[] = [this.#name()]
    for (;;) {
      if (this.#skip('.')) steps.push(this.#name())
      else if (this.#skip('[')) {
        steps.push(this.#index())
        this.#expect(']')
      } else return { kind: 'path', steps }
    }
  }

  #name(): string {
    const { type, text } = this.#token
    if (type !== 'name' && type !== 'alias') this.#fail()
    this.#at++
    return text
  }

  #index(): number {
    const { text } = this.#expect('index')
    if (Number(text) > largestIndex)
      throw refusal(this.#kind, `List index is not within the allowable range; index: [${text}]`)
    return Number(text)
  }

  #action(section: SectionName): Action {
    const path = this.#path()
    if (section === 'REMOVE') return { section, path }
    if (section === 'SET') {
      this.#expect('=')
      return { section, path, value: this.#sum() }
    }
    return { section, path, value: { kind: 'value', name: this.#expect('value').text } }
  }

  #sum(): Operand | Sum {
    const left = this.#token.type === '(' ? this.#group(() => this.#sum()) : this.#atom()
    const { type } = this.#token
    if (left.kind === 'sum' || (type !== '+' && type !== '-')) return left
    this.#at++
    return { kind: 'sum', operator: type, left, right: this.#operand() }
  }

  #group<T extends Node>(read: () => T): T {
    this.#expect('(')
    const node = this.#deeper(read)
    this.#expect(')')
    if (this.#grouped.has(node)) throw this.#redundant()
    this.#grouped.add(node)
    return node
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > mostOperators + 1)
      throw this.#tokens.slice(0, this.#at).every(({ type }) => type === '(')
        ? this.#redundant()
        : refusal(this.#kind, `The expression contains too many operators; operator count: ${this.#depth}`)
    const result = read()
    this.#depth--
    return result
  }

  #list<T>(read: () => T): T[] {
    const entries = [read()]
    while (this.#skip(',')) entries.push(read())
    return entries
  }

  #skip(type: string): boolean {
    const isThere = this.#token.type === type
    if (isThere) this.#at++
    return isThere
  }

  #expect(type: string): Token {
    const token = this.#token
    if (token.type !== type) this.#fail()
    this.#at++
    return token
  }

  #redundant(): Error {
    return refusal(this.#kind, 'The expression has redundant parentheses;')
  }

  /** The token that no rule expects, between its neighbours. */
  #fail(): never {
    const before = this.#tokens[this.#at - 1] ?? this.#token
    const after = this.#tokens[this.#at + 1] ?? this.#token
    const near = this.#text.slice(before.start, after.end)
    throw refusal(this.#kind, `Syntax error; token: "${this.#token.text}", near: "${near}"`)
  }
}

const isOperand = (node: Node): node is Operand =>
  node.kind === 'path' || node.kind === 'value' || node.kind === 'call'

const isSection = (type: string): type is SectionName =>
  type === 'SET' || type === 'REMOVE' || type === 'ADD' || type === 'DELETE'
