import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build, buildHash } from './build.ts'
import { fingerprint } from './fingerprint.ts'
import { failureText } from './refusal.ts'

/*
 * Build and synthesis for the embedded cloud: without the CDK's command line, its validator and the security checks
 * (four of five seconds), and only when something has changed. `npm run synth` has all of them.
 */

const root = resolve(import.meta.dirname, '..')
const buildDir = join(root, '.build')
/** The cloud assembly that local/ runs. */
export const assembly = join(buildDir, 'cdk.out')
const stamp = join(buildDir, 'synth.hash')

const synthHash = (): string => fingerprint(root, ['infra', 'cdk.json'], buildHash())

/** Whether the assembly is that of the present sources. */
export const isSynthesized = (): boolean =>
  existsSync(stamp) &&
  existsSync(join(assembly, 'manifest.json')) &&
  readFileSync(stamp, 'utf8') === synthHash()

/** Builds and synthesizes, telling each phase when it is over. Throws a Refusal when operators' files are wrong. */
export async function synthesize(tell: (phase: string, milliseconds: number) => void): Promise<void> {
  process.env.CDK_VALIDATION = 'false'
  const start = performance.now()
  // esbuild works in a process of its own: meanwhile this one loads the CDK.
  const [built, { createApp }] = await Promise.all([build(), import('./app.ts')])
  const then = performance.now()
  tell(
    built.built ? 'compiled workflows and rules, bundled functions' : 'functions are unchanged',
    then - start,
  )

  const hash = synthHash()
  rmSync(stamp, { force: true })
  rmSync(assembly, { recursive: true, force: true })
  const { stacks } = createApp({ outdir: assembly }).synth()
  writeFileSync(stamp, hash)
  tell(`synthesized ${stacks.length} stacks`, performance.now() - then)
}

if (import.meta.main)
  try {
    await synthesize((phase, milliseconds) => {
      process.stdout.write(`${(milliseconds / 1000).toFixed(1).padStart(5)} s  ${phase}\n`)
    })
  } catch (error) {
    process.stderr.write(`${failureText(error)}\n`)
    process.exitCode = 1
  }
