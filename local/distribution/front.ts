/* What answers whatever is not the embedded cloud's own: the distribution of the template, or else its API. */
import type { Door } from '../http/server.ts'
import type { DistributionDefinition } from '../resource/distribution.ts'
import { Unmodelled } from '../template/fault.ts'
import { openDistribution, type DistributionOptions } from './distribution.ts'

export interface FrontOptions extends Omit<DistributionOptions, 'definition'> {
  distributions: readonly DistributionDefinition[]
}

/** @throws Unmodelled for a second distribution */
export function openFront({ distributions, ...options }: FrontOptions): Door {
  const [definition, ...others] = distributions
  if (others.length > 0)
    throw new Unmodelled(others[0]!.id, 'only one distribution is modelled: there is one address')
  return definition ? openDistribution({ ...options, definition }) : (request) => options.askApi(request)
}
