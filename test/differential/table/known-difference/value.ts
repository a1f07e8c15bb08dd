/*
 * Values and numbers.
 */

import { isInvalid, isLax, isRefused, prefix, saidBy, some, textOf, typeOf, valuesOf } from '../cause.ts'
import { api, done, guide, key, update, type KnownDifference } from './difference.ts'

export const valueDifferences: KnownDifference[] = [
  {
    name: 'a value that is none, in a transaction',
    rule: 'What is wrong with a value itself is no reason of a cancellation: nothing has been looked at.',
    source: `${api}, TransactWriteItems, Errors: ValidationException`,
    example: {
      call: {
        operation: 'TransactWriteItems',
        input: {
          TransactItems: [{ Put: { TableName: 'orders', Item: { ...key, nums: { NS: ['5', '+5'] } } } }],
        },
      },
      aws: /^1 validation error detected: Input collection contains duplicates$/,
      dynoxide: /^Transaction cancelled/,
    },
    covers: ({ call, reference, engine }) =>
      call.operation === 'TransactWriteItems' &&
      isInvalid(engine, /duplicates|may not be empty|should not be empty|Null attribute/) &&
      isLax(reference) &&
      (textOf(engine).startsWith('ExpressionAttributeValues contains invalid value: ') ||
        textOf(engine).includes(saidBy(reference).replace(prefix, ''))),
  },
  {
    name: 'which placeholder has a wrong value',
    rule: 'The refusal names the placeholder also when the fault lies deep in its value.',
    source: 'dynalite test/updateItem.js, run against AWS',
    example: {
      call: update({
        UpdateExpression: 'SET lst = :v0',
        ExpressionAttributeValues: { ':v0': { L: [{ NS: ['1', '1.0'] }] } },
      }),
      aws: /^ExpressionAttributeValues contains invalid value: Input collection contains duplicates for key :v0$/,
      dynoxide: /^Input collection contains duplicates$/,
    },
    covers({ reference, engine }) {
      const inner = /^ExpressionAttributeValues contains invalid value: (.*) for key :\w+$/.exec(
        textOf(engine),
      )?.[1]
      return (
        inner !== undefined &&
        (isInvalid(reference)
          ? textOf(reference) === inner
          : isRefused(reference, 'ConditionalCheckFailedException'))
      )
    },
  },
  {
    name: 'equal numbers that are written otherwise',
    rule: '-0 and 0, 1.0 and 1 are one number: as keys they are duplicates, and a set that has one is not given the other.',
    source: `${guide}, "Supported data types and naming rules": numbers`,
    example: {
      call: {
        operation: 'BatchGetItem',
        input: { RequestItems: { counters: { Keys: [{ id: { N: '0' } }, { id: { N: '-0' } }] } } },
      },
      aws: /^Provided list of item keys contains duplicates$/,
      dynoxide: done,
    },
    covers: (step) =>
      (isInvalid(step.engine, /contains duplicates|multiple operations on one item/) &&
        step.reference.status === 200 &&
        /^(Batch|Transact)/.test(step.call.operation) &&
        /"N":"(-0|1\.0|1e2|[^"]*E[^"]*)"/.test(JSON.stringify(step.call.input))) ||
      (/^Input collection contains duplicates$/.test(saidBy(step.reference)) &&
        step.engine.status === 200 &&
        some(
          step,
          (part) => /ADD /i.test(String(part.UpdateExpression)) && valuesOf(part).some(({ NS }) => NS),
        )),
  },
  {
    name: 'a sum of too many digits',
    rule: 'A sum that has more than 38 digits is refused as an overflow.',
    source: 'scylladb test/alternator/test_number.py, run against AWS',
    example: {
      call: update({
        UpdateExpression: 'SET num = if_not_exists(num, :v0) + :v1',
        ExpressionAttributeValues: { ':v0': { N: '1E125' }, ':v1': { N: '1' } },
      }),
      aws: /^Number overflow/,
      dynoxide: /^Attempting to store more than 38 significant digits in a Number$/,
    },
    covers: (step) =>
      saidBy(step.engine).startsWith('Number overflow') &&
      saidBy(step.reference).startsWith('Attempting to store more than 38 significant digits') &&
      typeOf(step.reference) === typeOf(step.engine) &&
      some(step, (part) => / ?[+-] ?|ADD /i.test(String(part.UpdateExpression))),
  },
  {
    name: 'arithmetic with what is no number',
    rule: '"An operand in the update expression has an incorrect data type", of + and - as of list_append.',
    source:
      'dynalite test/updateItem.js; scylladb test/alternator/test_update_expression.py, run against AWS',
    example: {
      call: update({
        UpdateExpression: 'SET num = if_not_exists(num, :v0) + :v1',
        ExpressionAttributeValues: { ':v0': { S: 'a' }, ':v1': { N: '1' } },
      }),
      aws: /^An operand in the update expression has an incorrect data type$/,
      dynoxide: /^Operands for \+ must be numbers$/,
    },
    covers: ({ reference, engine }) =>
      saidBy(engine) === 'An operand in the update expression has an incorrect data type' &&
      /^Operands for [+-] must be numbers$|^list_append requires two list operands$/.test(
        saidBy(reference),
      ) &&
      typeOf(reference) === typeOf(engine),
  },
]
