/*
 * The form of a request: members, words, whole numbers, batches.
 */

import { isInvalid, isRefused, prefix, some, textOf, wordsToReturn } from '../cause.ts'
import { api, done, isStricter, type KnownDifference } from './difference.ts'

export const requestDifferences: KnownDifference[] = [
  {
    name: 'words for what is malformed',
    rule: 'A request of the wrong shape is refused before it is performed; in which words, and which of two faults is told, depends on the region and changes.',
    source: 'paritysuite/dynamodb-conformance, registry/splits.json: captures of 33 regions in 2026',
    example: {
      call: { operation: 'TransactGetItems', input: { TransactItems: [{}] }, isMalformed: true },
      aws: /Value null at 'get' failed to satisfy constraint/,
      dynoxide: /missing field `Get`/,
    },
    covers: ({ call, reference, engine }) =>
      call.isMalformed === true &&
      reference.status === 400 &&
      (isInvalid(engine) ||
        isRefused(engine, 'SerializationException') ||
        isRefused(engine, 'ResourceNotFoundException')),
  },
  {
    name: 'a prefix of some regions',
    rule: '"1 validation error detected: " stands before some refusals, in some regions.',
    source: 'paritysuite/dynamodb-conformance, registry/splits.json',
    example: {
      call: {
        operation: 'BatchWriteItem',
        input: {
          RequestItems: { pages: [{ PutRequest: { Item: { name: { S: 'a' }, x: { NULL: false } } } }] },
        },
      },
      aws: /^1 validation error detected: One or more parameter values were invalid: Null attribute/,
      dynoxide: /^One or more parameter values were invalid: Null attribute/,
    },
    covers: ({ reference, engine }) =>
      isInvalid(reference) &&
      isInvalid(engine) &&
      textOf(reference).replace(prefix, '') === textOf(engine).replace(prefix, ''),
  },
  {
    name: 'which of two faults of a batch is told first',
    rule: 'Of a batch that is too long and has an item that is none, either may be told.',
    source: 'the order is not documented',
    example: {
      call: {
        operation: 'BatchWriteItem',
        input: {
          RequestItems: {
            pages: Array.from({ length: 25 }, (_, i) => ({
              DeleteRequest: { Key: { name: { S: `${i}` } } },
            })),
            counters: [{ PutRequest: { Item: { id: { N: '1' }, x: { N: '1e126' } } } }],
          },
        },
      },
      aws: /^Too many items requested for the BatchWriteItem call$/,
      dynoxide: /^Number overflow/,
    },
    covers: ({ reference, engine }) =>
      isInvalid(reference) &&
      isInvalid(engine, /^Too many items requested for the Batch(?:Write|Get)Item call$/),
  },
  {
    name: 'a member that is null',
    rule: 'A member that is null is a member that is not there.',
    source: 'dynalite test/helpers.js: null is refused for no type, by asking AWS',
    example: {
      call: {
        operation: 'Query',
        input: {
          TableName: 'orders',
          KeyConditionExpression: 'pk = :v0',
          ExpressionAttributeValues: { ':v0': { S: 'a' } },
          ScanIndexForward: null,
        },
        isMalformed: true,
      },
      aws: { status: 200, body: { Items: [], Count: 0, ScannedCount: 0 } },
      dynoxide: /^invalid type: null, expected a boolean/,
    },
    covers: (step) =>
      isInvalid(step.reference, /^invalid type: null/) &&
      some(step, (part) => Object.values(part).includes(null)),
  },
  {
    name: 'a fraction where a whole number is asked for',
    rule: 'A fraction is cut off.',
    source: 'dynalite test/helpers.js: what is refused for an integer, by asking AWS',
    example: {
      call: { operation: 'Scan', input: { TableName: 'orders', Limit: 1.5 }, isMalformed: true },
      aws: { status: 200, body: { Items: [], Count: 0, ScannedCount: 0 } },
      dynoxide: /^floating point `1.5`$/,
    },
    covers: (step) =>
      isRefused(step.reference, 'SerializationException', /^floating point `1\.5`$/) &&
      some(step, (part) => ['Limit', 'Segment', 'TotalSegments'].some((name) => part[name] === 1.5)),
  },
  {
    name: 'a word that is none',
    rule: 'What is to be returned is one of a few words, in every operation, also in a batch or a transaction.',
    source: `${api}, BatchGetItem, BatchWriteItem, TransactGetItems, TransactWriteItems; dynalite test/batchWriteItem.js`,
    example: {
      call: {
        operation: 'BatchWriteItem',
        input: {
          RequestItems: { pages: [{ DeleteRequest: { Key: { name: { S: 'a' } } } }] },
          ReturnConsumedCapacity: 'SOME',
        },
        isMalformed: true,
      },
      aws: /Member must satisfy enum value set: \[INDEXES, TOTAL, NONE\]/,
      dynoxide: done,
    },
    covers: (step) =>
      isStricter(
        step,
        /at 'return\w+' failed to satisfy constraint: Member must satisfy enum value set/,
        (part) =>
          Object.entries(part).some(
            ([name, word]) => name.startsWith('Return') && !wordsToReturn.has(word as string),
          ),
      ),
  },
  {
    name: 'a batch that is too large',
    rule: 'A batch has at most 25 requests, for one table or for all; the refusal shows them in a form of the service.',
    source: 'dynalite test/batchWriteItem.js, run against AWS',
    example: {
      call: {
        operation: 'BatchWriteItem',
        input: {
          RequestItems: {
            pages: Array.from({ length: 26 }, (_, at) => ({
              DeleteRequest: { Key: { name: { S: `${at}` } } },
            })),
          },
        },
      },
      aws: /at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: \[Member must have length less than or equal to 25/,
      dynoxide:
        /at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: \[Member must have length less than or equal to 25/,
    },
    covers: ({ reference, engine }) =>
      isInvalid(reference, /at 'requestItems' failed to satisfy constraint: Map value must satisfy/) &&
      isInvalid(engine, /Map value must satisfy|^Too many items requested for the BatchWriteItem call$/),
  },
]
