/* What a table is: its key, its indexes, its stream, as CreateTable says and DescribeTable tells. */
import { invalid, invalidParameter } from './fault.ts'
import { constraint, list, map, nameOfTable, oneOf, optionalText, text, type Input } from './input.ts'
import type { KeyNames } from './expression/expression.ts'
import type { Item } from './value.ts'

export type KeyType = 'S' | 'N' | 'B'

export interface Index extends KeyNames {
  name: string
  isLocal: boolean
  projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'
  /** names of every attribute that the index has; undefined: all */
  projected: ReadonlySet<string> | undefined
}

export interface Schema extends KeyNames {
  name: string
  indexes: Index[]
  streamView: 'NEW_AND_OLD_IMAGES' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'KEYS_ONLY' | undefined
  /** the request that made the table */
  create: Input
}

const mostGlobal = 20
const mostLocal = 5

/** @throws ValidationException for a table that DynamoDB would not make */
export function readSchema(input: Input): Schema {
  const name = nameOfTable(input)
  requireLength(name, 'tableName')
  const billing = oneOf(input, 'BillingMode', ['PROVISIONED', 'PAY_PER_REQUEST'])
  if (billing === 'PROVISIONED' && !input.ProvisionedThroughput)
    throw invalidParameter(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    )
  const types = new Map(
    list(input, 'AttributeDefinitions', 0, 1000).map((definition) => [
      text(definition, 'AttributeName'),
      oneOf(definition, 'AttributeType', ['B', 'N', 'S'] as const),
    ]),
  )
  const key = readKey(input, types)
  const read = (member: string, isLocal: boolean): Index[] =>
    (input[member] ?? undefined) === undefined
      ? []
      : list(input, member, 1, 100).map((index) => readIndex(index, { key, types, isLocal }))
  const indexes = [...read('LocalSecondaryIndexes', true), ...read('GlobalSecondaryIndexes', false)]
  refuseWrongIndexes(indexes, key)
  const used = new Set(
    [key, ...indexes].flatMap(({ hash, range }) => [hash.name, ...(range ? [range.name] : [])]),
  )
  if (used.size !== types.size)
    throw invalidParameter(
      'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    )
  return { name, ...key, indexes, streamView: readStream(input), create: input }
}

function requireLength(name: string, at: string): void {
  if (name.length < 3) throw constraint(`'${name}'`, at, 'have length greater than or equal to 3')
  if (name.length > 255) throw constraint(`'${name}'`, at, 'have length less than or equal to 255')
}

function readKey(input: Input, types: Map<string, KeyType>): KeyNames {
  const [hash, range] = list(input, 'KeySchema', 1, 2).map((element, at) => {
    const name = text(element, 'AttributeName')
    const role = oneOf(element, 'KeyType', ['RANGE', 'HASH'])
    if (role !== (at === 0 ? 'HASH' : 'RANGE'))
      throw invalid(
        at === 0
          ? 'Invalid KeySchema: The first KeySchemaElement is not a HASH key type'
          : 'Invalid KeySchema: The second KeySchemaElement is not a RANGE key type',
      )
    const type = types.get(name)
    if (!type)
      throw invalidParameter(
        `Some index key attributes are not defined in AttributeDefinitions. Keys: [${name}], AttributeDefinitions: [${[...types.keys()].join(', ')}]`,
      )
    return { name, type }
  })
  if (range?.name === hash!.name)
    throw invalid('Both the Hash Key and the Range Key element in the KeySchema have the same name')
  return { hash: hash!, range }
}

function readIndex(
  input: Input,
  table: { key: KeyNames; types: Map<string, KeyType>; isLocal: boolean },
): Index {
  const name = text(input, 'IndexName')
  requireLength(name, `${table.isLocal ? 'local' : 'global'}SecondaryIndexes.1.member.indexName`)
  const key = readKey(input, table.types)
  const projection = map(input, 'Projection')
  const type = oneOf(projection, 'ProjectionType', ['INCLUDE', 'KEYS_ONLY', 'ALL'])
  const included = (projection.NonKeyAttributes ?? []) as string[]
  if (type === 'INCLUDE' && included.length === 0)
    throw invalidParameter('ProjectionType is INCLUDE, but NonKeyAttributes is not specified')
  if (type !== 'INCLUDE' && included.length > 0)
    throw invalidParameter(`ProjectionType is ${type}, but NonKeyAttributes is specified`)
  const keys = [key, table.key].flatMap(({ hash, range }) => [hash.name, ...(range ? [range.name] : [])])
  return {
    name,
    ...key,
    isLocal: table.isLocal,
    projection: type,
    projected: type === 'ALL' ? undefined : new Set([...keys, ...included]),
  }
}

function refuseWrongIndexes(indexes: Index[], key: KeyNames): void {
  const names = new Set(indexes.map((index) => index.name))
  if (names.size < indexes.length) {
    const twin = indexes.find((index, at) => indexes.findIndex(({ name }) => name === index.name) !== at)!
    throw invalidParameter(`Duplicate index name: ${twin.name}`)
  }
  const locals = indexes.filter((index) => index.isLocal)
  if (locals.length > 0 && !key.range)
    throw invalidParameter(
      'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    )
  for (const { name, hash, range } of locals) {
    if (hash.name !== key.hash.name)
      throw invalidParameter(
        `Table KeySchema: Index KeySchema does not have the same leading hash key as table KeySchema for index: ${name}. index hash key: ${hash.name}, table hash key: ${key.hash.name}`,
      )
    if (!range) throw invalidParameter(`Index KeySchema does not have a range key for index: ${name}`)
  }
  if (locals.length > mostLocal)
    throw invalidParameter(`Number of LocalSecondaryIndexes exceeds per-table limit of ${mostLocal}`)
  if (indexes.length - locals.length > mostGlobal)
    throw invalidParameter(`Number of GlobalSecondaryIndexes exceeds per-table limit of ${mostGlobal}`)
}

function readStream(input: Input): Schema['streamView'] {
  const given = (input.StreamSpecification ?? undefined) as Input | undefined
  if (!given?.StreamEnabled) return undefined
  const view = optionalText(given, 'StreamViewType')
  if (view === undefined) throw invalidParameter('StreamViewType is required when StreamEnabled is true')
  return oneOf(given, 'StreamViewType', [
    'KEYS_ONLY',
    'OLD_IMAGE',
    'NEW_IMAGE',
    'NEW_AND_OLD_IMAGES',
  ] as const)
}

/** The index of a request, or the table itself. @throws ValidationException when the table has none of that name */
export function indexOf(schema: Schema, input: Input): Index | undefined {
  const name = optionalText(input, 'IndexName')
  if (name === undefined) return undefined
  const index = schema.indexes.find((entry) => entry.name === name)
  if (!index) throw invalid(`The table does not have the specified index: ${name}`)
  return index
}

/** What an index holds of an item. */
export function projectionOf(index: Index, item: Item): Item {
  if (!index.projected) return item
  const projected: Item = {}
  for (const name of index.projected) if (Object.hasOwn(item, name)) projected[name] = item[name]!
  return projected
}

export interface TableState {
  id: string
  region: string
  createdAt: number
  items: number
  bytes: number
  status: 'CREATING' | 'ACTIVE' | 'DELETING'
  isProtected: boolean
}

const account = '000000000000'

/** `TableDescription`. */
export function describe(schema: Schema, state: TableState): object {
  const { create } = schema
  const arn = `arn:aws:dynamodb:${state.region}:${account}:table/${schema.name}`
  const throughput = {
    ReadCapacityUnits: 0,
    WriteCapacityUnits: 0,
    NumberOfDecreasesToday: 0,
    ...(create.ProvisionedThroughput as object | undefined),
  }
  const indexes = (member: string, more: object): object[] | undefined =>
    (create[member] as Input[] | undefined)?.map((index) => ({
      IndexName: index.IndexName,
      IndexArn: `${arn}/index/${String(index.IndexName)}`,
      KeySchema: index.KeySchema,
      Projection: index.Projection,
      ItemCount: 0,
      IndexSizeBytes: 0,
      ...more,
    }))
  const isOnDemand = create.BillingMode === 'PAY_PER_REQUEST'
  return {
    TableName: schema.name,
    TableId: state.id,
    TableArn: arn,
    TableStatus: state.status,
    KeySchema: create.KeySchema,
    AttributeDefinitions: create.AttributeDefinitions,
    CreationDateTime: state.createdAt / 1000,
    ItemCount: state.items,
    TableSizeBytes: state.bytes,
    ProvisionedThroughput: throughput,
    ...(isOnDemand && {
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      TableThroughputModeSummary: { TableThroughputMode: 'PAY_PER_REQUEST' },
    }),
    GlobalSecondaryIndexes: indexes('GlobalSecondaryIndexes', {
      IndexStatus: state.status,
      ProvisionedThroughput: throughput,
    }),
    LocalSecondaryIndexes: indexes('LocalSecondaryIndexes', {}),
    ...(schema.streamView && {
      StreamSpecification: create.StreamSpecification,
      LatestStreamArn: `${arn}/stream/local`,
      LatestStreamLabel: 'local',
    }),
    DeletionProtectionEnabled: state.isProtected,
  }
}
