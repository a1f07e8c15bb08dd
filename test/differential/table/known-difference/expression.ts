/*
 * Expressions of every kind: what can be read, their names, placeholders and paths.
 */

import { expressionsOf, isInvalid, isLax, isRefused, saidBy, some, textOf } from '../cause.ts'
import { api, deletion, done, guide, isStricter, key, update, type KnownDifference } from './difference.ts'

export const expressionDifferences: KnownDifference[] = [
  {
    name: 'an expression that cannot be read is refused as a whole',
    rule: 'What is wrong with an expression is told as "Invalid …Expression: …", also in a transaction, which then has no reasons.',
    source: `${guide}, "Condition expressions"; the answer to a transaction: ${api}, TransactWriteItems, CancellationReasons`,
    example: {
      call: {
        operation: 'TransactWriteItems',
        input: {
          TransactItems: [{ Delete: { TableName: 'orders', Key: key, ConditionExpression: 'num num' } }],
        },
      },
      aws: /^Invalid ConditionExpression: Syntax error; token: "num"/,
      dynoxide: /^Transaction cancelled.*\[ValidationError\]/,
    },
    covers: (step) =>
      (isInvalid(step.engine, /^Invalid (Condition|Update|Projection|Filter|KeyCondition)Expression: /) ||
        (isInvalid(step.engine) && textOf(step.engine) === saidBy(step.reference))) &&
      (isInvalid(step.reference) ||
        isRefused(step.reference, 'TransactionCanceledException', /ValidationError/) ||
        // dynoxide looks at it only after a condition that does not hold.
        (isInvalid(step.engine, /Expression: (Attribute name is a reserved keyword|Syntax error)/) &&
          isRefused(step.reference, 'ConditionalCheckFailedException')) ||
        (isInvalid(step.engine, /Expression: (Attribute name is a reserved keyword|Syntax error)/) &&
          isRefused(step.reference, 'TransactionCanceledException'))) &&
      some(step, (part) => expressionsOf(part).length > 0),
  },
  {
    name: 'an empty expression in a transaction',
    rule: 'An expression is not empty.',
    source: 'dynalite test/getItem.js, run against AWS',
    example: {
      call: {
        operation: 'TransactGetItems',
        input: { TransactItems: [{ Get: { TableName: 'orders', Key: key, ProjectionExpression: '' } }] },
        isMalformed: true,
      },
      aws: /^Invalid ProjectionExpression: The expression can not be empty;$/,
      dynoxide: done,
    },
    covers: (step) =>
      isStricter(
        step,
        /^Invalid \w+Expression: (The expression can not be empty;|Syntax error; token: "<EOF>")/,
        (part) => expressionsOf(part).some((text) => text === '' || text === ' '),
      ),
  },
  {
    name: 'a placeholder that is not there',
    rule: 'Each placeholder of an expression must be defined, also where it is not needed to know the outcome.',
    source: `${guide}, "Expression attribute names", "Expression attribute values"`,
    example: {
      call: deletion({
        ConditionExpression: 'attribute_not_exists(num) or attribute_exists(#n0)',
      }),
      aws: /An expression attribute name used in the document path is not defined; attribute name: #n0/,
      dynoxide: done,
    },
    covers(step) {
      const [, kind, name] =
        /is not defined; attribute (name|value): ([#:]\w+)$/.exec(textOf(step.engine)) ?? []
      const member = kind === 'name' ? 'ExpressionAttributeNames' : 'ExpressionAttributeValues'
      return (
        name !== undefined &&
        isLax(step.reference) &&
        some(
          step,
          (part) =>
            expressionsOf(part).some((text) => text.includes(name)) &&
            !Object.hasOwn((part[member] as object | null | undefined) ?? {}, name),
        )
      )
    },
  },
  {
    name: 'a placeholder that nothing uses',
    rule: 'Each name and value that a request gives must be used by one of its expressions.',
    source: `${guide}, "Expression attribute names", "Expression attribute values"`,
    example: {
      call: update({
        ConditionExpression: 'attribute_not_exists(num)',
        ExpressionAttributeNames: { '#n0': 'name' },
      }),
      aws: /^Value provided in ExpressionAttributeNames unused in expressions: keys: \{#n0\}$/,
      dynoxide: done,
    },
    covers(step) {
      const names = /unused in expressions: keys: \{(.*)\}$/.exec(textOf(step.engine))?.[1]?.split(', ')
      return (
        names !== undefined &&
        isLax(step.reference) &&
        some(step, (part) =>
          names.every(
            (name) =>
              Object.hasOwn(
                {
                  ...(part.ExpressionAttributeNames as object),
                  ...(part.ExpressionAttributeValues as object),
                },
                name,
              ) && !expressionsOf(part).some((text) => new RegExp(`${name}\\b`).test(text)),
          ),
        )
      )
    },
  },
  {
    name: 'a placeholder that is none',
    rule: 'A placeholder is # or : and then at least one letter, digit or underscore, also one that nothing uses.',
    source: `${guide}, "Expression attribute names", "Expression attribute values"; dynalite test/getItem.js, run against AWS`,
    example: {
      call: update({
        ConditionExpression: 'attribute_not_exists(num)',
        ExpressionAttributeNames: { '#': 'name' },
      }),
      aws: /^ExpressionAttributeNames contains invalid key: Syntax error; key: "#"$/,
      dynoxide: done,
    },
    covers(step) {
      const [, member, name] =
        /^(ExpressionAttribute(?:Names|Values)) contains invalid key: Syntax error; key: "(.*)"$/.exec(
          textOf(step.engine),
        ) ?? []
      return (
        member !== undefined &&
        isLax(step.reference) &&
        !/^[#:]\w+$/.test(name!) &&
        some(step, (part) => Object.hasOwn((part[member] as object | null | undefined) ?? {}, name!))
      )
    },
  },
  {
    name: 'a place far behind the end of a list',
    rule: 'The index of a list element is at most 65,535 or so, also where there is no list.',
    source:
      'the limit is not documented; scylladb test/alternator/test_projection_expression.py has the refusal',
    example: {
      call: {
        operation: 'GetItem',
        input: { TableName: 'orders', Key: key, ProjectionExpression: 'lst[4294967295]' },
      },
      aws: /^Invalid ProjectionExpression: List index is not within the allowable range; index: \[4294967295\]$/,
      dynoxide: done,
    },
    covers: (step) =>
      isStricter(step, /List index is not within the allowable range/, (part) =>
        expressionsOf(part).some((text) => /\[\d{5,}\]/.test(text)),
      ),
  },
]
