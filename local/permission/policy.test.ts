import { expect, test } from 'vitest'
import { judgeObject, openPolicy, readStatements } from './policy.ts'

const table = 'arn:aws:dynamodb:eu-central-1:000000000000:table/ledger'

type Given = Record<string, unknown>

const allow = (more: Given = {}): Given => ({
  Effect: 'Allow',
  Action: ['dynamodb:GetItem', 'dynamodb:Query'],
  Resource: table,
  ...more,
})
const keys = (patterns: unknown, operator = 'StringLike'): Given => ({
  Condition: { [`ForAllValues:${operator}`]: { 'dynamodb:LeadingKeys': patterns } },
})

function verdict(
  statements: Given | Given[],
  leadingKeys: string[] = [],
  action = 'GetItem',
  resource = table,
) {
  const policy = openPolicy(readStatements({ Statement: statements }, 'Stack/Role'))
  return policy({ action: `dynamodb:${action}`, resource, leadingKeys })
}

test('what no statement allows is not allowed: another action, table or index, and everything without a policy', () => {
  expect(verdict(allow())).toBe('allowed')
  expect(verdict(allow(), [], 'PutItem')).toBe('not allowed')
  expect(verdict(allow(), [], 'GetItem', `${table}s`)).toBe('not allowed')
  expect(verdict(allow(), [], 'Query', `${table}/index/list`)).toBe('not allowed')
  expect(verdict([])).toBe('not allowed')
  expect(verdict(allow({ Action: 's3:GetObject', Resource: '*' }))).toBe('not allowed')
})

test('wildcards stand for any text or one character, and actions are written in any case', () => {
  for (const action of ['dynamodb:*', 'DynamoDB:getitem', 'dynamodb:Get?tem', '*', 'dynamo*:GetItem'])
    expect(verdict(allow({ Action: action })), action).toBe('allowed')
  expect(verdict(allow({ Action: 'dynamodb:Get' }))).toBe('not allowed')
  for (const resource of ['*', `${table}*`, 'arn:aws:dynamodb:*:*:table/led?er'])
    expect(verdict(allow({ Resource: ['arn:aws:s3:::x', resource] })), resource).toBe('allowed')
  // What means something in a regular expression is itself.
  expect(verdict(allow({ Resource: 'arn.aws.dynamodb.*' }))).toBe('not allowed')
})

test('a Deny counts before any Allow', () => {
  const deny = { Effect: 'Deny', Action: '*', Resource: '*', ...keys('main#secret') }
  expect(verdict([allow(), deny], ['main#secret'])).toBe('denied')
  expect(verdict([allow(), deny], ['main#secret', 'main#a'])).toBe('allowed')
})

test.each([
  ['main#*', ['main#a', 'main#', 'main#a#b', 'main#\n'], ['main', 'main2#a', 'other#main#', '', 'MAIN#a']],
  ['m?in#*', ['main#a', 'm😀in#a'], ['min#a', 'maain#a']],
  ['*#key', ['main#key', '#key'], ['main#keys', 'key']],
  ['a.b#*', ['a.b#c'], ['axb#c']],
  ['a${*}b${?}c${$}#*', ['a*b?c$#d'], ['axxb?c$#d', 'a*bxc$#d', 'a${*}b${?}c${$}#d']],
  ['*', ['', 'any'], []],
])('keys like %s', (pattern, good, bad) => {
  for (const key of good) expect(verdict(allow(keys(pattern)), [key]), key).toBe('allowed')
  for (const key of bad) expect(verdict(allow(keys(pattern)), [key]), key).toBe('not allowed')
})

test('all keys of a request must be within one statement, each like any of its patterns', () => {
  const both = allow(keys(['main#*', 'canary#*']))
  expect(verdict(both, ['main#a', 'canary#b'])).toBe('allowed')
  expect(verdict(both, ['main#a', 'other#b'])).toBe('not allowed')
  expect(verdict([allow(keys('main#*')), allow(keys('canary#*'))], ['main#a', 'canary#b'])).toBe(
    'not allowed',
  )
  // As on AWS: that is why no policy may allow what has none.
  expect(verdict(both, [])).toBe('allowed')
})

