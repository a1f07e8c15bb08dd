import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { afterAll, describe, expect, test } from 'vitest'
import { newTurnBook } from '#core/assign/turn-book.ts'
import { toItem } from '#core/record/item.ts'
import { parseYaml } from '#core/source/yaml.ts'
import { memoryStore } from '#core/store/memory.ts'
import { advance } from '#core/workflow/advance.ts'
import { compileWorkflow } from '#core/workflow/compile.ts'
import { company, id, monday, newLead, published, rules, tenant } from '#core/workflow/fixture.ts'
import { press } from '#functions/adapter/press/letter.ts'
import { workflowJsonSchema } from '#core/workflow/schema.ts'
import { segmentCall } from '#core/workflow/segment-call.ts'
import { leadKind } from '#core/kind/sales/lead.ts'
import { findVocabulary, foundModules } from '#infra/found.ts'

/*
 * A verb is one file: a project with one more in core/workflow/step/ has it in its schema, its checks, its machines and its
 * functions, and nothing else was touched.
 */

const core = resolve(import.meta.dirname, '..', 'core')
const project = mkdtempSync(join(tmpdir(), 'holdfast-verb-'))
afterAll(() => rmSync(project, { recursive: true }))

mkdirSync(join(project, 'core/workflow/step'), { recursive: true })
writeFileSync(
  join(project, 'core/workflow/step/prefer.ts'),
  `import { changed, noted } from '${core}/workflow/progress.ts'
import { named, verb } from '${core}/workflow/verb.ts'

export const prefer = verb({
  name: 'prefer',
  written: () => ({ prefer: named('The product that it is about from here on.') }),
  check: ({ prefer: product }, { tell }) => product === 'nothing' && tell('no-product', 'there is no such product'),
  needs: () => [{ what: 'team', verb: 'route' }],
  compile: ({ prefer: product }) => ({ product }),
  step: {
    do: 'prefer',
    compiled: () => ({ product: named('') }),
    describe: ({ product }) => 'prefer ' + product,
    run: (step, progress) =>
      noted(changed(progress, { product: step.product }), step, 'skip', { product: step.product }),
  },
})
`,
)
const own = await findVocabulary()
const more = await findVocabulary(project)
const verbs = new Map([...own.verbs, ...more.verbs])
const { kinds, vocabulary } = own

const text = (product: string, before = 'route: lead-routing'): string => `workflow: preferring
title: Prefer
when: { detail-type: [lead.created] }
lastResort: unanswered
steps:
  - ${before}
  - prefer: ${product}
  - queue: unanswered
`
const compile = (source: string) =>
  compileWorkflow(parseYaml('workflows/preferring.yaml', source), {
    company,
    tables: published.tables,
    messages: published.messages,
    kinds,
    verbs,
    vocabulary,
  })

describe('a verb in one file more', () => {
  test('is found beside those of the product', () => {
    expect([...own.verbs.keys()]).toEqual([
      'assign',
      'queue',
      'reassign',
      'route',
      'tell',
      'wait',
      'waitUntil',
    ])
    expect([...more.verbs.keys()]).toEqual(['prefer'])
  })

  test('is completed by editors', () => {
    expect(JSON.stringify(workflowJsonSchema({ verbs, kinds }))).toContain(
      'The product that it is about from here on.',
    )
  })

  test('is checked at its place, and its steps know what they need', () => {
    expect(() => compile(text('nothing'))).toThrow('workflows/preferring.yaml:7:13: there is no such product')
    expect(() => compile(text('sensors', 'queue: unanswered'))).toThrow(
      '"prefer: sensors" needs a step "route" before it',
    )
    expect(() => compile(text('sensors').replace('prefer:', 'prefers:'))).toThrow('wait, waitUntil, prefer')
  })

  test('compiles to a step of the machine, which is performed', async () => {
    const { definition } = compile(text('sensors'))
    const { States } = definition as {
      States: Record<string, { Comment: string; Arguments: { Payload: object } }>
    }
    const task = States['Segment 1']!
    expect(task.Comment).toBe('route by lead-routing, prefer sensors, put into unanswered')
    const event = { tenant, kind: 'lead', id, eventId: `${id}.1`, hop: 0 }
    const call = segmentCall(verbs).parse({ ...task.Arguments.Payload, event, execution: 'execution-1' })
    const store = memoryStore()
    await store.write([{ do: 'create', item: toItem(leadKind, newLead()) }])
    await advance(store, rules, call, { now: () => monday, book: newTurnBook(), press, kinds, verbs })
    const [item] = await store.getAll([leadKind.keys(newLead())])
    expect(item).toMatchObject({ line: { product: 'sensors', queueId: 'unanswered' } })
  })

  test('is in the bundles of functions', async () => {
    const { outputFiles } = await build({
      stdin: { contents: (await foundModules(project))['holdfast:verbs']!, resolveDir: core, loader: 'js' },
      bundle: true,
      format: 'esm',
      write: false,
    })
    expect(outputFiles[0]!.text).toContain('name: "prefer"')
  })
})
