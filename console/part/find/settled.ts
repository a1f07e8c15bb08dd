import { useEffect, useState } from 'react'

/** What somebody types, once he has stopped for a moment. */
export function useSettled(text: string, milliseconds = 120): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), milliseconds)
    return () => clearTimeout(timer)
  }, [text, milliseconds])
  return settled
}
