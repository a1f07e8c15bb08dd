import {
  BatchWriteItemCommand,
  DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import type { Posting } from '#core/query/find/posting.ts'
import { clientOptions } from './table.ts'

/** By what records are found, as somebody sees it who goes around the product. */
export async function openFindTable(dataFolder: string) {
  const client = new DynamoDBClient(clientOptions(dataFolder))
  const { TableNames = [] } = await client.send(new ListTablesCommand({}))
  const TableName = TableNames.find((name) => /Find/.test(name))
  if (TableName === undefined) throw new Error(`no table of postings among ${TableNames.join(', ')}`)
  const all = async () => (await client.send(new ScanCommand({ TableName }))).Items ?? []
  return {
    /** Every posting, by key; the dictionary is left out. */
    postings: async (): Promise<Posting[]> =>
      (await all())
        .map((item) => unmarshall(item) as Posting)
        .filter(({ words }) => typeof words === 'string')
        .toSorted((a, b) => (`${a.pk}\n${a.sk}` < `${b.pk}\n${b.sk}` ? -1 : 1)),
    async clear(): Promise<void> {
      const keys = (await all()).map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk: pk!, sk: sk! } } }))
      for (let i = 0; i < keys.length; i += 25)
        await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: keys.slice(i, i + 25) } }))
    },
    put: async (posting: Posting): Promise<void> =>
      void (await client.send(new PutItemCommand({ TableName, Item: marshall(posting) }))),
  }
}
