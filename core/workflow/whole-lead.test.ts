import { describe, expect, test } from 'vitest'
import { northwindMessages } from '../../test/fixture/northwind.ts'
import { leadKind } from '../kind/sales/lead.ts'
import { packPosted } from '../kind/sales/posted.ts'
import { submissionKind } from '../kind/system/submission.ts'
import { deliver } from '../message/delivery/deliver.ts'
import { segmentKey } from '../kind/system/segment.ts'
import { readWhole } from '../record/elsewhere.ts'
import { fromItem, toItem } from '../record/item.ts'
import { recordKey } from '../record/key.ts'
import { parseYaml } from '../source/yaml.ts'
import type { Store } from '../store/store.ts'
import { parseTable } from '../table/definition.ts'
import { advance } from './advance.ts'
import {
  company,
  id,
  newLead,
  plainPress,
  published,
  story,
  tenant,
  machinery,
  vocabulary,
  kinds,
  letters,
} from './fixture.ts'
import { rulesOf } from './rules.ts'

/*
 * A lead whose words stand in its first submission only.
 */

const message = 'It is urgent: the cellar is warm.'
const also = [{ name: 'colour', text: 'blue' }]
const submission = submissionKind.schema.parse({
  tenant,
  id: 'sub_1',
  version: 1,
  createdAt: '2026-11-23T08:00:00.000Z',
  updatedAt: '2026-11-23T08:00:00.000Z',
  door: 'form',
  formId: 'demo',
  language: 'en',
  outcome: 'lead',
  leadId: id,
  posted: packPosted({ message, also, fields: [['message', message]], contentType: '' }, plainPress),
})

/** @param when the row that gives a lead to the team `solo` */
const rulesWith = (when: string) =>
  rulesOf(
    {
      company,
      tables: {
        ...published.tables,
        'lead-routing': parseTable(
          parseYaml(
            'rules/lead-routing.yaml',
            `decision: lead-routing
record: lead
hitPolicy: first
outputs:
  team: { type: team }
  respondWithin: { type: duration }
rows:
  - id: solo
    when: ${when}
    then: { team: solo, respondWithin: 1 hour }
default: { team: north, respondWithin: 2 hours }
`,
          ),
          vocabulary,
        ),
      },
    },
    machinery,
  )

async function routed(when: string) {
  const stage = await story(newLead({ inSubmission: ['message', 'also'] }))
  await stage.store.write([{ do: 'create', item: toItem(submissionKind, submission) }])
  const read = new Set<string>()
  const store: Store = {
    ...stage.store,
    async getAll(keys) {
      for (const { pk } of keys) read.add(pk)
      return stage.store.getAll(keys)
    },
  }
  await advance(store, rulesWith(when), stage.calls[0]!, stage.tools)
  return { ...stage, isSubmissionRead: read.has(recordKey(tenant, 'sub_1').pk) }
}

describe('a lead whose words stand in its submission', () => {
  test('is routed by them when the table asks for them, and does not get them', async () => {
    const { lead, store, isSubmissionRead } = await routed("{ lead.message: [{ prefix: 'It is urgent' }] }")
    expect(await lead()).toMatchObject({ teamId: 'solo', inSubmission: ['message', 'also'] })
    expect(await store.get(recordKey(tenant, id))).not.toHaveProperty('message')
    expect(isSubmissionRead).toBe(true)
  })

  test.each([
    ['whether something was written', '{ given.message: [true] }', 'solo'],
    ['for something else', '{ lead.country: [CH] }', 'north'],
  ])('costs no read when the table asks %s', async (_, when, team) => {
    const { lead, isSubmissionRead } = await routed(when)
    expect(await lead()).toMatchObject({ teamId: team })
    expect(isSubmissionRead).toBe(false)
  })

  test('is shown whole, and to its owner with its words', async () => {
    const stage = await routed('{ lead.country: [CH] }')
    const [whole] = await readWhole(stage.store, leadKind, [await stage.lead()], plainPress)
    expect(whole).toMatchObject({ message, also })
    const texts: string[] = []
    const first = { ...segmentKey({ tenant, id, workflow: 'follow', occurrence: '1' }, 0), number: 0 }
    await deliver(first, {
      kinds,
      letters,
      store: stage.store,
      company,
      messages: northwindMessages,
      publicUrl: 'https://crm.example',
      press: plainPress,
      now: stage.clock.now,
      send: async ({ text }) => {
        texts.push(text)
        return { id: 'ses-1' }
      },
    })
    expect(texts[0]).toContain(message)
    expect(texts[0]).toContain('blue')
  })

  test('keeps nothing of them in its item, whole or not', async () => {
    const stage = await routed('{ lead.country: [CH] }')
    const [whole] = await readWhole(stage.store, leadKind, [await stage.lead()], plainPress)
    expect(toItem(leadKind, whole!)).toEqual(toItem(leadKind, await stage.lead()))
  })

  test('is as it is where its submission is gone', async () => {
    const stage = await story(newLead({ inSubmission: ['message'] }))
    const stored = fromItem(leadKind, (await stage.store.get(recordKey(tenant, id)))!)
    expect(await readWhole(stage.store, leadKind, [stored], plainPress)).toEqual([stored])
  })
})
