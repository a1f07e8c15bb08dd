import { createRequire } from 'node:module'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readCompany } from '#core/company/company-read.ts'
import { parseTable } from '#core/table/definition.ts'
import { parseYaml } from '#core/source/yaml.ts'
import { compileWorkflow } from '#core/workflow/compile.ts'
import { workflowJsonSchema } from '#core/workflow/schema.ts'
import { findVocabulary } from '#infra/found.ts'
import { northwindFolder, northwindMessages as messages } from './fixture/northwind.ts'

// The package declares no types.
const validateMachine = createRequire(import.meta.url)('asl-validator') as (definition: unknown) => {
  isValid: boolean
  errors: unknown[]
}

const read = (folder: string) =>
  readdirSync(join(northwindFolder, folder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => `${folder}/${file}`)
    .map((file) => parseYaml(file, readFileSync(join(northwindFolder, file), 'utf8')))

const company = readCompany(read('company'))
const found = await findVocabulary()
const tables = Object.fromEntries(
  read('rules').map((source) => {
    const table = parseTable(source, found.vocabulary)
    return [table.name, table]
  }),
)
const workflows = read('workflows').map((source) =>
  compileWorkflow(source, { company, tables, messages, ...found }),
)

describe.each(workflows)('the workflow $name', (workflow) => {
  const definition = JSON.stringify(workflow.definition, null, 2)

  test('is a valid state machine', () => {
    expect(validateMachine(JSON.parse(definition)).errors).toEqual([])
    expect(validateMachine({ ...workflow.definition, StartAt: 'nowhere' }).isValid).toBe(false)
  })

  // After a change on purpose: vitest run test/workflow.test.ts -u, and look at the difference.
  test('compiles to the machine that was reviewed', async () => {
    await expect(`${definition}\n`).toMatchFileSnapshot(`golden/${workflow.name}.asl.json`)
  })

  test('names its schema in the first line', () => {
    const [first] = readFileSync(join(northwindFolder, `workflows/${workflow.name}.yaml`), 'utf8').split('\n')
    expect(first).toBe('# yaml-language-server: $schema=../docs/schema/workflow.json')
  })
})

test('editors complete workflows by the schema that the compiler reads by', async () => {
  await expect(`${JSON.stringify(workflowJsonSchema(found), null, 2)}\n`).toMatchFileSnapshot(
    '../docs/schema/workflow.json',
  )
})
