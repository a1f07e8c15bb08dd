/*
 * Where dynoxide and the engine differ, because AWS decides otherwise than dynoxide does.
 *
 * Each difference has its rule, where that stands, a call as an example with what both sides answer, and a predicate
 * that looks for the cause in the call, not only at the answers: another reason for the same answer is a fault.
 */

import {
  expressionsOf,
  faultsOfUpdate,
  hasLongKey,
  hasReversedBounds,
  hasSeveralActions,
  isInvalid,
  isLax,
  isRefused,
  keyConditions,
  keyOf,
  prefix,
  saidBy,
  some,
  startsInside,
  textOf,
  typeOf,
  valuesOf,
  withNames,
  wordsToReturn,
} from './cause.ts'
import type { Call, Input } from './call.ts'
import { canonical, same } from './compare.ts'
import type { Step, Stored } from './pair.ts'
import type { Answer } from './reference.ts'
import type { Item } from './value.ts'

export interface KnownDifference {
  name: string
  /** what holds on AWS, and where that is said or was measured */
  rule: string
  source: string
  example: {
    before?: Stored[]
    earlier?: Call[]
    call: Call
    /** what the engine answers, as AWS does */
    aws: Answer | RegExp
    dynoxide: Answer | RegExp
    /** false: random calls do not come there */
    isCovered?: boolean
  }
  covers(step: Step): boolean
}

const guide = 'Amazon DynamoDB Developer Guide'
const api = 'Amazon DynamoDB API Reference'

