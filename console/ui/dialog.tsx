import { useEffect, useRef, type ReactNode } from 'react'
import { IconButton } from './button.tsx'

/** The browser's own dialog: it keeps the focus, and Esc closes it. */
export function Dialog(props: {
  title: string
  close: string
  onClose: () => void
  children: ReactNode
  /** without a head, as the palette */
  bare?: boolean
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    // What is closed cannot take the focus, so that `autoFocus` in it does nothing: the first field gets it here.
    shown?.querySelector<HTMLElement>('[data-first], input, select, textarea')?.focus()
    return () => shown?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      className={props.bare ? 'dialog bare' : 'dialog'}
      aria-label={props.title}
      onCancel={(event) => {
        event.preventDefault()
        props.onClose()
      }}
      onClick={(event) => event.target === dialog.current && props.onClose()}
    >
      <div className="dialog-body">
        {!props.bare && (
          <header>
            <h2>{props.title}</h2>
            <IconButton icon="cross" label={props.close} onClick={props.onClose} />
          </header>
        )}
        {props.children}
      </div>
    </dialog>
  )
}
