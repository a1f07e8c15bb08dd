/* The headers that CloudFront gives its answers by a response headers policy. */
import { ignored, list, object, oneOf, used, type Shape } from '../template/shape.ts'

export interface PolicyHeader {
  name: string
  value: string
  /** Whether it takes the place of what the origin says. */
  overrides: boolean
}

const people = ignored('for people')

export const policyShape: Shape = object({
  ResponseHeadersPolicyConfig: object({
    Name: people,
    Comment: people,
    CustomHeadersConfig: object({ Items: list(object({ Header: used, Value: used, Override: used })) }),
    SecurityHeadersConfig: object({
      ContentSecurityPolicy: object({ ContentSecurityPolicy: used, Override: used }),
      ContentTypeOptions: object({ Override: used }),
      FrameOptions: object({ FrameOption: oneOf('DENY', 'SAMEORIGIN'), Override: used }),
      ReferrerPolicy: object({ ReferrerPolicy: used, Override: used }),
      StrictTransportSecurity: object({
        AccessControlMaxAgeSec: used,
        IncludeSubdomains: used,
        Preload: used,
        Override: used,
      }),
    }),
  }),
})

type Security = Record<string, Record<string, unknown>>

/** How each is written. Source: "Understand response headers policies" in CloudFront's developer guide. */
const security: Record<string, { name: string; value: (settings: Record<string, unknown>) => string }> = {
  ContentSecurityPolicy: {
    name: 'content-security-policy',
    value: ({ ContentSecurityPolicy: policy }) => String(policy),
  },
  ContentTypeOptions: { name: 'x-content-type-options', value: () => 'nosniff' },
  FrameOptions: { name: 'x-frame-options', value: ({ FrameOption: option }) => String(option) },
  ReferrerPolicy: { name: 'referrer-policy', value: ({ ReferrerPolicy: policy }) => String(policy) },
  StrictTransportSecurity: {
    name: 'strict-transport-security',
    value: ({ AccessControlMaxAgeSec: seconds, IncludeSubdomains: below, Preload: preload }) =>
      [
        `max-age=${String(seconds)}`,
        ...(isOn(below) ? ['includeSubDomains'] : []),
        ...(isOn(preload) ? ['preload'] : []),
      ].join('; '),
  },
}

const isOn = (value: unknown): boolean => String(value) === 'true'

export function headersOfPolicy(config: unknown): PolicyHeader[] {
  const { CustomHeadersConfig: custom, SecurityHeadersConfig: secure = {} } = config as {
    CustomHeadersConfig?: { Items: { Header: string; Value: string; Override: unknown }[] }
    SecurityHeadersConfig?: Security
  }
  return [
    ...Object.entries(secure).map(([kind, settings]) => ({
      name: security[kind]!.name,
      value: security[kind]!.value(settings),
      overrides: isOn(settings.Override),
    })),
    ...(custom?.Items ?? []).map(({ Header, Value, Override }) => ({
      name: Header.toLowerCase(),
      value: Value,
      overrides: isOn(Override),
    })),
  ]
}