const key = { pk: { S: 'a' }, sk: { S: 'b' } }
const done = /^\{/

/** Items of a scan, which come in any order. */
const withSortedItems = ({ Items, ...more }: Input): Input => ({
  ...more,
  Items: ((Items ?? []) as Item[]).map((item) => JSON.stringify(canonical(item))).toSorted(),
})

const withToken = (more: Input): Call => ({
  operation: 'TransactWriteItems',
  input: {
    TransactItems: [{ Delete: { TableName: 'orders', Key: key, ...more } }],
    ClientRequestToken: 'used',
  },
})

export const knownDifferences: KnownDifference[] = [
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
      call: {
        operation: 'UpdateItem',
        input: {
          TableName: 'orders',
          Key: key,
          UpdateExpression: 'SET lst = :v0',
          ExpressionAttributeValues: { ':v0': { L: [{ NS: ['1', '1.0'] }] } },
        },
      },
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
    name: 'the bytes of an update',
    rule: 'AWS counts, in place of the key, some bytes for each action of an update; the engine counts the item, as of a put.',
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
      (engine.status === 200 || isLax(engine)) &&
      /^(UpdateItem|TransactWriteItems)$/.test(call.operation),
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
    name: 'an operand of the wrong type',
    rule: '<, <=, >, >= and BETWEEN are for texts, numbers and binary, begins_with for texts and binary, + and - for numbers; a value of another type is refused, whatever the item holds.',
    source: 'scylladb test/alternator/test_condition_expression.py, run against AWS',
    example: {
      call: {
        operation: 'DeleteItem',
        input: {
          TableName: 'orders',
          Key: key,
          ConditionExpression: 'flag < :v0',
          ExpressionAttributeValues: { ':v0': { BOOL: true } },
        },
      },
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
      call: {
        operation: 'DeleteItem',
        input: { TableName: 'orders', Key: key, ConditionExpression: 'num <> num' },
      },
      aws: /The first operand must be distinct from the remaining operands/,
      dynoxide: /The conditional request failed|^\{\}$/,
    },
    covers: (step) =>
      isInvalid(step.engine, /The first operand must be distinct from the remaining operands/) &&
      isLax(step.reference) &&
      some(step, (part) =>
        expressionsOf(part).some((text) =>
          /(?<![\w.#])(\S+) (?:<>|[<>]=?|=) \1(?![\w.[])/.test(withNames(part, text)),
        ),
      ),
  },
  {
    name: 'a placeholder that is not there',
    rule: 'Each placeholder of an expression must be defined, also where it is not needed to know the outcome.',
    source: `${guide}, "Expression attribute names", "Expression attribute values"`,
    example: {
      call: {
        operation: 'DeleteItem',
        input: {
          TableName: 'orders',
          Key: key,
          ConditionExpression: 'attribute_not_exists(num) or attribute_exists(#n0)',
        },
      },
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
    name: 'a type that there is not',
    rule: 'attribute_type knows ten types.',
    source: `${guide}, "Condition and filter expressions, operators, and functions"`,
    example: {
      call: {
        operation: 'DeleteItem',
        input: {
          TableName: 'orders',
          Key: key,
          ConditionExpression: 'attribute_type(num, :v0)',
          ExpressionAttributeValues: { ':v0': { S: 'X' } },
        },
      },
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
    name: 'a query that goes on from outside',
    rule: 'ExclusiveStartKey lies in the partition and among the sort keys that the query is about.',
    source: 'dynalite test/query.js, run against AWS',
    example: {
      call: {
        operation: 'Query',
        input: {
          TableName: 'orders',
          KeyConditionExpression: 'pk = :v0 AND sk < :v1',
          ExpressionAttributeValues: { ':v0': { S: 'a' }, ':v1': { S: 'b' } },
          ExclusiveStartKey: key,
        },
      },
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
      call: {
        operation: 'Query',
        input: {
          TableName: 'orders',
          KeyConditionExpression: 'sk = :v1 and pk = :v0',
          ExpressionAttributeValues: { ':v0': { S: 'a' }, ':v1': { S: 'b' } },
        },
      },
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
      call: {
        operation: 'Query',
        input: {
          TableName: 'orders',
          KeyConditionExpression: 'pk = :v0 AND sk <> :v1',
          ExpressionAttributeValues: { ':v0': { S: 'a' }, ':v1': { S: 'b' } },
        },
      },
      aws: /Invalid operator used in KeyConditionExpression: <>/,
      dynoxide: /Unexpected operator in KeyConditionExpression: <>/,
    },
    covers: ({ call, reference, engine }) =>
      isInvalid(reference) &&
      isInvalid(engine, /^Invalid operator used in KeyConditionExpression: <>$/) &&
      String(call.input.KeyConditionExpression).includes('<>'),
  },
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
    name: 'an item as it was before it was there',
    rule: 'ALL_OLD is the item before the update: nothing, when the update makes it.',
    source: `${api}, UpdateItem, ReturnValues`,
    example: {
      call: { operation: 'UpdateItem', input: { TableName: 'orders', Key: key, ReturnValues: 'ALL_OLD' } },
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
      call: {
        operation: 'UpdateItem',
        input: {
          TableName: 'orders',
          Key: key,
          UpdateExpression: 'REMOVE lst[1]',
          ReturnValues: 'UPDATED_OLD',
        },
      },
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
  {
    name: 'a placeholder that nothing uses',
    rule: 'Each name and value that a request gives must be used by one of its expressions.',
    source: `${guide}, "Expression attribute names", "Expression attribute values"`,
    example: {
      call: {
        operation: 'UpdateItem',
        input: {
          TableName: 'orders',
          Key: key,
          ConditionExpression: 'attribute_not_exists(num)',
          ExpressionAttributeNames: { '#n0': 'name' },
        },
      },
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
    covers: (step) =>
      isInvalid(step.engine, /The BETWEEN operator requires upper bound/) &&
      isLax(step.reference) &&
      some(step, hasReversedBounds),
  },
  {
    name: 'too many operands of IN',
    rule: 'IN has at most 100 operands.',
    source: `${guide}, "Condition and filter expressions, operators, and functions": IN`,
    example: {
      call: {
        operation: 'DeleteItem',
        input: {
          TableName: 'orders',
          Key: key,
          ConditionExpression: `num IN (${Array.from({ length: 101 }, (_, at) => `:v${at}`).join()})`,
          ExpressionAttributeValues: Object.fromEntries(
            Array.from({ length: 101 }, (_, at) => [`:v${at}`, { N: `${at}` }]),
          ),
        },
      },
      aws: /The IN operator is provided with too many operands; number of operands: 101$/,
      dynoxide: /^The conditional request failed$/,
    },
    covers: (step) =>
      isInvalid(
        step.engine,
        /The IN operator is provided with too many operands; number of operands: 101$/,
      ) &&
      isLax(step.reference) &&
      some(step, (part) => expressionsOf(part).some((text) => text.split(',').length > 100)),
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
      call: {
        operation: 'Query',
        input: {
          TableName: 'orders',
          KeyConditionExpression: 'pk = :v0',
          ExpressionAttributeValues: { ':v0': { S: '' } },
        },
      },
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
      isInvalid(
        step.engine,
        /at 'return\w+' failed to satisfy constraint: Member must satisfy enum value set/,
      ) &&
      isLax(step.reference) &&
      some(step, (part) =>
        Object.entries(part).some(
          ([name, word]) => name.startsWith('Return') && !wordsToReturn.has(word as string),
        ),
      ),
  },
  {
    name: 'a prefix in capitals',
    rule: 'begins_with tells capitals from small letters, for keys too.',
    source: `${guide}, "Key condition expressions": begins_with is case-sensitive`,
    example: {
      before: [{ table: 'orders', item: key }],
      call: {
        operation: 'Query',
        input: {
          TableName: 'orders',
          KeyConditionExpression: 'pk = :v0 AND begins_with(sk, :v1)',
          ExpressionAttributeValues: { ':v0': { S: 'a' }, ':v1': { S: 'B' } },
        },
      },
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
      isInvalid(step.engine, /List index is not within the allowable range/) &&
      isLax(step.reference) &&
      some(step, (part) => expressionsOf(part).some((text) => /\[\d{5,}\]/.test(text))),
  },
  {
    name: 'setting a place behind the end of a list',
    rule: 'SET x[5] of a list that is shorter appends one element and nothing in between.',
    source:
      'paritysuite/dynamodb-conformance, tests/tier1/updateItem/paths.test.ts: measured in eu-west-2, 2026',
    example: {
      isCovered: false,
      before: [{ table: 'orders', item: { ...key, lst: { L: [] } } }],
      call: {
        operation: 'UpdateItem',
        input: {
          TableName: 'orders',
          Key: key,
          UpdateExpression: 'SET lst[2] = :v0',
          ExpressionAttributeValues: { ':v0': { N: '1' } },
          ReturnValues: 'ALL_NEW',
        },
      },
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
        /^Item size has exceeded|^The parameter cannot be converted|^Number (over|under)flow|^Attempting to store more|^Provided list of item keys contains duplicates|were invalid: (Type mismatch|Missing the key)/
      const isFault = (text: string) =>
        ofKeys.test(text) || (/^(Batch|Transact)/.test(step.call.operation) && ofItems.test(text))
      return [step.reference, step.engine].every((answer) => isFault(saidBy(answer)))
    },
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
      isInvalid(
        step.engine,
        /^Invalid \w+Expression: (The expression can not be empty;|Syntax error; token: "<EOF>")/,
      ) &&
      isLax(step.reference) &&
      some(step, (part) => expressionsOf(part).some((text) => text === '' || text === ' ')),
  },
  {
    name: 'arithmetic with what is no number',
    rule: '"An operand in the update expression has an incorrect data type", of + and - as of list_append.',
    source:
      'dynalite test/updateItem.js; scylladb test/alternator/test_update_expression.py, run against AWS',
    example: {
      call: {
        operation: 'UpdateItem',
        input: {
          TableName: 'orders',
          Key: key,
          UpdateExpression: 'SET num = if_not_exists(num, :v0) + :v1',
          ExpressionAttributeValues: { ':v0': { S: 'a' }, ':v1': { N: '1' } },
        },
      },
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
  {
    name: 'a sum of too many digits',
    rule: 'A sum that has more than 38 digits is refused as an overflow.',
    source: 'scylladb test/alternator/test_number.py, run against AWS',
    example: {
      call: {
        operation: 'UpdateItem',
        input: {
          TableName: 'orders',
          Key: key,
          UpdateExpression: 'SET num = if_not_exists(num, :v0) + :v1',
          ExpressionAttributeValues: { ':v0': { N: '1E125' }, ':v1': { N: '1' } },
        },
      },
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
    name: 'removing from what is not there',
    rule: 'REMOVE x.y is refused when the item has no map x, and does nothing when x has no y, or there is no item.',
    source: 'scylladb issue 10043: test_nested_attribute_update_bad_path_dot, run against AWS',
    example: {
      before: [{ table: 'orders', item: key }],
      call: {
        operation: 'UpdateItem',
        input: { TableName: 'orders', Key: key, UpdateExpression: 'REMOVE lst[0]' },
      },
      aws: /^The document path provided in the update expression is invalid for update$/,
      dynoxide: done,
    },
    covers: (step) =>
      saidBy(step.engine) === 'The document path provided in the update expression is invalid for update' &&
      isLax(step.reference) &&
      some(step, (part) => /REMOVE [^:=]*[.[]/i.test(String(part.UpdateExpression))),
  },
  {
    name: 'setting a place in what is null',
    rule: 'SET x.y is refused when x is no map, and SET x[0] when x is no list: null is neither.',
    source: `${guide}, "Update expressions": nested attributes; scylladb test_nested_attribute_update_bad_path_dot`,
    example: {
      before: [{ table: 'orders', item: { ...key, nil: { NULL: true } } }],
      call: {
        operation: 'UpdateItem',
        input: {
          TableName: 'orders',
          Key: key,
          UpdateExpression: 'SET nil.x = :v0',
          ExpressionAttributeValues: { ':v0': { N: '1' } },
        },
      },
      aws: /^The document path provided in the update expression is invalid for update$/,
      dynoxide: done,
    },
    covers: (step) =>
      saidBy(step.engine) === 'The document path provided in the update expression is invalid for update' &&
      isLax(step.reference) &&
      some(step, (part) => /SET .*[\w#-](\.|\[)\S* *=/i.test(String(part.UpdateExpression))),
  },
  {
    name: 'which of two faults of an update is told first',
    rule: 'Of an update with several actions of which two fail, either may be told.',
    source: 'the order is not documented',
    example: {
      call: {
        operation: 'UpdateItem',
        input: {
          TableName: 'orders',
          Key: key,
          UpdateExpression: 'SET num = rest - :v0, lst[5] = :v0',
          ExpressionAttributeValues: { ':v0': { N: '1' } },
        },
      },
      aws: /^The document path provided in the update expression is invalid for update$/,
      dynoxide: /^The provided expression refers to an attribute that does not exist in the item$/,
    },
    covers: (step) =>
      [step.reference, step.engine].every((answer) =>
        faultsOfUpdate.some((text) => text.test(saidBy(answer))),
      ) && some(step, hasSeveralActions),
  },
]

/** The known difference that a step is about; of two cancelled transactions each reason that differs is about one. */
export function knownDifference(step: Step): string | undefined {
  const known = knownDifferences.find(({ covers }) => covers(step))
  if (known) return known.name
  const [ours, theirs] = [step.engine, step.reference].map(({ body }) => body.CancellationReasons as Reason[])
  const { TransactItems: entries, ...more } = step.call.input as { TransactItems: unknown[] }
  if (!ours || !theirs || ours.length !== theirs.length || ours.length < 2) return undefined
  const names = ours.flatMap((reason, at) =>
    same(reason, theirs[at])
      ? []
      : [
          knownDifference(
            stepOfOne(
              { ...step.call, input: { ...more, TransactItems: [entries[at]] } },
              theirs[at]!,
              reason,
            ),
          ),
        ],
  )
  return names.includes(undefined) ? undefined : names[0]
}

interface Reason {
  Code: string
  Message?: string
}

/** As if that part had been all of the transaction. */
function stepOfOne(call: Call, reference: Reason, engine: Reason): Step {
  const answer = (reason: Reason) => ({
    status: reason.Code === 'None' ? 200 : 400,
    pages: 1,
    body:
      reason.Code === 'None'
        ? {}
        : {
            __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
            message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reason.Code}]`,
            CancellationReasons: [reason],
          },
  })
  return { call, reference: answer(reference), engine: answer(engine) }
}
