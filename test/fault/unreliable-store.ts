import type * as fc from 'fast-check'
import { Fault } from '#core/record/fault.ts'
import type { Store } from '#core/store/store.ts'

/**
 * A store whose calls are performed in the order that the scheduler draws, and which fails at some writes, before or
 * after it has written.
 * @param weather numbers from 0 to 9: 0 refuses, 1 writes and is not heard of, the others work
 */
export function unreliable(store: Store, scheduler: fc.Scheduler, weather: Iterator<number>): Store {
  const turn = <T>(label: string, act: () => Promise<T>): Promise<T> =>
    scheduler.schedule(Promise.resolve(), label).then(act)
  /** Performs a change, unless the weather is bad: then it is not done, or done and not heard of. */
  const change = async <T>(act: () => Promise<T>): Promise<T> => {
    const day = weather.next().value
    if (day === 0) throw down()
    const result = await act()
    if (day === 1) throw down()
    return result
  }
  const down = () => new Fault('store.unavailable', 'the table does not answer')
  return {
    get: (key) => turn(`get ${key.pk}`, () => store.get(key)),
    getAll: (keys) => turn(`getAll ${keys.length}`, () => store.getAll(keys)),
    query: (pk, options) => turn(`query ${pk}`, () => store.query(pk, options)),
    file: (of, options) => turn(`file ${of.id}`, () => store.file(of, options)),
    project: (projections) => turn(`project ${projections.length}`, () => store.project(projections)),
    lines: (index, pk, options) => turn(`lines ${pk}`, () => store.lines(index, pk, options)),
    queryIndex: (index, pk, options) => turn(`queryIndex ${pk}`, () => store.queryIndex(index, pk, options)),
    write: (writes) => turn(`write ${writes.length}`, async () => change(() => store.write(writes))),
    update: (update) => turn(`update ${update.key.pk}`, async () => change(() => store.update(update))),
  }
}
