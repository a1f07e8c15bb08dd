import { useNow } from '../clock.ts'
import { cityOf, otherZone } from '../words/zone.ts'

/** Beside an input for a time: in which zone it is read, where the browser's clock says another time. */
export function ZoneNote() {
  const other = otherZone(useNow())
  return other ? <span className="soft zone-note">({cityOf(other.shown)})</span> : null
}
