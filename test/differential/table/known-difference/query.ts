/*
 * Queries: key conditions, and where they go on.
 */

import { isInvalid, keyConditions, keyOf, startsInside } from '../cause.ts'
import type { Item } from '../value.ts'
import { api, done, guide, key, query, type KnownDifference } from './difference.ts'

export const queryDifferences: KnownDifference[] = [
  {
    name: 'a query that goes on from outside',
    rule: 'ExclusiveStartKey lies in the partition and among the sort keys that the query is about.',
    source: 'dynalite test/query.js, run against AWS',
    example: {
      call: query({
        KeyConditionExpression: 'pk = :v0 AND sk < :v1',
        ExpressionAttributeValues: { ':v0': { S: 'a' }, ':v1': { S: 'b' } },
        ExclusiveStartKey: key,
      }),
      aws: /The provided starting key does not match the range key predicate/,
      dynoxide: done,
    },
    covers: ({ call, reference, engine }) =>
      isInvalid(engine, /^The provided starting key (is outside|does not match)/) &&
      (reference.status === 200 || isInvalid(reference)) &&
      !startsInside(call.input),
  },
  {
    name: 'a query that goes on behind the only item',
    rule: 'ExclusiveStartKey holds for a table without sort key too: nothing follows the one item of a partition.',
    source: `${api}, Query, ExclusiveStartKey`,
    example: {
      before: [{ table: 'pages', item: { name: { S: 'a' } } }],
      call: {
        operation: 'Query',
        input: {
          TableName: 'pages',
          KeyConditionExpression: '#n0 = :v0',
          ExpressionAttributeNames: { '#n0': 'name' },
          ExpressionAttributeValues: { ':v0': { S: 'a' } },
          ExclusiveStartKey: { name: { S: 'a' } },
        },
      },
      aws: { status: 200, body: { Items: [], Count: 0, ScannedCount: 0 } },
      dynoxide: { status: 200, body: { Items: [{ name: { S: 'a' } }], Count: 1, ScannedCount: 1 } },
    },
    covers: ({ call, reference, engine }) =>
      call.operation === 'Query' &&
      call.input.ExclusiveStartKey !== undefined &&
      !keyOf(call.input)?.range &&
      reference.status === 200 &&
      engine.status === 200 &&
      engine.body.ScannedCount === 0,
  },
  {
    name: 'the sort key before the partition key',
    rule: 'The two conditions of a key condition come in either order.',
    source: 'scylladb test/alternator/test_key_condition_expression.py, run against AWS',
    example: {
      call: query({
        KeyConditionExpression: 'sk = :v1 and pk = :v0',
        ExpressionAttributeValues: { ':v0': { S: 'a' }, ':v1': { S: 'b' } },
      }),
      aws: { status: 200, body: { Items: [], Count: 0, ScannedCount: 0 } },
      dynoxide: /Query condition missed key schema element: pk/,
    },
    covers({ call, reference }) {
      const names = keyConditions(call.input).map(({ name }) => name)
      return (
        isInvalid(reference, /^Query condition missed key schema element/) &&
        names.length === 2 &&
        names[1] === keyOf(call.input)?.hash.name
      )
    },
  },
  {
    name: 'an operator that keys do not have',
    rule: 'A key condition has no <>.',
    source: 'dynalite test/query.js, run against AWS',
    example: {
      call: query({
        KeyConditionExpression: 'pk = :v0 AND sk <> :v1',
        ExpressionAttributeValues: { ':v0': { S: 'a' }, ':v1': { S: 'b' } },
      }),
      aws: /Invalid operator used in KeyConditionExpression: <>/,
      dynoxide: /Unexpected operator in KeyConditionExpression: <>/,
    },
    covers: ({ call, reference, engine }) =>
      isInvalid(reference) &&
      isInvalid(engine, /^Invalid operator used in KeyConditionExpression: <>$/) &&
      String(call.input.KeyConditionExpression).includes('<>'),
  },
  {
    name: 'a prefix in capitals',
    rule: 'begins_with tells capitals from small letters, for keys too.',
    source: `${guide}, "Key condition expressions": begins_with is case-sensitive`,
    example: {
      before: [{ table: 'orders', item: key }],
      call: query({
        KeyConditionExpression: 'pk = :v0 AND begins_with(sk, :v1)',
        ExpressionAttributeValues: { ':v0': { S: 'a' }, ':v1': { S: 'B' } },
      }),
      aws: { status: 200, body: { Items: [], Count: 0, ScannedCount: 0 } },
      dynoxide: { status: 200, body: { Items: [key], Count: 1, ScannedCount: 1 } },
    },
    covers({ call, reference, engine }) {
      const condition = keyConditions(call.input).find(({ operator }) => operator === 'begins_with')
      const text = (condition?.values[0]?.S ?? '') as string
      return (
        reference.status === 200 &&
        engine.status === 200 &&
        text.toLowerCase() !== text.toUpperCase() &&
        Number(engine.body.ScannedCount) <= Number(reference.body.ScannedCount) &&
        ((engine.body.Items ?? []) as Item[]).every(
          (item) => !item[condition!.name] || String(item[condition!.name]!.S).startsWith(text),
        )
      )
    },
  },
]
