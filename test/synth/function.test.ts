import { globSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Metafile } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { bundleSizes, functionNames, readMetafile } from '#infra/bundle.ts'
import { assembly, idOf, ofType, resources } from './template.ts'

/** What the CDK itself deploys files of the console with, when a stack changes; no line of ours. */
const isDeployer = (id: string): boolean => id.startsWith('CustomCDKBucketDeployment')
const ours = ofType('AWS::Lambda::Function').filter(([id]) => !isDeployer(id))

describe('functions', () => {
  test('every file is one function, and every function is a file', () => {
    const deployed = ours.map(([id]) => id.slice(0, -8))
    const files = functionNames('functions').map((name) =>
      name.replace(/(^|[^a-z0-9])([a-z0-9])/g, (_, _separator, letter) => letter.toUpperCase()),
    )
    expect(deployed.toSorted()).toEqual(files.toSorted())
  })

  test('all run on Node 24 and ARM, with a log of their own that forgets', () => {
    for (const [id, { Properties }] of ours) {
      expect(Properties, id).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      })
      expect(resources[idOf(Properties.LoggingConfig.LogGroup)]?.Properties.RetentionInDays, id).toBe(30)
    }
  })

  test('nothing that only runs at synth is in a bundle', () => {
    const inputs = Object.values(readMetafile(dirname(assembly)).outputs).flatMap((output) =>
      Object.keys(output.inputs),
    )
    expect(
      inputs.filter((input) => /node_modules\/(yaml|esbuild|aws-cdk-lib|constructs)\//.test(input)),
    ).toEqual([])
  })

  test('functions validate with zod/mini: the whole zod has three times its size and start', () => {
    const { outputs } = readMetafile(dirname(assembly))
    const whole = Object.values(outputs).flatMap(wholeZodIn)
    expect(whole).toEqual([])
  })

  test('what a call may never need lies beside, and is loaded by the first that needs it', () => {
    const folder = join(dirname(assembly), 'function')
    const later = globSync('*/*/*.js', { cwd: folder })
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => !path.endsWith('/index.js'))
    expect(later.filter((path) => path.startsWith('api/form-submit/')).toSorted()).toEqual([
      'api/form-submit/country-name.js',
      'api/form-submit/jsonata.js',
      'api/form-submit/merge.js',
      'api/form-submit/multipart.js',
      'api/form-submit/phone-number.js',
      'api/form-submit/problem-page.js',
    ])
    for (const path of later) {
      const budget = laterBudgets[basename(path)] ?? 0
      expect(Math.ceil(statSync(join(folder, path)).size / 1024), path).toBeLessThanOrEqual(budget)
    }
  })

  test('each bundle stays within its budget', () => {
    const metafile = readMetafile(dirname(assembly))
    const sizes = bundleSizes(metafile)
    expect(Object.keys(sizes).toSorted()).toEqual(Object.keys(budgets).toSorted())
    for (const [name, bytes] of Object.entries(sizes)) {
      const kilobytes = Math.ceil(bytes / 1024)
      expect(kilobytes, `${name}: a cold start loads every byte`).toBeLessThanOrEqual(budgets[name] ?? 0)
    }
  })
})

/** Files of ours in a bundle that bring the whole zod into it. */
function wholeZodIn({ inputs }: Metafile['outputs'][string]): string[] {
  const all = readMetafile(dirname(assembly)).inputs
  const carried = Object.keys(inputs).filter((path) => inputs[path]!.bytesInOutput > 0)
  return carried.filter(
    (path) =>
      /^(core|functions|pattern)\//.test(path) &&
      all[path]!.imports.some((imported) => imported.path.endsWith('node_modules/zod/index.js')),
  )
}

/** KB of what is loaded once it is needed. */
const laterBudgets: Record<string, number> = {
  'country-name.js': 10,
  'jsonata.js': 85,
  'merge.js': 130,
  'multipart.js': 15,
  'object.js': 350,
  'phone-number.js': 180,
  'problem-page.js': 15,
  'saved-list.js': 43,
}

/** KB, some 5% above what was measured when it was set. */
const budgets: Record<string, number> = {
  'api/absence': 255,
  'api/company': 320,
  'api/denial': 260,
  'api/file-bytes': 300,
  'api/find': 304,
  'api/find-rebuild': 297,
  'api/form-page': 89,
  'api/form-submit': 410,
  'api/lead-activity': 345,
  'api/lead-convert': 346,
  'api/lead-create': 395,
  'api/lead-give': 345,
  'api/record-activity': 312,
  'api/record-file': 333,
  'api/record-read': 394,
  'api/record-why': 416,
  'api/record-write': 331,
  'api/not-found': 111,
  'api/quarantine': 385,
  'api/front-page': 116,
  'api/key': 290,
  'api/openapi': 385,
  'api/sign-in': 30,
  'api/work': 323,
  'on/authorize': 255,
  'on/deliver-mail': 415,
  'on/project': 263,
  'on/publish': 253,
  'on/bus-event': 350,
  'on/store-spooled': 340,
  'on/watchdog': 365,
  'step/advance': 388,
}
