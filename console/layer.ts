import { useEffect, useRef, useState } from 'react'

/*
 * What parts of the page offer as long as they are shown, the innermost last. Effects of what is inside run before those around it where
 * both are mounted at once; rendering goes from the outside in, so the order is that of the first rendering.
 */

let rendered = 0

export interface Layers<Offer> {
  /** Offers it as long as whoever calls this is shown. */
  useLayer(offer: Offer): void
  /** all that are shown, the outermost first */
  all(): readonly Offer[]
}

export function makeLayers<Offer>(): Layers<Offer> {
  const layers: { order: number; offer: Offer }[] = []
  return {
    useLayer(offer) {
      const [order] = useState(() => ++rendered)
      const layer = useRef({ order, offer })
      layer.current.offer = offer
      useEffect(() => {
        const own = layer.current
        layers.push(own)
        layers.sort((a, b) => a.order - b.order)
        return () => void layers.splice(layers.indexOf(own), 1)
      }, [])
    },
    all: () => layers.map((layer) => layer.offer),
  }
}
