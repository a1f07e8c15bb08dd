/*
 * The same calls to both sides, and what is there afterwards.
 */

import type { Call, Input } from './call.ts'
import { difference, keyText, streamDifference, type Whole } from './compare.ts'
import { knownDifference } from './known-difference/known-difference.ts'
import type { Answer, Side } from './reference.ts'
import type { Item } from './value.ts'
import { creationOf, keyNames, type Table, tables } from './world.ts'

/** What two sides were asked and answered, and how that differs. */
export interface Step {
  call: Call
  reference: Whole
  engine: Whole
}

export interface Difference {
  where: string
  step?: Step
}

const mostPages = 400

export class Pair {
  readonly reference: Side
  readonly engine: Side
  /** How often each known difference was met, by its name. */
  readonly met = new Map<string, number>()
  /** Keys of items in whose records the streams may differ until they are next compared. */
  #ignored = new Set<string>()

  constructor(reference: Side, engine: Side) {
    this.reference = reference
    this.engine = engine
  }

  /** Makes the tables on both sides. */
  async create(): Promise<void> {
    for (const creation of tables.map(creationOf))
      for (const side of [this.reference, this.engine]) {
        const { status, body } = await side.handle('CreateTable', creation)
        if (status !== 200) throw new Error(`no table: ${JSON.stringify(body)}`)
      }
  }

  /** Asks both. The step is returned too: the reference's answer is what later calls build on. */
  async ask(call: Call): Promise<{ step: Step; found?: Difference; isKnown?: boolean }> {
    const step = await this.answers(call)
    const where = difference(call, step.reference, step.engine)
    if (!where) return { step }
    const known = knownDifference(step)
    if (known === undefined) return { step, found: { where, step } }
    this.met.set(known, (this.met.get(known) ?? 0) + 1)
    await this.#forget(call)
    return { step, isKnown: true }
  }

  async answers(call: Call): Promise<Step> {
    const [reference, engine] = await Promise.all([whole(this.reference, call), whole(this.engine, call)])
    return { call, reference, engine }
  }

  /** Whether tables, indexes and streams are the same on both sides. */
  async compareState(): Promise<Difference | undefined> {
    for (const table of tables) {
      const TableName = table.name
      for (const IndexName of [undefined, ...table.indexes.map(({ name }) => name)]) {
        const input = { TableName, ...(IndexName && { IndexName }), ReturnConsumedCapacity: 'INDEXES' }
        const { found } = await this.ask({ operation: 'Scan', input, isDrained: true })
        if (found) return { ...found, where: `what is stored: ${found.where}` }
      }
    }
    const ignored = this.#ignored
    this.#ignored = new Set()
    for (const { name } of tables) {
      const records = await Promise.all([this.reference.records(name), this.engine.records(name)])
      const where = streamDifference(...records, ignored)
      if (where) return { where: `stream of ${name}: ${where}` }
    }
    return undefined
  }

  /** Every item, as the engine holds it. */
  async items(): Promise<Stored[]> {
    const found: Stored[] = []
    for (const table of tables) {
      const { body } = await whole(this.engine, scanOf(table))
      found.push(...(body.Items as Item[]).map((item) => ({ table: table.name, item })))
    }
    return found
  }

  async close(): Promise<void> {
    await Promise.all([this.reference.close(), this.engine.close()])
  }

  async put(items: readonly Stored[]): Promise<void> {
    for (const { table, item } of items)
      await Promise.all(
        [this.reference, this.engine].map((side) => side.handle('PutItem', { TableName: table, Item: item })),
      )
    for (const { name } of tables)
      await Promise.all([this.reference.records(name), this.engine.records(name)])
  }

  /** After a known difference the items that the call names are gone on both sides, so that all goes on alike. */
  async #forget({ operation, input }: Call): Promise<void> {
    if (/^(Get|BatchGet|TransactGet|Query|Scan)/.test(operation)) return
    for (const { TableName, Key } of touched(input)) {
      this.#ignored.add(keyText(Key))
      await Promise.all(
        [this.reference, this.engine].map((side) => side.handle('DeleteItem', { TableName, Key })),
      )
    }
  }
}

export interface Stored {
  table: string
  item: Item
}

const scanOf = ({ name }: Table): Call => ({
  operation: 'Scan',
  input: { TableName: name, ConsistentRead: true },
  isDrained: true,
})

/** One call, or all its segments and pages. */
async function whole(side: Side, call: Call): Promise<Whole> {
  if (!call.isDrained) return { ...(await side.handle(call.operation, call.input)), pages: 1 }
  if (!call.segments) return drained(side, call.operation, call.input)
  const parts: Whole[] = []
  for (let Segment = 0; Segment < call.segments; Segment++) {
    const part = await drained(side, call.operation, {
      ...call.input,
      Segment,
      TotalSegments: call.segments,
    })
    if (part.status !== 200) return part
    parts.push(part)
  }
  return joined(
    parts,
    parts.reduce((sum, part) => sum + part.pages, 0),
  )
}

async function drained(side: Side, operation: string, input: Input): Promise<Whole> {
  const parts: Answer[] = []
  let from: Input = {}
  for (;;) {
    const part = await side.handle(operation, { ...input, ...from })
    if (part.status !== 200) return { ...part, pages: parts.length + 1 }
    parts.push(part)
    const { LastEvaluatedKey } = part.body
    if (!LastEvaluatedKey) return joined(parts, parts.length)
    if (parts.length > mostPages) throw new Error(`no end of pages: ${operation} ${JSON.stringify(input)}`)
    from = { ExclusiveStartKey: LastEvaluatedKey }
  }
}

function joined(parts: Answer[], pages: number): Whole {
  const sum = (name: string) => parts.reduce((total, { body }) => total + Number(body[name]), 0)
  const { body } = parts[0]!
  return {
    status: 200,
    pages,
    body: {
      ...body,
      Count: sum('Count'),
      ScannedCount: sum('ScannedCount'),
      ...(body.Items !== undefined && { Items: parts.flatMap((part) => part.body.Items as Item[]) }),
    },
  }
}

/** The items that a request to write names, as far as it is well formed. */
function touched(input: unknown, outer?: string): { TableName: string; Key: Item }[] {
  if (!input || typeof input !== 'object') return []
  const { TableName = outer, Key, Item: item, RequestItems, TransactItems } = input as Record<string, unknown>
  const table = tables.find(({ name }) => name === TableName)
  const own = (Key ?? item) as Item | undefined
  const here =
    table && own && typeof own === 'object' ? [{ TableName: table.name, Key: keyWithin(own, table) }] : []
  return [
    ...here,
    ...Object.entries(RequestItems ?? {}).flatMap(([name, requests]) =>
      (Array.isArray(requests) ? requests : []).flatMap((request) => touched(request, name)),
    ),
    ...(Array.isArray(TransactItems) ? TransactItems.flatMap((entry) => touched(entry)) : []),
    ...['PutRequest', 'DeleteRequest', 'Put', 'Update', 'Delete', 'ConditionCheck'].flatMap((member) =>
      touched((input as Record<string, unknown>)[member], TableName as string | undefined),
    ),
  ]
}

const keyWithin = (item: Item, table: Table): Item =>
  Object.fromEntries(keyNames(table).flatMap((name) => (item[name] ? [[name, item[name]]] : [])))
