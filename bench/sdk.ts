import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { median } from './quantile.ts'
import type { Bench } from './run.ts'

/*
 * `npm run bench -- sdk`: processor time of one call of the AWS SDK as functions make it, beside a client as the SDK makes it by
 * itself. Answers come from memory, so that neither a network nor a service counts. Each client gets processes of its
 * own, in turn, since what V8 has compiled for one would be shared by the other.
 */

const clients = {
  'of the SDK by itself': 'new DynamoDBClient({})',
  'of functions (`openClient`)': 'openClient(DynamoDBClient)',
}

type Microseconds = Record<'put' | 'transaction', number>

export const run: Bench['run'] = (options) => {
  const [rounds, calls] = options.has('--quick') ? [1, 4000] : [5, 16_000]
  const times = Object.keys(clients).map((): Microseconds[] => [])
  for (let round = 0; round < rounds; round++)
    for (const [i, client] of Object.values(clients).entries()) times[i]!.push(measure(client, calls))
  const line = (...cells: string[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`)
  process.stdout.write(
    `Microseconds of processor time a call, median of ${rounds} processes of ${calls} calls each, eight at once.\n\n`,
  )
  line('client', 'PutItem', 'TransactWriteItems of four')
  line('---', '---', '---')
  for (const [i, name] of Object.keys(clients).entries()) {
    const of = (what: keyof Microseconds): string => median(times[i]!.map((each) => each[what])).toFixed(0)
    line(name, of('put'), of('transaction'))
  }
}

function measure(client: string, calls: number): Microseconds {
  const address = 'http://127.0.0.1:9'
  const source = `
    import { DynamoDBClient, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
    import { openClient } from '#functions/adapter/client.ts'
    import { openTransport } from '#local/function/runtime/transport.ts'
    const answer = { status: 200, headers: ['content-type', 'application/x-amz-json-1.0'], body: '{}' }
    const transport = openTransport('${address}', (number) => {
      setImmediate(() => transport.answer(number, answer))
      return true
    })
    const client = ${client}
    const item = (i) => ({
      pk: { S: 'main#lead#' + i }, sk: { S: '@' }, kind: { S: 'lead' }, version: { N: '1' },
      contact: { M: { name: { S: 'Ann Lee' }, email: { S: 'ann' + i + '@customer.example' } } },
      message: { S: 'We would like to know how soon you can deliver. '.repeat(8) },
    })
    const put = (i) => ({ TableName: 'table', Item: item(i), ConditionExpression: 'attribute_not_exists(pk)' })
    const commands = {
      put: (i) => new PutItemCommand(put(i)),
      transaction: (i) =>
        new TransactWriteItemsCommand({ TransactItems: [0, 1, 2, 3].map((k) => ({ Put: put(4 * i + k) })) }),
    }
    const eightAtOnce = async (command, count) => {
      for (let i = 0; i < count; i += 8)
        await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((k) => client.send(command(i + k))))
    }
    const times = {}
    for (const [name, command] of Object.entries(commands)) {
      await eightAtOnce(command, ${calls / 4})
      const before = process.cpuUsage()
      await eightAtOnce(command, ${calls})
      const { user, system } = process.cpuUsage(before)
      times[name] = (user + system) / ${calls}
    }
    console.log(JSON.stringify(times))`
  const told = execFileSync(process.execPath, ['--input-type=module', '--eval', source], {
    cwd: resolve(import.meta.dirname, '..'),
    encoding: 'utf8',
    env: {
      AWS_ENDPOINT_URL: address,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
    },
  })
  return JSON.parse(told) as Microseconds
}
