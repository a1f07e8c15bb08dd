/** A few that exclude each other, all of them in sight. */
export function Choice<Value extends string>(props: {
  label: string
  value: Value
  of: readonly { value: Value; label: string }[]
  onChoose: (value: Value) => void
}) {
  return (
    <div className="choice" role="radiogroup" aria-label={props.label} onKeyDown={moveFocus}>
      {props.of.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          role="radio"
          aria-checked={value === props.value}
          tabIndex={value === props.value ? 0 : -1}
          onClick={() => props.onChoose(value)}
        >
          {label}
        </button>
      ))}
    </div>
  )
}

/** Arrows go to the neighbour and choose it (WAI-ARIA practices, radio group). */
function moveFocus(event: React.KeyboardEvent<HTMLElement>): void {
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
  if (by === undefined) return
  const all = [...event.currentTarget.querySelectorAll('button')]
  const at = all.indexOf(document.activeElement as HTMLButtonElement)
  const next = all[(at + by + all.length) % all.length]
  event.preventDefault()
  event.stopPropagation()
  next?.focus()
  next?.click()
}
