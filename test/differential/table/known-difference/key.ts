/*
 * Keys.
 */

import { hasLongKey, isInvalid, isLax, keyConditions, saidBy, some } from '../cause.ts'
import { done, guide, key, query, type KnownDifference } from './difference.ts'

export const keyDifferences: KnownDifference[] = [
  {
    name: 'a key that is too long',
    rule: 'Keys of tables and of indexes have at most 2,048 bytes, sort keys 1,024, in every operation.',
    source: `${guide}, "Quotas": partition keys and sort keys`,
    example: {
      call: {
        operation: 'PutItem',
        input: { TableName: 'orders', Item: { ...key, 'group-of': { S: 'k'.repeat(2049) } } },
      },
      aws: /Size of hashkey has exceeded the maximum size limit of2048 bytes/,
      dynoxide: done,
    },
    covers: (step) =>
      /Size of hashkey has exceeded|Aggregated size of all range keys/.test(saidBy(step.engine)) &&
      isLax(step.reference) &&
      some(step, hasLongKey),
  },
  {
    name: 'an empty key in a query',
    rule: 'No key is empty, so none is asked for.',
    source: `${guide}, "Supported data types and naming rules": empty values`,
    example: {
      call: query({
        KeyConditionExpression: 'pk = :v0',
        ExpressionAttributeValues: { ':v0': { S: '' } },
      }),
      aws: /The AttributeValue for a key attribute cannot contain an empty string value. Key: pk/,
      dynoxide: done,
    },
    covers: ({ call, reference, engine }) =>
      isInvalid(engine, /cannot contain an empty (string|binary) value\. Key: /) &&
      (reference.status === 200 || isInvalid(reference)) &&
      keyConditions(call.input).some(({ values }) =>
        values.some((value) => value?.S === '' || value?.B === ''),
      ),
  },
  {
    name: 'which of two faulty items is told first',
    rule: 'Of several items, or of two parts of a key, of which two are wrong, either may be told.',
    source: 'the order is not documented',
    example: {
      call: {
        operation: 'BatchWriteItem',
        input: {
          RequestItems: {
            pages: [
              { DeleteRequest: { Key: { name: { S: 'k'.repeat(2049) } } } },
              { DeleteRequest: { Key: { name: { S: '' } } } },
            ],
          },
        },
      },
      aws: /cannot contain an empty string value/,
      dynoxide: /Size of hashkey|cannot contain an empty string value/,
    },
    covers(step) {
      const ofKeys =
        /^The provided key element|^One or more parameter values (were invalid: (Size of hashkey|Aggregated size)|are not valid\. )/
      const ofItems =
        /^Item size has exceeded|^The parameter cannot be converted|^Number (over|under)flow|^Attempting to store more|^Provided list of item keys contains duplicates|^Transaction request cannot include multiple|were invalid: (Type mismatch|Missing the key)/
      const isFault = (text: string) =>
        ofKeys.test(text) || (/^(Batch|Transact)/.test(step.call.operation) && ofItems.test(text))
      return [step.reference, step.engine].every((answer) => isFault(saidBy(answer)))
    },
  },
]
