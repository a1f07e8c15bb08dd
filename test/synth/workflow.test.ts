import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { assembly, idOf, ofType } from './template.ts'

/** The package brings no types. */
const validateDefinition = createRequire(import.meta.url)('asl-validator') as (
  definition: object,
  options?: { checkArn?: boolean; checkPaths?: boolean },
) => { isValid: boolean; errorsText(): string }

describe('workflows', () => {
  const definitions = () =>
    ofType('AWS::StepFunctions::StateMachine').map(([id, { Properties }]) => ({
      id,
      text: definitionOf(Properties.DefinitionS3Location.Key as string),
      machine: Properties,
    }))

  test('each compiles to a valid JSONata state machine', () => {
    expect(definitions().length).toBe(
      JSON.parse(readFileSync(join(dirname(assembly), 'workflows.json'), 'utf8')).length,
    )
    for (const { id, text } of definitions()) {
      const definition = JSON.parse(
        text.replaceAll('${advance}', 'arn:aws:lambda:eu-west-1:123456789012:function:advance'),
      ) as object
      expect(validateDefinition(definition, { checkArn: true, checkPaths: true }).errorsText(), id).toBe('')
      expect(definition, id).toHaveProperty('QueryLanguage', 'JSONata')
    }
  })

  test('the validator sees a state that leads nowhere', () => {
    const { text } = definitions()[0]!
    const definition = JSON.parse(text) as object
    expect(validateDefinition({ ...definition, StartAt: 'Nowhere' }).isValid).toBe(false)
  })

  test('executions get a reference and no personal data, and log none', () => {
    for (const { id, machine } of definitions()) {
      const starting = ofType('AWS::Events::Rule').flatMap(([, { Properties }]) =>
        Properties.Targets.filter((target: any) => idOf(target.Arn) === id),
      )
      expect(starting.length, id).toBeGreaterThan(0)
      for (const target of starting) expect(target.InputPath, id).toBe('$.detail.ref')
      expect(machine.LoggingConfiguration.IncludeExecutionData, id).toBe(false)
      expect(machine.StateMachineType, id).toBe('STANDARD')
    }
  })

  test('only our own events start or end them', () => {
    for (const [id, { Properties }] of ofType('AWS::Events::Rule'))
      if (Properties.EventBusName) expect(Properties.EventPattern.source, id).toEqual(['holdfast'])
  })
})

/** The text of a definition, which is a file beside the templates. */
const definitionOf = (key: string): string => readFileSync(join(assembly, `asset.${key}`), 'utf8')
