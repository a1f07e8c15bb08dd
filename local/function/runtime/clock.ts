/** `new Date()` and `Date.now()` read the virtual clock from now on; timers and `performance` stay real. */
export function patchDate(time: SharedArrayBuffer): void {
  const RealDate = Date
  const cell = new BigInt64Array(time)
  const now = () => Number(Atomics.load(cell, 0))
  function VirtualDate(...args: unknown[]): unknown {
    if (!new.target) return new RealDate(now()).toString()
    return Reflect.construct(RealDate, args.length ? args : [now()], new.target)
  }
  Object.defineProperty(VirtualDate, 'name', { value: 'Date' })
  VirtualDate.prototype = RealDate.prototype
  Object.assign(VirtualDate, { now, parse: RealDate.parse, UTC: RealDate.UTC })
  Object.defineProperty(RealDate.prototype, 'constructor', {
    value: VirtualDate,
    configurable: true,
    writable: true,
  })
  globalThis.Date = VirtualDate as unknown as DateConstructor
}
