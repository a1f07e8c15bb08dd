import { createHash, timingSafeEqual } from 'node:crypto'
import { openFloods, senderOf } from '#core/access/flood.ts'
import type { HttpRequest } from './http.ts'
import type { Environment } from '../surroundings.ts'

/** What our own CloudFront adds to each request: the secret, and the address that it was asked from. */
export const shieldHeaders = { secret: 'x-holdfast-shield', viewer: 'x-holdfast-viewer' } as const

export interface Senders {
  /** Whether whoever sends this has sent too much, as far as this instance of the function has seen. */
  isFlood(request: HttpRequest, now: number): boolean
}

/** `SHIELD_SECRET` is set where a CloudFront of ours stands in front. No address is ever stored or logged. */
export function openSenders(env: Environment): Senders {
  const floods = openFloods()
  const secret = env('SHIELD_SECRET', '')
  return {
    isFlood(request, now) {
      const sender = senderOf(addressOf(request, secret))
      return sender !== undefined && floods.isOver(sender, now)
    },
  }
}

/** The address of whoever asks. Anybody can send a header that names one; beside the secret it is CloudFront's. */
export function addressOf({ headers, address }: HttpRequest, secret: string): string {
  const { [shieldHeaders.secret]: given, [shieldHeaders.viewer]: viewer } = headers
  const isOurs = secret !== '' && given !== undefined && timingSafeEqual(hash(given), hash(secret))
  return isOurs && viewer !== undefined ? viewer : address
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
