import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { northwindFolder } from './fixture/northwind.ts'

/** Northwind with a change, copied into `project`, built and synthesized: the folder of the cloud assembly. */
export async function changedNorthwind(project: string, change: (content: string) => void): Promise<string> {
  cpSync(northwindFolder, project, { recursive: true })
  change(project)
  process.env.CDK_VALIDATION = 'false'
  const [{ build }, { createApp }] = await Promise.all([import('#infra/build.ts'), import('#infra/app.ts')])
  const { outDir } = await build({ content: project, outDir: join(project, '.build') })
  return createApp({ buildDir: outDir, outdir: join(outDir, 'cdk.out') }).synth().directory
}

/** Fails where the file does not hold what is to be changed. */
export function edit(file: string, what: RegExp, by: string): void {
  const text = readFileSync(file, 'utf8')
  expect(text).toMatch(what)
  writeFileSync(file, text.replace(what, by))
}
