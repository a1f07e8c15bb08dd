import fc from 'fast-check'

/** Every property test of a run draws from the seed that vitest.config.ts has printed, so that any of them can be repeated. */
fc.configureGlobal({ seed: Number(process.env.HOLDFAST_SEED) })
