import { Stack, type StackProps } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import type { CompiledWorkflow } from '#core/workflow/compile.ts'
import { Workflows } from '../construct/workflow.ts'
import type { AutomationStack } from './automation.ts'

export interface WorkflowStackProps extends StackProps {
  buildDir: string
  automation: AutomationStack
  workflows: readonly CompiledWorkflow[]
}

/** What operators' files in workflows/ become: a stack of its own, because it alone grows with their number. */
export class WorkflowStack extends Stack {
  constructor(scope: Construct, id: string, props: WorkflowStackProps) {
    const { buildDir, automation, workflows, ...stackProps } = props
    super(scope, id, stackProps)
    const { bus, advance, undelivered } = automation
    new Workflows(this, { buildDir, workflows, bus, advance, deadLetters: undelivered })
  }
}
