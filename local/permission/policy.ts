/*
 * What the policies of a role allow of DynamoDB and of objects in S3, judged as IAM judges them.
 *
 * Problem: on AWS a function of one tenant is kept from the keys of another by its role, whatever its code does. Here it
 * must be as well, and at a cost that none of the nine calls of a lead feels.
 * Representation: statements are read once, and those that speak of anything else are dropped. For each action and
 * table that is asked for, the statements about it are picked once; what is left of a request is to compare its keys
 * with a beginning. Objects are too many to remember, and asked for one at a time: theirs are picked each time.
 * Invariant: what is not allowed is refused; a Deny counts before any Allow. A statement about either that is
 * written in a way that is not known here stops the start: passed over, it would allow or refuse something else than on AWS.
 * Source: IAM User Guide, "Policy evaluation logic", "IAM JSON policy elements"; Amazon DynamoDB Developer Guide, "Using IAM policy
 * conditions for fine-grained access control".
 */
import { Unmodelled } from '../template/fault.ts'

type Test = (text: string) => boolean

/** What a statement asks of the leading keys of a request, all of them together. */
type KeyTest = (leadingKeys: readonly string[]) => boolean

/** A statement about DynamoDB or S3. */
export interface Statement {
  isDeny: boolean
  actions: Test[]
  resources: Test[]
  conditions: KeyTest[]
}

export interface Request {
  /** such as `dynamodb:GetItem` */
  action: string
  /** the ARN of a table or an index, or `*` where AWS knows no resource */
  resource: string
  /** values of the partition key of the table, or of the index that is asked */
  leadingKeys: readonly string[]
}

export type Verdict = 'allowed' | 'not allowed' | 'denied'

export type Policy = (request: Request) => Verdict

interface Picked {
  allow: KeyTest[][]
  deny: KeyTest[][]
}

export function openPolicy(statements: readonly Statement[]): Policy {
  /** By action and resource, of which there are as many as operations and tables. */
  const known = new Map<string, Picked>()

  function pick(action: string, resource: string): Picked {
    const place = `${action} ${resource}`
    const before = known.get(place)
    if (before) return before
    const picked = pickFrom(statements, action, resource)
    known.set(place, picked)
    return picked
  }

  return ({ action, resource, leadingKeys }) => judge(pick(action, resource), leadingKeys)
}

/** Judges what is asked of a bucket or an object, by its ARN. */
export const judgeObject = (statements: readonly Statement[], action: string, resource: string): Verdict =>
  judge(pickFrom(statements, action, resource), [])

function pickFrom(statements: readonly Statement[], action: string, resource: string): Picked {
  const about = statements.filter(
    ({ actions, resources }) =>
      actions.some((test) => test(action.toLowerCase())) && resources.some((test) => test(resource)),
  )
  const conditionsOf = (isDeny: boolean) =>
    about.filter((one) => one.isDeny === isDeny).map(({ conditions }) => conditions)
  return { allow: conditionsOf(false), deny: conditionsOf(true) }
}

function judge({ allow, deny }: Picked, leadingKeys: readonly string[]): Verdict {
  const holds = (conditions: readonly KeyTest[]) => conditions.every((test) => test(leadingKeys))
  if (deny.some(holds)) return 'denied'
  return allow.some(holds) ? 'allowed' : 'not allowed'
}

/**
 * The statements of a policy document that speak of DynamoDB or S3.
 * @throws Unmodelled for one of them that is written in a way that is not known here
 */
export function readStatements(document: unknown, where: string): Statement[] {
  const { Statement: statements = [] } = (document ?? {}) as { Statement?: unknown }
  return [statements].flat().flatMap((statement, at) => {
    const given = statement as Record<string, unknown>
    const about = modelled.filter(({ service }) => isAbout(given, service))
    return about.length > 0 ? [readStatement(given, about, `${where} Statement[${at}]`)] : []
  })
}

const members = new Set(['Sid', 'Effect', 'Action', 'Resource', 'Condition'])

interface Modelled {
  service: string
  title: string
  hasConditions: boolean
}

const modelled: Modelled[] = [
  { service: 'dynamodb', title: 'DynamoDB', hasConditions: true },
  { service: 's3', title: 'S3', hasConditions: false },
]

function isAbout({ Action: actions, NotAction: others }: Record<string, unknown>, service: string): boolean {
  if (others !== undefined) return true
  return textsOf(actions).some((action) => matcherOf(action.toLowerCase().split(':')[0]!, '')(service))
}

