import * as z from 'zod'
import { name } from '../source/name.ts'

/*
 * By which stages deals come about, and why they are lost: what a firm calls them is its own, so they are published, not
 * declared. Records keep the ids.
 */

export const forecastCategories = ['pipeline', 'best-case', 'commit', 'omitted'] as const

const stage = z.strictObject({
  id: name,
  title: z.string().min(1),
  /** percent of the deals in this stage that are won */
  probability: z
    .int('write percent as a whole number, such as 40')
    .min(0, 'write percent, from 0 to 100')
    .max(100, 'write percent, from 0 to 100'),
  /** as what a forecast counts it: `commit` is sure, `best-case` may be, `pipeline` is open, `omitted` does not count */
  forecast: z.enum(forecastCategories),
})

export const pipeline = z.strictObject({
  title: z.string().min(1),
  /** in their order; a new deal is in the first one */
  stages: z
    .array(stage)
    .min(1, 'a pipeline needs at least one stage')
    .max(30, 'a pipeline has at most 30 stages'),
  /** titles by name: a deal is lost for one of them */
  lossReasons: z
    .record(name, z.string().min(1))
    .refine((reasons) => Object.keys(reasons).length > 0, 'a deal is lost for a reason: name at least one'),
})
export type Pipeline = z.infer<typeof pipeline>