test('StringEquals knows no wildcards', () => {
  expect(verdict(allow(keys('main#key', 'StringEquals')), ['main#key'])).toBe('allowed')
  expect(verdict(allow(keys('main#*', 'StringEquals')), ['main#key'])).toBe('not allowed')
  expect(verdict(allow(keys('main#*', 'StringEquals')), ['main#*'])).toBe('allowed')
})

test.each([
  ['NotAction', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' }, 'NotAction: of a statement'],
  ['NotResource', { ...allow(), Resource: undefined, NotResource: table }, 'NotResource: of a statement'],
  ['another effect', allow({ Effect: 'allow' }), 'Effect: must be Allow or Deny'],
  ['an operator', allow(keys('a', 'StringNotLike')), 'ForAllValues:StringNotLike: for DynamoDB are modelled'],
  ['one value of many', allow({ Condition: { StringLike: { 'dynamodb:LeadingKeys': 'a' } } }), 'StringLike'],
  [
    'another condition',
    allow({ Condition: { 'ForAllValues:StringLike': { 'dynamodb:Attributes': 'a' } } }),
    'dynamodb:Attributes',
  ],
  [
    'a variable',
    allow(keys('${aws:PrincipalTag/tenant}#*')),
    'the policy variable ${aws:PrincipalTag/tenant}',
  ],
])('%s that is not modelled is refused by its place', (_, statement, message) => {
  const document = { Statement: [allow(), statement] }
  expect(() => readStatements(document, 'Stack/Role')).toThrow('Stack/Role Statement[1] ')
  expect(() => readStatements(document, 'Stack/Role')).toThrow(message)
})

const files = 'arn:aws:s3:::files'

test('objects are judged by the statements about S3: by action, bucket and beginning of the key', () => {
  const judge = (statements: Given | Given[], action: string, resource: string) =>
    judgeObject(readStatements({ Statement: statements }, 'Stack/Role'), `s3:${action}`, resource)
  const own = { Effect: 'Allow', Action: ['s3:GetObject*', 's3:PutObject'], Resource: `${files}/main/*` }
  expect(judge(own, 'GetObject', `${files}/main/a/b`)).toBe('allowed')
  expect(judge(own, 'GetObject', `${files}/other/a`)).toBe('not allowed')
  expect(judge(own, 'GetObject', `${files}2/main/a`)).toBe('not allowed')
  expect(judge(own, 'DeleteObject', `${files}/main/a`)).toBe('not allowed')
  expect(judge(own, 'ListBucket', files)).toBe('not allowed')
  const deny = { Effect: 'Deny', Action: 's3:*', Resource: `${files}/main/secret*` }
  expect(judge([own, deny], 'GetObject', `${files}/main/secret`)).toBe('denied')
  expect(judge(allow({ Action: 'dynamodb:*', Resource: '*' }), 'GetObject', `${files}/main/a`)).toBe(
    'not allowed',
  )
})

test.each([
  [
    'a condition',
    { Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
    'Condition: of a statement about S3 none',
  ],
  ['NotResource', { Resource: undefined, NotResource: files }, 'NotResource: of a statement about S3 are'],
  ['a variable', { Resource: `${files}/\${aws:username}/*` }, 'the policy variable ${aws:username}'],
])('of a statement about S3 %s is refused by its place', (_, change, message) => {
  const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: `${files}/*`, ...change }
  const read = () => readStatements({ Statement: [allow(), statement] }, 'Stack/Role')
  expect(read).toThrow('Stack/Role Statement[1]')
  expect(read).toThrow(message)
})

test('statements about other services may say what they like', () => {
  const other = {
    Effect: 'Allow',
    Action: 'sqs:SendMessage',
    NotResource: 'x',
    Condition: { Bool: { a: 'b' } },
  }
  expect(readStatements({ Statement: other }, 'Stack/Role')).toEqual([])
})
