import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { northwindFolder } from './fixture/northwind.ts'

const root = resolve(import.meta.dirname, '..')

export interface ChangedSources {
  /** files of the product, by their paths */
  added?: Readonly<Record<string, string>>
  /** files of operators, beside those of Northwind */
  written?: Readonly<Record<string, string>>
}

/** A copy of the product's sources and of Northwind (`northwind/`) in `project`, with these files more. */
export function copySources(project: string, { added = {}, written = {} }: ChangedSources): void {
  for (const folder of ['core', 'functions', 'pattern', 'cli', 'infra'])
    cpSync(join(root, folder), join(project, folder), { recursive: true })
  for (const file of ['package.json', 'tsconfig.json', 'node_modules'])
    symlinkSync(join(root, file), join(project, file))
  const content = join(project, 'northwind')
  cpSync(northwindFolder, content, { recursive: true })
  for (const [to, files] of [
    [project, added],
    [content, written],
  ] as const)
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(to, file)), { recursive: true })
      writeFileSync(join(to, file), text)
    }
}

/** Builds and synthesizes them: the folder of the cloud assembly. */
export async function synthesizeSources(project: string): Promise<string> {
  process.env.CDK_VALIDATION = 'false'
  const [{ build }, { createApp }] = await Promise.all([import('#infra/build.ts'), import('#infra/app.ts')])
  const content = join(project, 'northwind')
  const { outDir } = await build({ root: project, content, outDir: join(project, '.build') })
  return createApp({ buildDir: outDir, outdir: join(outDir, 'cdk.out') }).synth().directory
}
