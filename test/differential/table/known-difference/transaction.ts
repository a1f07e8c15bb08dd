/*
 * Transactions.
 */

import { isInvalid, isRefused } from '../cause.ts'
import type { Call, Input } from '../call.ts'
import { same } from '../compare.ts'
import type { Item } from '../value.ts'
import { api, key, type KnownDifference } from './difference.ts'

const withToken = (more: Input): Call => ({
  operation: 'TransactWriteItems',
  input: {
    TransactItems: [{ Delete: { TableName: 'orders', Key: key, ...more } }],
    ClientRequestToken: 'used',
  },
})

export const transactionDifferences: KnownDifference[] = [
  {
    name: 'what a transaction reads of an item',
    rule: 'TransactGetItems returns what the projection names, no key besides, and an empty map when the item has nothing of it.',
    source: `${api}, TransactGetItems, Responses`,
    example: {
      before: [{ table: 'orders', item: { ...key, num: { N: '1' } } }],
      call: {
        operation: 'TransactGetItems',
        input: { TransactItems: [{ Get: { TableName: 'orders', Key: key, ProjectionExpression: 'num' } }] },
      },
      aws: { status: 200, body: { Responses: [{ Item: { num: { N: '1' } } }] } },
      dynoxide: { status: 200, body: { Responses: [{ Item: { ...key, num: { N: '1' } } }] } },
    },
    covers({ call, reference, engine }) {
      if (call.operation !== 'TransactGetItems' || reference.status !== 200 || engine.status !== 200)
        return false
      const gets = (call.input.TransactItems as { Get: Input }[]).map(({ Get }) => Get)
      const [left, right] = [reference, engine].map(({ body }) => body.Responses as { Item?: Item }[])
      return gets.every((get, at) => {
        const [one, other] = [left![at]?.Item, right![at]?.Item]
        if (get.ProjectionExpression === undefined || (one === undefined && other === undefined))
          return same(one, other)
        return same({ ...one, ...(get.Key as Item) }, { ...other, ...(get.Key as Item) })
      })
    },
  },
  {
    name: 'a token with another request',
    rule: 'IdempotentParameterMismatchException has a message.',
    source: `${api}, TransactWriteItems, Errors; dynoxide has a placeholder`,
    example: {
      earlier: [withToken({})],
      call: withToken({ ConditionExpression: 'attribute_exists(num)' }),
      aws: /^Request parameters do not match the previous request/,
      dynoxide: /^An error occurred/,
    },
    covers: ({ reference, engine }) =>
      [reference, engine].every((answer) => isRefused(answer, 'IdempotentParameterMismatchException')),
  },
  {
    name: 'a token before everything else',
    rule: 'A transaction that cannot be right is refused as such, whatever its token was used for.',
    source: 'the order is not documented',
    example: {
      earlier: [withToken({})],
      call: withToken({ ConditionExpression: 'num = num' }),
      aws: /The first operand must be distinct/,
      dynoxide: /^An error occurred/,
    },
    covers: ({ reference, engine }) =>
      isRefused(reference, 'IdempotentParameterMismatchException') && isInvalid(engine),
  },
]
