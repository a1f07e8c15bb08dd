import { useEffect, useState } from 'react'

/** Asked at most so often, in milliseconds. */
const pause = 60_000

const versionNow = async (): Promise<string | undefined> => {
  const answer = await fetch('/app/version.json', { cache: 'no-store' }).catch(() => undefined)
  if (!answer?.ok) return undefined
  const { version } = (await answer.json().catch(() => ({}))) as { version?: string }
  return version
}

/** Whether another version is served than the one that runs, asked when somebody comes back to the page. Nothing reloads by itself. */
export function useNewVersion(): boolean {
  const [isNew, setNew] = useState(false)
  useEffect(() => {
    const own = versionNow()
    let asked = Date.now()
    const look = async () => {
      if (document.hidden || Date.now() - asked < pause) return
      asked = Date.now()
      const [before, now] = [await own, await versionNow()]
      setNew(before !== undefined && now !== undefined && now !== before)
    }
    const onFocus = () => void look()
    addEventListener('focus', onFocus)
    return () => removeEventListener('focus', onFocus)
  }, [])
  return isNew
}
