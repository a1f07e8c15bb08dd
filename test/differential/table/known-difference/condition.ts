/*
 * Conditions: operands and operators.
 */

import {
  expressionsOf,
  hasReversedBounds,
  isInvalid,
  isLax,
  saidBy,
  some,
  textOf,
  valuesOf,
  withNames,
} from '../cause.ts'
import { deletion, done, guide, isStricter, type KnownDifference } from './difference.ts'

export const conditionDifferences: KnownDifference[] = [
  {
    name: 'an operand in parentheses',
    rule: 'An operand may stand in parentheses.',
    source: 'dynalite db/conditionParser.pegjs, made by asking AWS',
    example: {
      call: {
        operation: 'Scan',
        input: {
          TableName: 'orders',
          FilterExpression: '(num) > :v0',
          ExpressionAttributeValues: { ':v0': { N: '4' } },
        },
      },
      aws: { status: 200, body: { Items: [], Count: 0, ScannedCount: 0 } },
      dynoxide: /Expected comparison operator, BETWEEN, or IN/,
    },
    covers: (step) =>
      (/Expected (comparison operator, BETWEEN, or IN|operand, got \()/.test(saidBy(step.reference)) ||
        isInvalid(step.reference, /unused in expressions/)) &&
      some(step, (part) =>
        expressionsOf(part).some((text) =>
          /\([#:]?[\w.[\]]+\) *(=|<|>|BETWEEN|IN)|[=<>] *\([#:]?[\w.[\]]+\)/.test(text),
        ),
      ),
  },
  {
    name: 'an operand of the wrong type',
    rule: '<, <=, >, >= and BETWEEN are for texts, numbers and binary, begins_with for texts and binary, + and - for numbers; a value of another type is refused, whatever the item holds.',
    source: 'scylladb test/alternator/test_condition_expression.py, run against AWS',
    example: {
      call: deletion({
        ConditionExpression: 'flag < :v0',
        ExpressionAttributeValues: { ':v0': { BOOL: true } },
      }),
      aws: /Incorrect operand type for operator or function; operator or function: <, operand type: BOOL/,
      dynoxide: /The conditional request failed/,
    },
    covers(step) {
      const [, type] =
        /Incorrect operand type .*: (?:[<>]=?|BETWEEN|begins_with|[+-]|list_append), operand type: (\w+)$/.exec(
          textOf(step.engine),
        ) ?? []
      return (
        type !== undefined &&
        isInvalid(step.engine) &&
        isLax(step.reference) &&
        some(step, (part) => valuesOf(part).some((value) => type in value))
      )
    },
  },
  {
    name: 'an operand compared with itself',
    rule: 'The operands of a comparison must be distinct.',
    source: 'scylladb test/alternator/test_condition_expression.py, run against AWS',
    example: {
      call: deletion({ ConditionExpression: 'num <> num' }),
      aws: /The first operand must be distinct from the remaining operands/,
      dynoxide: /The conditional request failed|^\{\}$/,
    },
    covers: (step) =>
      isStricter(step, /The first operand must be distinct from the remaining operands/, (part) =>
        expressionsOf(part).some((text) =>
          /(?<![\w.#])(\S+) (?:<>|[<>]=?|=) \1(?![\w.[])/.test(withNames(part, text)),
        ),
      ),
  },
  {
    name: 'a type that there is not',
    rule: 'attribute_type knows ten types.',
    source: `${guide}, "Condition and filter expressions, operators, and functions"`,
    example: {
      call: deletion({
        ConditionExpression: 'attribute_type(num, :v0)',
        ExpressionAttributeValues: { ':v0': { S: 'X' } },
      }),
      aws: /Invalid attribute type name found; type: X/,
      dynoxide: /The conditional request failed/,
    },
    covers(step) {
      const type = /Invalid attribute type name found; type: (.*), valid types/.exec(textOf(step.engine))?.[1]
      return (
        type !== undefined &&
        isLax(step.reference) &&
        some(step, (part) => valuesOf(part).some((value) => value.S === type))
      )
    },
  },
  {
    name: 'a BETWEEN whose bounds are the wrong way round',
    rule: 'The upper bound of BETWEEN is not below the lower one.',
    source: 'dynalite test/query.js; scylladb test/alternator/test_condition_expression.py, run against AWS',
    example: {
      call: {
        operation: 'Scan',
        input: {
          TableName: 'orders',
          FilterExpression: 'num BETWEEN :v0 AND :v1',
          ExpressionAttributeValues: { ':v0': { N: '2' }, ':v1': { N: '1' } },
        },
      },
      aws: /The BETWEEN operator requires upper bound to be greater than or equal to lower bound/,
      dynoxide: done,
    },
    covers: (step) => isStricter(step, /The BETWEEN operator requires upper bound/, hasReversedBounds),
  },
  {
    name: 'too many operands of IN',
    rule: 'IN has at most 100 operands.',
    source: `${guide}, "Condition and filter expressions, operators, and functions": IN`,
    example: {
      call: deletion({
        ConditionExpression: `num IN (${Array.from({ length: 101 }, (_, at) => `:v${at}`).join()})`,
        ExpressionAttributeValues: Object.fromEntries(
          Array.from({ length: 101 }, (_, at) => [`:v${at}`, { N: `${at}` }]),
        ),
      }),
      aws: /The IN operator is provided with too many operands; number of operands: 101$/,
      dynoxide: /^The conditional request failed$/,
    },
    covers: (step) =>
      isStricter(
        step,
        /The IN operator is provided with too many operands; number of operands: 101$/,
        (part) => expressionsOf(part).some((text) => text.split(',').length > 100),
      ),
  },
]
