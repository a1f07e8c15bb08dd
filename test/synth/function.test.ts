import { globSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bundleSizes, functionNames, readMetafile } from '#infra/bundle.ts'
import { assembly, idOf, ofType, resources } from './template.ts'

describe('functions', () => {
  test('every file is one function, and every function is a file', () => {
    const deployed = ofType('AWS::Lambda::Function').map(([id]) => id.slice(0, -8))
    const files = functionNames('functions').map((name) =>
      name.replace(/(^|[^a-z0-9])([a-z0-9])/g, (_, _separator, letter) => letter.toUpperCase()),
    )
    expect(deployed.toSorted()).toEqual(files.toSorted())
  })

  test('all run on Node 24 and ARM, with a log of their own that forgets', () => {
    for (const [id, { Properties }] of ofType('AWS::Lambda::Function')) {
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
    const { inputs, outputs } = readMetafile(dirname(assembly))
    const carried = new Set(Object.values(outputs).flatMap((output) => Object.keys(output.inputs)))
    const whole = [...carried].filter(
      (path) =>
        /^(core|functions|pattern)\//.test(path) &&
        inputs[path]!.imports.some((imported) => imported.path.endsWith('node_modules/zod/index.js')),
    )
    expect(whole.filter((path) => !stillWhole.test(path))).toEqual([])
  })

  test('what a call may never need lies beside, and is loaded by the first that needs it', () => {
    const folder = join(dirname(assembly), 'function')
    const later = globSync('*/*/*.js', { cwd: folder })
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => !path.endsWith('/index.js'))
    expect(later.filter((path) => path.startsWith('api/form-submit/')).toSorted()).toEqual([
      'api/form-submit/country-name.js',
      'api/form-submit/jsonata.js',
      'api/form-submit/phone-number.js',
      'api/form-submit/problem-page.js',
    ])
    for (const path of later) {
      const budget = laterBudgets[basename(path)] ?? 0
      expect(Math.ceil(statSync(join(folder, path)).size / 1024), path).toBeLessThanOrEqual(budget)
    }
  })

  test('each bundle stays within its budget', () => {
    const sizes = bundleSizes(readMetafile(dirname(assembly)))
    expect(Object.keys(sizes).toSorted()).toEqual(Object.keys(budgets).toSorted())
    for (const [name, bytes] of Object.entries(sizes)) {
      const kilobytes = Math.ceil(bytes / 1024)
      expect(kilobytes, `${name}: a cold start loads every byte`).toBeLessThanOrEqual(budgets[name] ?? 0)
    }
  })
})

/** What is not moved yet. */
const stillWhole = /^core\/(kind\/|record\/id\.ts|intake\/(normalize|arrival|lead-input)\.ts)/

/** KB of what is loaded once it is needed. */
const laterBudgets: Record<string, number> = {
  'country-name.js': 10,
  'jsonata.js': 85,
  'phone-number.js': 180,
  'problem-page.js': 15,
}

/** KB, some 5% above what was measured when it was set. */
const budgets: Record<string, number> = {
  'api/absence': 310,
  'api/alert': 275,
  'api/form-page': 140,
  'api/form-submit': 455,
  'api/lead-activity': 365,
  'api/lead-create': 440,
  'api/lead-list': 315,
  'api/lead-read': 355,
  'api/not-found': 135,
  'api/quarantine': 425,
  'api/front-page': 140,
  'api/key': 280,
  'api/sign-in': 95,
  'on/authorize': 300,
  'on/deliver-mail': 390,
  'on/publish': 270,
  'on/run-event': 360,
  'on/store-spooled': 385,
  'on/watchdog': 380,
  'step/advance': 375,
}
