import { defineConfig } from 'vitest/config'

// One seed for all property and fault tests of a run; HOLDFAST_SEED=… repeats it.
const seed = process.env.HOLDFAST_SEED ?? String(Date.now() % 1_000_000)
console.log(`seed of the property tests: ${seed} (HOLDFAST_SEED repeats it)`)

export default defineConfig({
  test: {
    include: [
      'pattern/**/*.test.ts',
      'core/**/*.test.ts',
      'local/**/*.test.ts',
      'cli/**/*.test.ts',
      'console/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    pool: 'forks',
    // It leaves one processor unused by itself, which is half of two.
    maxWorkers: '100%',
    env: { HOLDFAST_SEED: seed },
    setupFiles: ['test/seed.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
