/*
 * Calls as programs make them, most of them good, on the tables of the world.
 */

import { Draw } from '../../random.ts'
import { anyCondition, anyKeyCondition, anyProjection, anyUpdate, Scope } from './expression.ts'
import { broken } from './malformed.ts'
import type { Item } from './value.ts'
import { anyItem, anyKey, type Index, keyNames, type Table, tables } from './world.ts'

export type Input = Record<string, unknown>

export interface Call {
  operation: string
  input: Input
  /** Pages are asked for until there is none: where their order or their cut is not specified. */
  isDrained?: boolean
  /** So many segments, each drained. */
  segments?: number
  /** Something in it is wrong on purpose. */
  isMalformed?: boolean
}

const returned = ['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW']

export class CallGenerator {
  readonly #draw: Draw
  /** Earlier transactions with a token, to be repeated. */
  readonly #tokens: Input[] = []
  /** Where earlier queries stopped. */
  readonly #cursors: { table: string; index: unknown; key: Item }[] = []
  #made = 0

  constructor(seed: number) {
    this.#draw = new Draw(seed)
  }

  next(): Call {
    const draw = this.#draw
    this.#made++
    const call = this.#good()
    return draw.chance(0.05) ? broken(draw, call) : call
  }

  /** Lets later queries go on where this one stopped. */
  learn({ operation, input }: Call, body: Input): void {
    if (operation !== 'Query' || !body.LastEvaluatedKey) return
    this.#cursors.push({
      table: String(input.TableName),
      index: input.IndexName,
      key: body.LastEvaluatedKey as Item,
    })
    if (this.#cursors.length > 40) this.#cursors.shift()
  }

  /** No later transaction has the token of this one: the two sides may know it as another. */
  forgetToken({ input }: Call): void {
    const at = this.#tokens.findIndex(
      ({ ClientRequestToken }) => ClientRequestToken === input.ClientRequestToken,
    )
    if (at >= 0) this.#tokens.splice(at, 1)
  }

  #good(): Call {
    return this.#draw.weighted<Call>(
      [20, () => this.#put()],
      [22, () => this.#update()],
      [6, () => this.#delete()],
      [8, () => this.#get()],
      [18, () => this.#query()],
      [3, () => this.#scan()],
      [4, () => this.#batchGet()],
      [5, () => this.#batchWrite()],
      [10, () => this.#transactWrite()],
      [4, () => this.#transactGet()],
    )
  }

  #table(): Table {
    const draw = this.#draw
    return draw.chance(0.5) ? tables[0]! : draw.pick(tables)
  }

  /** An operation on one item of a table. */
  #onItem(operation: string, rest: (scope: Scope, table: Table) => Input): Call {
    const table = this.#table()
    return { operation, input: { TableName: table.name, ...rest(new Scope(this.#draw, table), table) } }
  }

  #put(): Call {
    return this.#onItem('PutItem', (scope, table) => ({
      Item: anyItem(this.#draw, table),
      ...this.#condition(scope),
      ...this.#extras(['NONE', 'ALL_OLD'], true),
    }))
  }

  #update(): Call {
    return this.#onItem('UpdateItem', (scope, table) => ({
      ...(this.#draw.chance(0.97) && { UpdateExpression: anyUpdate(scope) }),
      Key: anyKey(this.#draw, table),
      ...this.#condition(scope),
      ...this.#extras(returned, true),
    }))
  }

  #delete(): Call {
    return this.#onItem('DeleteItem', (scope, table) => ({
      Key: anyKey(this.#draw, table),
      ...this.#condition(scope),
      ...this.#extras(['NONE', 'ALL_OLD'], true),
    }))
  }

  #get(): Call {
    return this.#onItem('GetItem', (scope, table) => ({
      Key: anyKey(this.#draw, table),
      ...this.#consistency(),
      ...this.#projection(scope),
      ...this.#capacity(),
    }))
  }

  #query(): Call {
    const draw = this.#draw
    const table = this.#table()
    const index = draw.chance(0.5) && table.indexes.length > 0 ? draw.pick(table.indexes) : undefined
    const cursors = this.#cursors.filter((each) => each.table === table.name && each.index === index?.name)
    const limit = draw.chance(0.35) ? { Limit: 1 + draw.below(4) } : {}
    const scope = new Scope(draw, table)
    const input = {
      TableName: table.name,
      ...(index && { IndexName: index.name }),
      KeyConditionExpression: anyKeyCondition(scope, index ?? table),
      ...this.#filter(scope, index ?? table),
      ...this.#selection(scope, index),
      ...scope.members(),
      ...(draw.chance(0.3) && { ScanIndexForward: draw.chance(0.3) }),
      ...(index === undefined || index.isLocal || draw.chance(0.01) ? this.#consistency() : {}),
      ...limit,
      ...this.#capacity(),
    }
    // Entries of an index with the same sort key come in any order, so their pages are cut anywhere.
    if (index) return { operation: 'Query', input, isDrained: true }
    if (draw.chance(0.2) && cursors.length > 0)
      return { operation: 'Query', input: this.#continued(draw.pick(cursors).key, input, table) }
    if (draw.chance(0.05))
      return { operation: 'Query', input: this.#continued(anyKey(draw, table), input, table) }
    return { operation: 'Query', input }
  }

  /** From that key on, in the partition that the key lies in. */
  #continued(key: Item, input: Input, table: Table): Input {
    const draw = this.#draw
    const values = { ...(input.ExpressionAttributeValues as Item) }
    const asked = /(\S+) = (:v\d+)/.exec(String(input.KeyConditionExpression))
    const name =
      asked &&
      ((input.ExpressionAttributeNames as Record<string, string>)?.[asked[1]!] ?? asked[1]!.replace('(', ''))
    if (asked && name === table.hash.name && draw.chance(0.97)) values[asked[2]!] = key[table.hash.name]!
    return { ...input, ExpressionAttributeValues: values, ExclusiveStartKey: key }
  }

  #scan(): Call {
    const draw = this.#draw
    const table = this.#table()
    const index = draw.chance(0.3) && table.indexes.length > 0 ? draw.pick(table.indexes) : undefined
    const scope = new Scope(draw, table)
    return {
      operation: 'Scan',
      isDrained: true,
      ...(draw.chance(0.2) && { segments: 1 + draw.below(4) }),
      input: {
        TableName: table.name,
        ...(index && { IndexName: index.name }),
        ...this.#filter(scope),
        ...this.#selection(scope, index),
        ...scope.members(),
        ...(index === undefined || index.isLocal || draw.chance(0.01) ? this.#consistency() : {}),
        ...(draw.chance(0.3) && { Limit: 5 + draw.below(20) }),
        ...this.#capacity(),
      },
    }
  }

  #batchGet(): Call {
    const draw = this.#draw
    const requests = Object.fromEntries(
      draw.some(tables, 1, 2).map((table) => {
        const keys = draw.list(1, 6, () => anyKey(draw, table))
        return [
          table.name,
          {
            Keys: draw.chance(0.97) ? unique(keys) : keys,
            ...this.#consistency(),
            ...this.#projection(new Scope(draw, table)),
          },
        ]
      }),
    )
    return { operation: 'BatchGetItem', input: { RequestItems: requests, ...this.#capacity() } }
  }

  #batchWrite(): Call {
    const draw = this.#draw
    const requests = Object.fromEntries(
      draw.some(tables, 1, 2).map((table) => {
        const items = draw.list(1, draw.chance(0.02) ? 26 : 5, () => anyItem(draw, table))
        const kept = draw.chance(0.97) ? uniqueBy(items, keyNames(table)) : items
        return [
          table.name,
          kept.map((item) =>
            draw.chance(0.7)
              ? { PutRequest: { Item: item } }
              : { DeleteRequest: { Key: keyOf(item, table) } },
          ),
        ]
      }),
    )
    return {
      operation: 'BatchWriteItem',
      input: { RequestItems: requests, ...this.#capacity(), ...this.#metrics() },
    }
  }

  #transactWrite(): Call {
    const draw = this.#draw
    const earlier = this.#tokens.length > 0 && draw.chance(0.08) ? draw.pick(this.#tokens) : undefined
    if (earlier) return { operation: 'TransactWriteItems', input: this.#repeated(earlier) }
    const entries = draw.list(1, draw.chance(0.01) ? 30 : 5, () => this.#transactEntry())
    const kept = draw.chance(0.97) ? uniqueBy(entries, ['at']) : entries
    const input = {
      TransactItems: kept.map(({ entry }) => entry),
      ...this.#capacity(),
      ...this.#metrics(),
      ...(draw.chance(0.1) && { ClientRequestToken: `token-${this.#made}` }),
    }
    if ('ClientRequestToken' in input) this.#tokens.push(input)
    return { operation: 'TransactWriteItems', input }
  }

  #repeated(earlier: Input): Input {
    const draw = this.#draw
    if (draw.chance(0.6)) return { ...earlier, ...this.#capacity() }
    const items = earlier.TransactItems as unknown[]
    return { ...earlier, TransactItems: [...items.slice(1), this.#transactEntry().entry] }
  }

  #transactEntry(): { at: string; entry: Input } {
    const draw = this.#draw
    const table = this.#table()
    const scope = new Scope(draw, table)
    const item = anyItem(draw, table)
    const key = keyOf(item, table)
    const TableName = table.name
    const failure = draw.chance(0.4)
      ? { ReturnValuesOnConditionCheckFailure: draw.pick(['ALL_OLD', 'ALL_OLD', 'NONE']) }
      : {}
    const entry = draw.weighted<Input>(
      [4, () => ({ Put: { TableName, Item: item, ...this.#condition(scope, 0.12), ...failure } })],
      [
        4,
        () => ({
          Update: {
            TableName,
            Key: key,
            UpdateExpression: anyUpdate(scope, 0),
            ...this.#condition(scope, 0.12),
            ...failure,
          },
        }),
      ],
      [2, () => ({ Delete: { TableName, Key: key, ...this.#condition(scope, 0.12), ...failure } })],
      [0.7, () => ({ ConditionCheck: { TableName, Key: key, ...this.#condition(scope, 1), ...failure } })],
    )
    return { at: JSON.stringify([table.name, key]), entry }
  }

  #transactGet(): Call {
    const draw = this.#draw
    const entries = draw.list(1, 5, () => {
      const table = this.#table()
      const Key = anyKey(draw, table)
      return {
        at: JSON.stringify([table.name, Key]),
        Get: { TableName: table.name, Key, ...this.#projection(new Scope(draw, table)) },
      }
    })
    const kept = draw.chance(0.9) ? uniqueBy(entries, ['at']) : entries
    return {
      operation: 'TransactGetItems',
      input: { TransactItems: kept.map(({ Get }) => ({ Get })), ...this.#capacity() },
    }
  }

  /** The placeholders of the scope, whatever stands in it already, and often a condition. */
  #condition(scope: Scope, probability = 0.3): Input {
    const condition = this.#draw.chance(probability)
      ? { ConditionExpression: anyCondition(scope, this.#draw.below(3)) }
      : {}
    return { ...condition, ...scope.members() }
  }

  #filter(scope: Scope, keyed?: Table | Index): Input {
    const draw = this.#draw
    if (!draw.chance(0.25)) return {}
    const except = keyed && draw.chance(0.99) ? keyNames(keyed) : []
    return { FilterExpression: anyCondition(scope, draw.below(3), except) }
  }

  #projection(scope: Scope): Input {
    return this.#draw.chance(0.3)
      ? { ProjectionExpression: anyProjection(scope), ...scope.members() }
      : scope.members()
  }

  #selection(scope: Scope, index: Index | undefined): Input {
    const draw = this.#draw
    return draw.weighted<Input>(
      [7, () => ({})],
      [2, () => ({ ProjectionExpression: anyProjection(scope) })],
      [1, () => ({ Select: 'COUNT' })],
      [0.5, () => ({ Select: 'SPECIFIC_ATTRIBUTES', ProjectionExpression: anyProjection(scope) })],
      [0.5, () => ({ Select: index ? 'ALL_PROJECTED_ATTRIBUTES' : 'ALL_ATTRIBUTES' })],
      [
        0.03,
        () => ({ Select: draw.pick(['ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES', 'SPECIFIC_ATTRIBUTES']) }),
      ],
    )
  }

  #consistency(): Input {
    return this.#draw.chance(0.4) ? { ConsistentRead: this.#draw.chance(0.6) } : {}
  }

  #capacity(): Input {
    const draw = this.#draw
    return draw.chance(0.5)
      ? { ReturnConsumedCapacity: draw.pick(['TOTAL', 'INDEXES', 'INDEXES', 'NONE']) }
      : {}
  }

  #metrics(): Input {
    return this.#draw.chance(0.1) ? { ReturnItemCollectionMetrics: this.#draw.pick(['SIZE', 'NONE']) } : {}
  }

  #extras(values: readonly string[], isWrite: boolean): Input {
    const draw = this.#draw
    return {
      ...(draw.chance(0.5) && { ReturnValues: draw.pick(values) }),
      ...(isWrite &&
        draw.chance(0.3) && {
          ReturnValuesOnConditionCheckFailure: draw.pick(['ALL_OLD', 'ALL_OLD', 'NONE']),
        }),
      ...this.#capacity(),
      ...this.#metrics(),
    }
  }
}

export const keyOf = (item: Item, table: Table): Item =>
  Object.fromEntries(keyNames(table).map((name) => [name, item[name]!]))

const unique = <T>(list: readonly T[]): T[] => [
  ...new Map(list.map((each) => [JSON.stringify(each), each])).values(),
]

const uniqueBy = <T extends object>(list: readonly T[], names: readonly string[]): T[] => [
  ...new Map(
    list.map((each) => [JSON.stringify(names.map((name) => (each as Record<string, unknown>)[name])), each]),
  ).values(),
]
