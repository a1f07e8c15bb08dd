/*
 * Capacity and sizes.
 */

import { isInvalid, isLax, keyOf, saidBy } from '../cause.ts'
import type { Input } from '../call.ts'
import { canonical, same } from '../compare.ts'
import type { Item } from '../value.ts'
import { api, done, guide, type KnownDifference } from './difference.ts'

/** Items of a scan, which come in any order. */
const withSortedItems = ({ Items, ...more }: Input): Input => ({
  ...more,
  Items: ((Items ?? []) as Item[]).map((item) => JSON.stringify(canonical(item))).toSorted(),
})

export const capacityDifferences: KnownDifference[] = [
  {
    name: 'what a scan of a local index costs',
    rule: 'Capacity that a local index takes is told as its own, of a scan as of a query.',
    source: `${api}, ConsumedCapacity, LocalSecondaryIndexes`,
    example: {
      call: {
        operation: 'Scan',
        input: { TableName: 'letters', IndexName: 'by-name', ReturnConsumedCapacity: 'INDEXES' },
      },
      aws: /"LocalSecondaryIndexes":\{"by-name":\{"CapacityUnits":0.5\}\}/,
      dynoxide: /"Table":\{"CapacityUnits":0.5\}/,
    },
    covers({ call, reference, engine }) {
      const { ConsumedCapacity: one, ...left } = reference.body as Record<string, Input>
      const { ConsumedCapacity: other, ...right } = engine.body as Record<string, Input>
      return (
        call.operation === 'Scan' &&
        keyOf(call.input) !== undefined &&
        'isLocal' in keyOf(call.input)! &&
        one?.CapacityUnits === other?.CapacityUnits &&
        same(withSortedItems(left), withSortedItems(right))
      )
    },
  },
  {
    name: 'what a query of a local index costs that finds nothing',
    rule: 'What the index has not is fetched from the table for each item that matches: of none, nothing is read there.',
    source: `${api}, Query, Select: ALL_ATTRIBUTES`,
    example: {
      call: {
        operation: 'Query',
        input: {
          TableName: 'letters',
          IndexName: 'by-name',
          KeyConditionExpression: 'pk = :v0',
          ExpressionAttributeValues: { ':v0': { S: 'a' } },
          Select: 'ALL_ATTRIBUTES',
          ReturnConsumedCapacity: 'TOTAL',
        },
      },
      aws: { status: 200, body: { ConsumedCapacity: { TableName: 'letters', CapacityUnits: 0.5 } } },
      dynoxide: { status: 200, body: { ConsumedCapacity: { TableName: 'letters', CapacityUnits: 1 } } },
    },
    covers({ call, reference, engine }) {
      const { ConsumedCapacity: more, ...left } = reference.body as Record<string, Input>
      const { ConsumedCapacity: less, ...right } = engine.body as Record<string, Input>
      return (
        call.operation === 'Query' &&
        call.input.Select === 'ALL_ATTRIBUTES' &&
        keyOf(call.input) !== undefined &&
        'isLocal' in keyOf(call.input)! &&
        engine.body.Count === 0 &&
        Number(more?.CapacityUnits) === 2 * Number(less?.CapacityUnits) &&
        same(left, right)
      )
    },
  },
  {
    name: 'what a projection costs',
    rule: 'A read takes the capacity of the whole item, whatever is returned of it.',
    source: `${guide}, "Projection expressions"; "DynamoDB read and write operations"`,
    example: {
      before: [{ table: 'pages', item: { name: { S: 'a' }, txt: { S: 'x'.repeat(9000) } } }],
      call: {
        operation: 'GetItem',
        input: {
          TableName: 'pages',
          Key: { name: { S: 'a' } },
          ProjectionExpression: 'num',
          ReturnConsumedCapacity: 'TOTAL',
        },
      },
      aws: { status: 200, body: { ConsumedCapacity: { TableName: 'pages', CapacityUnits: 1.5 } } },
      dynoxide: { status: 200, body: { ConsumedCapacity: { TableName: 'pages', CapacityUnits: 0.5 } } },
    },
    covers({ call, reference, engine }) {
      const { ConsumedCapacity: less, ...left } = reference.body
      const { ConsumedCapacity: more, ...right } = engine.body
      const units = (capacity: unknown) => Number((capacity as { CapacityUnits?: number })?.CapacityUnits)
      return (
        call.operation === 'GetItem' &&
        call.input.ProjectionExpression !== undefined &&
        same(left, right) &&
        units(more) > units(less)
      )
    },
  },
  {
    name: 'the bytes of an update',
    rule: 'AWS counts, in place of the key, some bytes for each action of an update; the engine counts the item, as of a put. Of an update that has another fault as well, either may be told.',
    source: 'nubo-db/dynoxide pull request 195: measured at AWS; not modelled',
    example: {
      before: [{ table: 'pages', item: { name: { S: 'a' }, txt: { S: 'x'.repeat(409_592) } } }],
      call: {
        operation: 'UpdateItem',
        input: { TableName: 'pages', Key: { name: { S: 'a' } }, UpdateExpression: 'REMOVE num, rest, tags' },
      },
      aws: done,
      dynoxide: /^Item size to update has exceeded the maximum allowed size$/,
    },
    covers: ({ call, reference, engine }) =>
      saidBy(reference) === 'Item size to update has exceeded the maximum allowed size' &&
      (engine.status === 200 || isLax(engine) || isInvalid(engine)) &&
      /^(UpdateItem|TransactWriteItems)$/.test(call.operation),
  },
  {
    name: 'sizes of item collections',
    rule: 'They are an estimate of AWS; the engine does not model it and refuses it by name.',
    source: `${api}, PutItem, ItemCollectionMetrics: "The estimate is subject to change over time"`,
    example: {
      call: {
        operation: 'DeleteItem',
        input: {
          TableName: 'letters',
          Key: { pk: { S: 'a' }, sk: { B: 'YQ==' } },
          ReturnItemCollectionMetrics: 'SIZE',
        },
      },
      aws: /^ReturnItemCollectionMetrics SIZE is not modelled for a table that has local indexes$/,
      dynoxide: done,
    },
    covers: ({ call, engine }) =>
      isInvalid(engine, /^ReturnItemCollectionMetrics SIZE is not modelled/) &&
      call.input.ReturnItemCollectionMetrics === 'SIZE' &&
      JSON.stringify(call.input).includes('"letters"'),
  },
]
