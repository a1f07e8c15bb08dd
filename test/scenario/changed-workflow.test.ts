import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changedNorthwind, edit } from '../changed-northwind.ts'
import { newFolder, openCloud } from '../cloud.ts'
import { timelineOf } from './reading.ts'

/**
 * What becomes of a run that waits when the file of its workflow is changed, renamed or removed and the project is
 * deployed again: it finishes on the version that it began with. Seen to fail by looking a running execution's
 * definition up in the template.
 */
const start = '2027-03-01T09:00:00.000Z'

/** A Monday at ten in Berlin: what the workflow promises, as a person with a calendar in hand would say. */
const promised = [
  ['lead-assigned', start],
  ['lead-reminder', '2027-03-01T09:30:00.000Z'],
  ['lead-overdue', '2027-03-01T10:00:00.000Z'],
  ['lead-reassigned', '2027-03-01T10:00:00.000Z'],
  ['lead-queued', '2027-03-01T11:00:00.000Z'],
]

const changes: Record<string, (workflows: string) => void> = {
  changed: (workflows) =>
    edit(join(workflows, 'lead-follow-up.yaml'), /30 business minutes/, '5 business hours'),
  renamed: (workflows) => {
    renameSync(join(workflows, 'lead-follow-up.yaml'), join(workflows, 'first-answer.yaml'))
    edit(join(workflows, 'first-answer.yaml'), /^workflow: .*$/m, 'workflow: first-answer')
  },
  removed: (workflows) => rmSync(join(workflows, 'lead-follow-up.yaml')),
}

describe.each(Object.keys(changes))('a workflow whose file is %s', (how) => {
  const project = mkdtempSync(join(tmpdir(), 'holdfast-project-'))
  const data = newFolder()
  let assembly = ''
  beforeAll(
    async () =>
      void (assembly = await changedNorthwind(project, (content) =>
        changes[how]!(join(content, 'workflows')),
      )),
  )
  afterAll(() => {
    rmSync(project, { recursive: true, force: true })
    rmSync(data, { recursive: true, force: true })
  })

  test('keeps its promises to the lead that waits in it', async () => {
    const before = await openCloud({ start, data })
    const { json } = await before.postForm({ name: 'Ann', email: 'ann@customer.example', country: 'DE' })
    await before.advance('10 minutes')
    await before.stop()

    const after = await openCloud({ data, assembly })
    try {
      await after.advance('3 hours')
      const told = await timelineOf(after, json.leadId)
      expect(told.map(({ template, at }) => [template, at]).slice(0, promised.length)).toEqual(promised)
    } finally {
      await after.stop()
    }
  })
})
