import type { ReactNode } from 'react'

export interface Fact {
  label: string
  value: ReactNode
}

/** Names and values, one under the other. What has no value is left out. */
export const Facts = ({ of }: { of: readonly (Fact | false | undefined)[] }) => (
  <dl className="facts">
    {of.map(
      (fact) =>
        fact && (
          <div key={fact.label}>
            <dt>{fact.label}</dt>
            <dd>{fact.value}</dd>
          </div>
        ),
    )}
  </dl>
)
