import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Annotations, App, CrossStackReferences, ReferenceStrength, type Environment } from 'aws-cdk-lib/core'
import type { CloudAssembly } from 'aws-cdk-lib/cx-api'
import type { Published } from '#core/publish/published.ts'
import type { CompiledWorkflow } from '#core/workflow/compile.ts'
import type { Doors } from './doors.ts'
import { readContext } from './context.ts'
import { excesses, excessText } from './limit/limit.ts'
import type { Deployment } from './limit/template.ts'
import { failureText, Refusal } from './refusal.ts'
import { ApiStack } from './stack/api.ts'
import { AutomationStack } from './stack/automation.ts'
import { DataStack } from './stack/data.ts'
import { FirewallStack } from './stack/firewall.ts'
import { WorkflowStack } from './stack/workflow.ts'

const root = resolve(import.meta.dirname, '..')

export interface AppOptions {
  /** output folder of the build */
  buildDir?: string
  /** where the assembly goes; default: where the CDK's command line wants it, or `cdk.out` in the build's folder */
  outdir?: string
  context?: Record<string, unknown>
}

/**
 * The whole deployment. Asks for no credentials and no network; its context is that of `context.ts`.
 * Throws a Refusal when a flag is not understood.
 */
export function createApp(options: AppOptions = {}): App {
  const buildDir = options.buildDir ?? join(root, '.build')
  const project = readJson(join(root, 'cdk.json')) as { context: Record<string, unknown> }
  const outdir = options.outdir ?? process.env.CDK_OUTDIR ?? join(buildDir, 'cdk.out')
  const app = new App({
    outdir,
    analyticsReporting: false,
    context: { ...project.context, ...options.context },
  })
  const flags = readContext(app.node.getAllContext())
  const {
    tenant,
    account,
    region,
    publicUrl,
    alarmMail,
    signInDomain,
    reserved,
    formRate,
    mailFrom = 'crm@example.com',
    mailIdentity = 'address',
  } = flags
  if (tenant === undefined) throw new Refusal('-c tenant=…: say whose records are kept, as cdk.json does')
  const env: Environment = { ...(account && { account }), ...(region && { region }) }
  // Off until everything has been created once: what is protected, a failed first creation cannot roll back.
  const isProtected = flags.protect === true

  const { company, until } = readJson(join(buildDir, 'published.json')) as Published
  const workflows = readJson(join(buildDir, 'workflows.json')) as CompiledWorkflow[]
  const { doors, routed, announced, followed, reduced } = readJson(join(buildDir, 'doors.json')) as Doors
  const data = new DataStack(app, 'HoldfastData', {
    env,
    tenant,
    isProtected,
    ...(alarmMail !== undefined && { alarmMail }),
  })
  const api = new ApiStack(app, 'HoldfastApi', {
    env,
    buildDir,
    data,
    company,
    doors: new Map(Object.entries(doors)),
    routed,
    isProtected,
    ...(reserved !== undefined && { reserved }),
    ...(formRate !== undefined && { formRate }),
    ...(signInDomain !== undefined && { signInDomain }),
    ...(publicUrl !== undefined && { publicUrl }),
    ...(flags.shield === true && { firewall: addFirewall(app, env) }),
  })
  const automation = new AutomationStack(app, 'HoldfastAutomation', {
    env,
    buildDir,
    announced,
    followed,
    reduced,
    data,
    api,
    until,
    mailFrom,
    mailIdentity,
  })
  new WorkflowStack(app, 'HoldfastWorkflows', { env, buildDir, automation, workflows })
  if (mailFrom.endsWith('@example.com'))
    Annotations.of(automation).addInfo(
      `E-mails are sent from ${mailFrom}: deploy with -c mailFrom=<your address>.`,
    )
  return app
}

/** CloudFront reads its firewall from us-east-1, wherever the rest is. */
function addFirewall(app: App, env: Environment): FirewallStack {
  const firewall = new FirewallStack(app, 'HoldfastFirewall', { env: { ...env, region: 'us-east-1' } })
  // Read when the stack is deployed. The other way, exports of another region, takes a function of the CDK's own in each.
  CrossStackReferences.of(firewall.rules).produce(ReferenceStrength.WEAK)
  return firewall
}

/** Lets the security checks refuse the synthesis. They take a second, so the embedded cloud goes without. */
export async function addSecurityChecks(app: App): Promise<void> {
  const { Validations } = await import('aws-cdk-lib/core')
  const { AwsSolutionsChecks } = await import('cdk-nag')
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
}

/** Throws a Refusal when the deployment passes a limit of AWS, with a line for each and what to do. */
export function checkLimits(assembly: CloudAssembly): void {
  const found = excesses(deploymentOf(assembly))
  if (found.length)
    throw new Refusal(`AWS would refuse this deployment:\n${found.map(excessText).join('\n')}`)
}

/** A synthesized assembly as the limits measure it. */
export function deploymentOf({ directory, stacks }: CloudAssembly): Deployment {
  const assets = readdirSync(directory).filter((name) => name.startsWith('asset.'))
  return {
    stacks: stacks.map(({ stackName, template, templateFullPath }) => ({
      name: stackName,
      template: template as Deployment['stacks'][number]['template'],
      bytes: statSync(templateFullPath).size,
    })),
    // A folder is uploaded as a zip of its name, a file as itself.
    assets: Object.fromEntries(
      assets.map((name) => {
        const path = join(directory, name)
        const isFolder = statSync(path).isDirectory()
        return [`${name.slice('asset.'.length)}${isFolder ? '.zip' : ''}`, bytesOf(path)]
      }),
    ),
  }
}

const bytesOf = (path: string): number =>
  statSync(path).isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0)
    : statSync(path).size

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))

if (import.meta.main)
  try {
    const app = createApp()
    await addSecurityChecks(app)
    checkLimits(app.synth())
  } catch (error) {
    process.stderr.write(`${failureText(error)}\n`)
    process.exitCode = 1
  }
