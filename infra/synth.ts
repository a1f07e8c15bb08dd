import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { build, buildHash } from './build.ts'
import { fingerprint } from './fingerprint.ts'
import { failureText } from './refusal.ts'

/*
 * Build and synthesis for the embedded cloud: without the CDK's command line, its validator and the security checks
 * (four of five seconds), and only when something has changed. `npm run synth` has all of them.
 * `content` is the folder of company/, rules/, messages/ and workflows/: that of the project unless another one is named.
 */

const root = resolve(import.meta.dirname, '..')

/** Where the build of a folder lies: each has its own, so that whoever changes between them does not build again. */
export function buildDirOf(content = root): string {
  if (content === root) return join(root, '.build')
  const number = createHash('sha256').update(content).digest('hex').slice(0, 8)
  return join(root, '.build', 'content', `${basename(content)}-${number}`)
}

/** The cloud assembly that local/ runs. */
export const assemblyOf = (content = root): string => join(buildDirOf(content), 'cdk.out')

const stampOf = (content: string): string => join(buildDirOf(content), 'synth.hash')

const synthHash = (content: string): string =>
  fingerprint(root, ['infra', 'cdk.json'], buildHash({ content }))

/** Whether the assembly is that of the present sources. */
export const isSynthesized = (content = root): boolean =>
  existsSync(stampOf(content)) &&
  existsSync(join(assemblyOf(content), 'manifest.json')) &&
  readFileSync(stampOf(content), 'utf8') === synthHash(content)

/** Builds and synthesizes, telling each phase when it is over. Throws a Refusal when operators' files are wrong. */
export async function synthesize(
  tell: (phase: string, milliseconds: number) => void,
  content = root,
): Promise<void> {
  process.env.CDK_VALIDATION = 'false'
  const [buildDir, assembly, stamp] = [buildDirOf(content), assemblyOf(content), stampOf(content)]
  const start = performance.now()
  // esbuild works in a process of its own: meanwhile this one loads the CDK.
  const [built, { createApp }] = await Promise.all([build({ content, outDir: buildDir }), import('./app.ts')])
  const then = performance.now()
  tell(
    built.built ? 'compiled workflows and rules, bundled functions' : 'functions are unchanged',
    then - start,
  )

  const hash = synthHash(content)
  rmSync(stamp, { force: true })
  rmSync(assembly, { recursive: true, force: true })
  const { stacks } = createApp({ buildDir, outdir: assembly }).synth()
  writeFileSync(stamp, hash)
  tell(`synthesized ${stacks.length} stacks`, performance.now() - then)
}

if (import.meta.main)
  try {
    const { content } = parseArgs({ options: { content: { type: 'string' } } }).values
    await synthesize(
      (phase, milliseconds) => {
        process.stdout.write(`${(milliseconds / 1000).toFixed(1).padStart(5)} s  ${phase}\n`)
      },
      content && resolve(content),
    )
  } catch (error) {
    process.stderr.write(`${failureText(error)}\n`)
    process.exitCode = 1
  }