function readStatement(
  statement: Record<string, unknown>,
  about: readonly Modelled[],
  where: string,
): Statement {
  const odd = Object.keys(statement).find((name) => !members.has(name))
  if (odd !== undefined)
    throw new Unmodelled(
      `${where} ${odd}`,
      `of a statement about ${about.map(({ title }) => title).join(' or ')} are modelled ${[...members].join(', ')}`,
    )
  const { Effect: effect, Action: action, Resource: resource, Condition: condition = {} } = statement
  if (effect !== 'Allow' && effect !== 'Deny')
    throw new Unmodelled(`${where} Effect`, `must be Allow or Deny, not ${JSON.stringify(effect)}`)
  // One about everything may have those of DynamoDB: ForAllValues holds where a request has no such key.
  const bare = about.every(({ hasConditions }) => !hasConditions) ? about[0] : undefined
  if (bare && Object.keys(condition as object).length > 0)
    throw new Unmodelled(`${where} Condition`, `of a statement about ${bare.title} none is modelled`)
  return {
    isDeny: effect === 'Deny',
    actions: textsOf(action).map((text) => matcherOf(text.toLowerCase(), where)),
    resources: textsOf(resource).map((text) => matcherOf(text, where)),
    conditions: Object.entries(condition as object).flatMap(([operator, keys]) =>
      readCondition(operator, keys as Record<string, unknown>, `${where} Condition`),
    ),
  }
}

const operators: Record<string, (text: string, where: string) => Test> = {
  'ForAllValues:StringLike': matcherOf,
  'ForAllValues:StringEquals': (text, where) => equal(piecesOf(text, where, false).join('')),
}

function readCondition(operator: string, keys: Record<string, unknown>, where: string): KeyTest[] {
  const read = Object.hasOwn(operators, operator) ? operators[operator]! : undefined
  if (!read)
    throw new Unmodelled(
      `${where} ${operator}`,
      `for DynamoDB are modelled ${Object.keys(operators).join(', ')}`,
    )
  return Object.entries(keys).map(([key, patterns]) => {
    if (key.toLowerCase() !== 'dynamodb:leadingkeys')
      throw new Unmodelled(`${where} ${operator} ${key}`, 'for DynamoDB is modelled dynamodb:LeadingKeys')
    const tests = textsOf(patterns).map((pattern) => read(pattern, where))
    // True also where there are no keys: so is ForAllValues.
    return (leadingKeys) => leadingKeys.every((leadingKey) => tests.some((test) => test(leadingKey)))
  })
}

const textsOf = (value: unknown): string[] => [value ?? []].flat().map(String)

const equal =
  (expected: string): Test =>
  (text) =>
    text === expected

const any = Symbol('*')
const one = Symbol('?')

/** A pattern of IAM: `*` is any text, `?` one character, and `${*}`, `${?}` and `${$}` are these characters themselves. */
function matcherOf(pattern: string, where: string): Test {
  const pieces = piecesOf(pattern, where, true)
  const [head, tail] = pieces
  if (pieces.every((piece) => typeof piece === 'string')) return equal(pieces.join(''))
  if (pieces.length === 1 && head === any) return () => true
  if (pieces.length === 2 && typeof head === 'string' && tail === any) return (text) => text.startsWith(head)
  const source = pieces.map((piece) => {
    if (piece === any) return '.*'
    return piece === one ? '.' : (piece as string).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  })
  const expression = new RegExp(`^${source.join('')}$`, 'su')
  return (text) => expression.test(text)
}

function piecesOf(pattern: string, where: string, hasWildcards: true): (string | symbol)[]
function piecesOf(pattern: string, where: string, hasWildcards: false): string[]
function piecesOf(pattern: string, where: string, hasWildcards: boolean): (string | symbol)[] {
  const pieces: (string | symbol)[] = []
  let text = ''
  for (const [sign] of pattern.matchAll(/\$\{[^}]*\}|[^]/gu)) {
    const wildcard = { '*': any, '?': one }[sign]
    if (hasWildcards && wildcard) {
      if (text !== '') pieces.push(text)
      pieces.push(wildcard)
      text = ''
    } else text += literalOf(sign, where)
  }
  return text === '' ? pieces : [...pieces, text]
}

const literals: Record<string, string> = { '${*}': '*', '${?}': '?', '${$}': '$' }

function literalOf(sign: string, where: string): string {
  if (!sign.startsWith('${')) return sign
  const literal = Object.hasOwn(literals, sign) ? literals[sign] : undefined
  if (literal !== undefined) return literal
  throw new Unmodelled(
    where,
    `the policy variable ${sign} is not modelled; ${Object.keys(literals).join(', ')} are`,
  )
}
