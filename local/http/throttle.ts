/** A token bucket: `burst` requests at once, refilled with `rate` a second; real time, for it protects a real machine. */
export function tokenBucket(rate: number, burst: number, now = () => performance.now()): () => boolean {
  let tokens = burst
  let last = now()
  return () => {
    const current = now()
    tokens = Math.min(burst, tokens + ((current - last) / 1000) * rate)
    last = current
    if (tokens < 1) return false
    tokens--
    return true
  }
}
