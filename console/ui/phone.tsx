import { phoneParts } from './phone-text.ts'

/**
 * A telephone number in groups; any other text as it is. They are set apart by their edges alone: whoever copies it gets the number as it
 * is.
 */
export function Phone({ of }: { of: string }) {
  const parts = phoneParts(of)
  if (!parts) return of
  return (
    <span className="phone">
      {parts.map((each, at) => (
        // What stands where in a number does not move.
        <span key={`${at} ${each}`}>{each}</span>
      ))}
    </span>
  )
}
