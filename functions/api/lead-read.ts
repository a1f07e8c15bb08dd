import { published } from 'holdfast:published'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson, requireCaller } from '#functions/adapter/http.ts'
import { press } from '#functions/adapter/press.ts'
import { openTable } from '#functions/adapter/table.ts'
import { fromItem, type Item } from '#core/model/entity.ts'
import { Fault } from '#core/model/fault.ts'
import { leadEntity, leadKey } from '#core/model/lead.ts'
import { leadView, submissionKeysOf, tellStory } from '#core/lead/story.ts'
import type { Store } from '#core/store/store.ts'

/** GET /leads/{id}: the lead as it is. GET /leads/{id}/history: all that ever happened to it, in its order. */
export const handler = onHttp({ store: openTable }, async (request, { store }) => {
  requireCaller(request, 'sales', 'manager', 'operations')
  const key = leadKey('main', request.params.id ?? '')
  if (!request.path.endsWith('/history')) {
    const item = await store.get(key)
    if (!item) throw unknownLead()
    return answerJson(200, leadView(fromItem(leadEntity, item)))
  }
  const items = await allOf(store, key.pk)
  if (!items.some((item) => item.kind === 'lead')) throw unknownLead()
  const submissions = await store.getAll(submissionKeysOf(items))
  return answerJson(
    200,
    tellStory([...items, ...submissions.filter((item) => item !== undefined)], published, press),
  )
})

const unknownLead = (): Fault => new Fault('record.unknown', 'there is no such lead')

async function allOf(store: Store, pk: string): Promise<Item[]> {
  const items: Item[] = []
  let after: string | undefined
  do {
    const page = await store.query(pk, after ? { after } : {})
    items.push(...page.items)
    after = page.next
  } while (after)
  return items
}
