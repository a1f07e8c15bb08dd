/* Reads the folder that `cdk synth` writes: its stacks in the order of deployment, and the files they deploy. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Unmodelled } from './fault.ts'

export interface RawResource {
  Type: string
  Properties?: Record<string, unknown>
  Metadata?: Record<string, unknown>
  Condition?: string
}

export interface RawTemplate {
  Resources?: Record<string, RawResource>
  Outputs?: Record<string, { Value: unknown; Condition?: string; Export?: { Name: unknown } }>
  Parameters?: Record<string, { Type: string; Default?: unknown }>
  Conditions?: Record<string, unknown>
  Mappings?: Record<string, Record<string, Record<string, unknown>>>
}

export interface Stack {
  name: string
  region: string
  template: RawTemplate
  /** Key of an object in the asset bucket → absolute path of the folder or file that would be uploaded there. */
  assets: Map<string, string>
}

interface Manifest {
  artifacts?: Record<string, Artifact>
}

interface Artifact {
  type: string
  environment?: string
  dependencies?: string[]
  properties?: { templateFile?: string; file?: string; directoryName?: string; stackName?: string }
}

/** Only a CDK app without an explicit region leaves it open; the embedded cloud needs some name for it. */
const regionOfNoRegion = 'eu-central-1'

/**
 * Reads every stack of a cloud assembly.
 * @throws Unmodelled when the folder holds no assembly or an asset that cannot run here
 */
export function readAssembly(folder: string): Stack[] {
  const manifest = readJson(join(folder, 'manifest.json')) as Manifest
  const artifacts = manifest.artifacts ?? {}
  const stacks: Stack[] = []
  for (const id of inDeploymentOrder(artifacts)) {
    const artifact = artifacts[id]!
    const properties = artifact.properties ?? {}
    if (artifact.type === 'cdk:cloud-assembly')
      stacks.push(...readAssembly(join(folder, required(properties.directoryName, id))))
    if (artifact.type !== 'aws:cloudformation:stack') continue
    const region = artifact.environment?.split('/').at(-1)
    stacks.push({
      name: properties.stackName ?? id,
      region: !region || region === 'unknown-region' ? regionOfNoRegion : region,
      template: readJson(join(folder, required(properties.templateFile, id))) as RawTemplate,
      assets: readAssets(folder, artifact, artifacts),
    })
  }
  if (stacks.length === 0) throw new Unmodelled(folder, 'the assembly holds no stack; run the synth first')
  return stacks
}

interface AssetFile {
  source: { path?: string; packaging?: string; executable?: string[] }
  destinations: Record<string, { objectKey: string }>
}

function readAssets(folder: string, stack: Artifact, artifacts: Record<string, Artifact>) {
  const assets = new Map<string, string>()
  for (const id of stack.dependencies ?? []) {
    const artifact = artifacts[id]
    if (artifact?.type !== 'cdk:asset-manifest') continue
    const file = required(artifact.properties?.file, id)
    const { files = {} } = readJson(join(folder, file)) as { files?: Record<string, AssetFile> }
    for (const asset of Object.values(files)) {
      if (!asset.source.path) throw new Unmodelled(id, 'an asset made by an executable is not supported')
      for (const destination of Object.values(asset.destinations))
        assets.set(destination.objectKey, resolve(folder, asset.source.path))
    }
  }
  return assets
}

function inDeploymentOrder(artifacts: Record<string, Artifact>): string[] {
  const order = new Set<string>()
  const visit = (id: string) => {
    if (order.has(id) || !artifacts[id]) return
    for (const dependency of artifacts[id].dependencies ?? []) visit(dependency)
    order.add(id)
  }
  for (const id of Object.keys(artifacts)) visit(id)
  return [...order]
}

function required(value: string | undefined, artifact: string): string {
  if (value === undefined) throw new Unmodelled(`manifest.json ${artifact}`, 'the artifact names no file')
  return value
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown
  } catch (error) {
    throw new Unmodelled(file, `cannot be read as JSON (${(error as Error).message}); run the synth first`)
  }
}
