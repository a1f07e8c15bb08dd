/* What a family of resources says about itself; the loader does the rest. */
import type { Shape } from '../template/shape.ts'

/** No real account has this number. */
export const account = '000000000000'

/** Where the running cloud can be reached; known only after its ports are open. */
export interface Addresses {
  /** What people and API clients use, without a slash at the end. */
  publicUrl: string
  /** What AWS SDK clients use. */
  sdkUrl: string
  /** The OpenID Connect issuer that stands in for the Cognito user pool. */
  issuer: string
  /** Where its keys are for functions: not by a public address, which leads through a proxy and may not lead back here. */
  signingKeys: string
}

/** What is known of a resource before its properties are resolved. */
export interface Identity {
  stack: string
  logicalId: string
  /** The physical name: the one the template gives, else made of stack and logical id. */
  name: string
  region: string
  addresses: Addresses
}

export interface ResourceModel {
  shape: Shape
  /** The property that holds the physical name. */
  named?: string
  ref(identity: Identity): string
  attributes: Record<string, (identity: Identity) => string>
}

export interface Resource extends Identity {
  type: string
  properties: Record<string, unknown>
  metadata: Record<string, unknown>
  /** Stack, logical id and type, for messages. */
  where: string
}

export type Models = Record<string, ResourceModel>

export const arn = (service: string, identity: Identity, path: string) =>
  `arn:aws:${service}:${identity.region}:${account}:${path}`
