import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DescribeExecutionCommand, paginateGetExecutionHistory, SFNClient } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientOptions } from '../table.ts'
import { openCloud, type Cloud } from '../cloud.ts'

/** Words that stand nowhere else, in every field that a stranger can fill in. */
const canaries = {
  name: 'Canary-Name',
  email: 'canary-mail@customer.example',
  phone: '+49 30 90182099',
  company: 'Canary-Company',
  message: 'Canary-Message',
  unknown: 'Canary-Field',
}
const words = /canary|90182099/i

let cloud: Cloud
beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
  const { json } = await cloud.postForm({ ...canaries, country: 'DE' })
  await cloud.postForm({ ...canaries, message: 'Canary-Again', country: 'DE' })
  await cloud.submitForm({ ...canaries, _website: 'https://canary.example' })
  await cloud.request('/f/demo', {
    body: '{"name": "Canary-Broken',
    headers: { 'content-type': 'application/json' },
  })
  await cloud.request('/leads?owner=canary-owner', { user: 'maria' })
  await cloud.advance('70 minutes')
  const { ownerId } = (await cloud.lead(json.leadId)).json
  await cloud.addActivity(json.leadId, ownerId, { what: 'call', text: 'Canary-Activity' })
  await cloud.fault({ storeDown: true })
  await cloud.postForm({ ...canaries, message: 'Canary-Spooled' })
  await cloud.fault({ storeDown: false })
  await cloud.advance('30 minutes')
})
afterAll(() => cloud?.stop())

test('the words are where they belong', async () => {
  expect(JSON.stringify(await cloud.table.dump())).toMatch(words)
  expect(JSON.stringify(await cloud.messages())).toMatch(words)
})

test('nothing personal goes into the functions’ logs', () => {
  const log = readFileSync(join(cloud.data, 'log', 'functions.log'), 'utf8')
  expect(log.length).toBeGreaterThan(100)
  expect(log.split('\n').filter((line) => words.test(line))).toEqual([])
})

test('nothing personal goes into the executions and histories of workflows', async () => {
  const client = new SFNClient(clientOptions(cloud.data))
  const told: string[] = []
  const db = new DatabaseSync(join(cloud.data, 'cloud.db'), { readOnly: true })
  const executions = db.prepare('SELECT arn FROM executions').all()
  db.close()
  for (const { arn } of executions) {
    const executionArn = String(arn)
    told.push(JSON.stringify(await client.send(new DescribeExecutionCommand({ executionArn }))))
    for await (const { events } of paginateGetExecutionHistory({ client }, { executionArn }))
      told.push(JSON.stringify(events))
  }
  client.destroy()
  expect(told.join()).toContain('ExecutionStarted')
  expect(told.filter((text) => words.test(text))).toEqual([])
})
