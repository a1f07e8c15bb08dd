/*
 * Updates: what they do, and what they return.
 */

import { faultsOfUpdate, hasSeveralActions, isLax, saidBy, some, withNames } from '../cause.ts'
import { same } from '../compare.ts'
import type { Item } from '../value.ts'
import { api, done, guide, key, update, type KnownDifference } from './difference.ts'

export const updateDifferences: KnownDifference[] = [
  {
    name: 'an update that changes a key',
    rule: 'No update changes the key of an item, in a transaction or when its condition does not hold either.',
    source: `${api}, UpdateItem, AttributeUpdates: "no primary key"; TransactWriteItems, CancellationReasons`,
    example: {
      call: {
        operation: 'TransactWriteItems',
        input: {
          TransactItems: [{ Update: { TableName: 'orders', Key: key, UpdateExpression: 'REMOVE sk' } }],
        },
      },
      aws: /^Transaction cancelled.*\[ValidationError\]/,
      dynoxide: done,
    },
    // Random transactions do not try: dynoxide then holds an item that nobody could take away again.
    covers(step) {
      const name = /Cannot update attribute (.+)\. This attribute is part of the key$/.exec(
        saidBy(step.engine),
      )?.[1]
      return (
        name !== undefined &&
        isLax(step.reference) &&
        some(step, (part) =>
          withNames(part, String(part.UpdateExpression))
            .split(/[^\w-]+/)
            .includes(name),
        )
      )
    },
  },
  {
    name: 'setting a place behind the end of a list',
    rule: 'SET x[5] of a list that is shorter appends one element and nothing in between.',
    source:
      'paritysuite/dynamodb-conformance, tests/tier1/updateItem/paths.test.ts: measured in eu-west-2, 2026',
    example: {
      isCovered: false,
      before: [{ table: 'orders', item: { ...key, lst: { L: [] } } }],
      call: update({
        UpdateExpression: 'SET lst[2] = :v0',
        ExpressionAttributeValues: { ':v0': { N: '1' } },
        ReturnValues: 'ALL_NEW',
      }),
      aws: { status: 200, body: { Attributes: { ...key, lst: { L: [{ N: '1' }] } } } },
      dynoxide: {
        status: 200,
        body: { Attributes: { ...key, lst: { L: [{ NULL: true }, { NULL: true }, { N: '1' }] } } },
      },
    },
    // Random calls set only the first element: nobody could tell afterwards where an item has become another one.
    covers: () => false,
  },
  {
    name: 'setting a place in what is null',
    rule: 'SET x.y is refused when x is no map, and SET x[0] when x is no list: null is neither.',
    source: `${guide}, "Update expressions": nested attributes; scylladb test_nested_attribute_update_bad_path_dot`,
    example: {
      before: [{ table: 'orders', item: { ...key, nil: { NULL: true } } }],
      call: update({
        UpdateExpression: 'SET nil.x = :v0',
        ExpressionAttributeValues: { ':v0': { N: '1' } },
      }),
      aws: /^The document path provided in the update expression is invalid for update$/,
      dynoxide: done,
    },
    covers: (step) =>
      saidBy(step.engine) === 'The document path provided in the update expression is invalid for update' &&
      isLax(step.reference) &&
      some(step, (part) => /SET .*[\w#-](\.|\[)\S* *=/i.test(String(part.UpdateExpression))),
  },
  {
    name: 'removing from what is not there',
    rule: 'REMOVE x.y is refused when the item has no map x, and does nothing when x has no y, or there is no item.',
    source: 'scylladb issue 10043: test_nested_attribute_update_bad_path_dot, run against AWS',
    example: {
      before: [{ table: 'orders', item: key }],
      call: update({ UpdateExpression: 'REMOVE lst[0]' }),
      aws: /^The document path provided in the update expression is invalid for update$/,
      dynoxide: done,
    },
    covers: (step) =>
      saidBy(step.engine) === 'The document path provided in the update expression is invalid for update' &&
      isLax(step.reference) &&
      some(step, (part) => /REMOVE [^:=]*[.[]/i.test(String(part.UpdateExpression))),
  },
  {
    name: 'which of two faults of an update is told first',
    rule: 'Of an update with several actions of which two fail, either may be told.',
    source: 'the order is not documented',
    example: {
      call: update({
        UpdateExpression: 'SET num = rest - :v0, lst[5] = :v0',
        ExpressionAttributeValues: { ':v0': { N: '1' } },
      }),
      aws: /^The document path provided in the update expression is invalid for update$/,
      dynoxide: /^The provided expression refers to an attribute that does not exist in the item$/,
    },
    covers: (step) =>
      [step.reference, step.engine].every((answer) =>
        faultsOfUpdate.some((text) => text.test(saidBy(answer))),
      ) && some(step, hasSeveralActions),
  },
  {
    name: 'an item as it was before it was there',
    rule: 'ALL_OLD is the item before the update: nothing, when the update makes it.',
    source: `${api}, UpdateItem, ReturnValues`,
    example: {
      call: update({ ReturnValues: 'ALL_OLD' }),
      aws: { status: 200, body: {} },
      dynoxide: { status: 200, body: { Attributes: key } },
    },
    covers: ({ call, reference, engine }) =>
      call.operation === 'UpdateItem' &&
      call.input.ReturnValues === 'ALL_OLD' &&
      engine.status === 200 &&
      engine.body.Attributes === undefined &&
      same(reference.body, { ...engine.body, Attributes: call.input.Key }),
  },
  {
    name: 'what is updated of a list',
    rule: 'UPDATED_OLD and UPDATED_NEW show of a list what the path of the update leads to, and nothing where there is no element.',
    source: 'getmoto/moto issue 2798, against AWS',
    example: {
      before: [{ table: 'orders', item: { ...key, lst: { L: [{ N: '1' }, { N: '2' }] } } }],
      call: update({
        UpdateExpression: 'REMOVE lst[1]',
        ReturnValues: 'UPDATED_OLD',
      }),
      aws: { status: 200, body: { Attributes: { lst: { L: [{ N: '2' }] } } } },
      dynoxide: { status: 200, body: { Attributes: { lst: { L: [{ N: '1' }, { N: '2' }] } } } },
    },
    covers({ call, reference, engine }) {
      const { Attributes: one = {}, ...left } = reference.body as { Attributes?: Item }
      const { Attributes: other = {}, ...right } = engine.body as { Attributes?: Item }
      const isElement = (name: string) =>
        withNames(call.input, String(call.input.UpdateExpression)).includes(`${name}[`)
      return (
        String(call.input.ReturnValues).startsWith('UPDATED_') &&
        engine.status === 200 &&
        same(left, right) &&
        Object.keys({ ...one, ...other }).every((name) => isElement(name) || same(one[name], other[name]))
      )
    },
  },
]
