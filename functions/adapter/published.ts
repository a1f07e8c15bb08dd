import { messages, published, until, workflows } from 'holdfast:published'
import { Fault } from '#core/record/fault.ts'
import type { Published } from '#core/publish/published.ts'

/*
 * What operators have published, as functions find it: opened for a tenant, where it is used. Today each bundle carries
 * the one version with which it was deployed, for every tenant of the deployment; whatever is published while functions
 * run is opened here too, and nothing else has to change.
 */

/** Opens what is live for a tenant, or the version that is named. Throws Fault `config.broken` for one that is not there. */
export type Opener<Content> = (tenant: string, version?: string) => Promise<Content>

export const openPublished = (): Opener<Omit<Published, 'messages' | 'until' | 'workflows'>> =>
  opener(published)

/** Apart, as messages, since only what ends runs needs them. */
export const openEnds = (): Opener<Published['until']> => opener(until)

/** Apart, since only what sends them carries their texts. */
export const openMessages = (): Opener<Published['messages']> => opener(messages)

/** Apart, since only who says what is still to come carries their steps. */
export const openWorkflows = (): Opener<Published['workflows']> => opener(workflows)

const opener =
  <Content>(content: Content): Opener<Content> =>
  async (_tenant, version = published.version) => {
    if (version === published.version) return content
    throw new Fault('config.broken', `no published version ${version}`)
  }

/** What follows from a content, made when it is first asked for: contents are few and live as long as the process. */
export function derivedOnce<Content extends object, Result>(
  make: (content: Content) => Result,
): (content: Content) => Result {
  const made = new WeakMap<Content, Result>()
  return (content) => {
    if (!made.has(content)) made.set(content, make(content))
    return made.get(content)!
  }
}
