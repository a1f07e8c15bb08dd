import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Draw } from '../random.ts'

/*
 * What a disk holds after a loss of power: everything that was synced, and of the rest anything.
 *
 * Problem: after kill -9 the kernel still writes what was never synced, so a missing sync is not seen.
 * Representation: power-loss.c, preloaded into a process, writes down what the process does to the files of a folder.
 * From the folder as it was before and that journal the folder is made anew: operations before a sync that ended are
 * there; of the others, sector by sector, those that the seed draws. Names are a folder's content: they are there from
 * the folder's own sync on, and before it up to a point that the seed draws.
 * Invariant: whatever a real disk may hold after a loss of power at this moment is what some seed makes, as far as whole
 * sectors go: a sector is 512 bytes and is written whole, which SQLite expects of a disk too.
 * Rejected: keeping all of a file's later writes when one of them was kept (disks reorder what is not synced).
 */

const sector = 512

export interface Disk {
  readonly folder: string
  /** What the process needs in its environment. */
  readonly env: NodeJS.ProcessEnv
  /** To be called before each start of the process. */
  remember(): void
  /**
   * To be called when the process has been killed: makes the folder what the disk would hold.
   * @param keeps 'nothing' of what was not synced, or anything that is drawn
   */
  losePower(draw: Draw, keeps?: 'nothing' | 'anything'): Loss
  remove(): void
}

/** What the loss has taken. */
export interface Loss {
  /** Operations that were not synced */
  unsynced: number
  /** Bytes of these that are gone */
  lost: number
}

interface Operation {
  kind: string
  file: number
  /** of a write, the size of a cut, or the number of a sync */
  offset: number
  bytes: Buffer
}

/** Compiles the recorder; says why when that is not possible here. */
export function powerLossLibrary(folder: string): { library: string } | { missing: string } {
  if (process.platform !== 'linux') return { missing: `LD_PRELOAD is of Linux, this is ${process.platform}` }
  const library = join(folder, 'power-loss.so')
  const source = join(import.meta.dirname, 'power-loss.c')
  for (const compiler of ['cc', 'gcc', 'clang']) {
    const made = spawnSync(
      compiler,
      ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl', '-lpthread'],
      {
        encoding: 'utf8',
      },
    )
    if (made.status === 0) return { library }
    if (!made.error) return { missing: `${compiler} does not compile power-loss.c: ${made.stderr.trim()}` }
  }
  return { missing: 'there is no C compiler (apt-get install gcc libc6-dev)' }
}

/** @param lie an ending of paths whose syncs do nothing: for control runs */
export function openDisk(library: string, folder: string, lie?: string): Disk {
  const journal = `${folder}.journal`
  let before = new Map<string, Buffer>()
  mkdirSync(folder, { recursive: true })

  return {
    folder,
    env: {
      LD_PRELOAD: library,
      POWER_LOSS_FOLDER: folder,
      POWER_LOSS_JOURNAL: journal,
      ...(lie !== undefined && { POWER_LOSS_LIE: lie }),
    },
    remember() {
      before = filesIn(folder)
      rmSync(journal, { force: true })
    },
    losePower(draw, keeps = 'anything') {
      const { files, loss } = contentAfterLoss(before, readJournal(journal), keeps === 'anything' && draw)
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true })
      for (const [path, content] of files) {
        // SQLite's index of the log is only ever in memory.
        if (path.endsWith('-shm')) continue
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, content, { mode: 0o600 })
      }
      return loss
    },
    remove() {
      rmSync(journal, { force: true })
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function filesIn(folder: string): Map<string, Buffer> {
  const found = new Map<string, Buffer>()
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name)
    if (statSync(path).isFile()) found.set(path, readFileSync(path))
  }
  return found
}

/** The last record may be cut short: the process was killed while it wrote it. */
function readJournal(journal: string): Operation[] {
  const bytes = readFileSync(journal)
  const found: Operation[] = []
  const head = 17
  for (let at = 0; at + head <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 13)
    const end = at + head + length
    if (end > bytes.length) break
    found.push({
      kind: String.fromCharCode(bytes[at]!),
      file: bytes.readUInt32LE(at + 1),
      offset: Number(bytes.readBigUInt64LE(at + 5)),
      bytes: bytes.subarray(at + head, end),
    })
    at = end
  }
  return found
}

/** Bytes that writes and cuts change. */
class Bytes {
  /** Longer than the content, so that it seldom has to grow. */
  #buffer: Buffer
  #length: number

  constructor(content: Buffer) {
    this.#buffer = Buffer.from(content)
    this.#length = content.length
  }

  get content(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  /** What lies between the end and a write beyond it is zero. */
  write(offset: number, bytes: Buffer): void {
    this.cut(Math.max(this.#length, offset + bytes.length))
    bytes.copy(this.#buffer, offset)
  }

  cut(length: number): void {
    if (length > this.#buffer.length) {
      const larger = Buffer.alloc(length * 2)
      this.content.copy(larger)
      this.#buffer = larger
    }
    this.#buffer.fill(0, Math.min(length, this.#length), Math.max(length, this.#length))
    this.#length = length
  }

  apply({ kind, offset, bytes }: Operation): void {
    if (kind === 'T') this.cut(offset)
    else this.write(offset, bytes)
  }
}

/** Something that a sync brings to disk: the operations that were there when it began, once it has ended. */
class Pending<T> {
  #operations: T[] = []
  /** Operations so far, also those that are on disk. */
  #count = 0
  /** how many there were when a sync began, by its number */
  readonly #begun = new Map<number, number>()

  add(operation: T): void {
    this.#operations.push(operation)
    this.#count++
  }

  begin(sync: number): void {
    this.#begun.set(sync, this.#count)
  }

  /** What this sync has brought to disk. */
  end(sync: number): T[] {
    const before = this.#count - this.#operations.length
    const done = Math.max(0, (this.#begun.get(sync) ?? 0) - before)
    this.#begun.delete(sync)
    return this.#operations.splice(0, done)
  }

  get left(): readonly T[] {
    return this.#operations
  }
}

interface Content {
  synced: Bytes
  pending: Pending<Operation>
}

/** A change of what names lead to. */
interface NameChange {
  kind: string
  path: string
  /** of a renaming */
  to: string | undefined
  content: Content | undefined
}

/** What the files hold after a loss of power; without a draw nothing that was not synced. */
function contentAfterLoss(
  before: ReadonlyMap<string, Buffer>,
  journal: readonly Operation[],
  draw: Draw | false,
): { files: Map<string, Buffer>; loss: Loss } {
  /** Names that are on disk, and those that the process sees. */
  const names = new Map<string, Content>()
  const seen = new Map<string, Content>()
  /** of each folder */
  const changes = new Map<string, Pending<NameChange>>()
  const contents = new Map<number, Content>()
  const paths = new Map<number, string>()
  for (const [path, content] of before) {
    names.set(path, newContent(content))
    seen.set(path, names.get(path)!)
  }
  const changesIn = (folder: string): Pending<NameChange> => {
    const known = changes.get(folder) ?? new Pending()
    changes.set(folder, known)
    return known
  }

  for (const operation of journal) {
    const { kind, file, offset, bytes } = operation
    const [path, to] = bytes.toString('utf8', 0, 'NCRU'.includes(kind) ? bytes.length : 0).split('\0')
    const content = contents.get(file)
    if (kind === 'N') {
      const known = seen.get(path!) ?? newContent(Buffer.alloc(0))
      seen.set(path!, known)
      contents.set(file, known)
      paths.set(file, path!)
    } else if ('CRU'.includes(kind)) {
      const change = { kind, path: path!, to, content }
      if (kind !== 'C') changeName(seen, { ...change, content: seen.get(path!) })
      changesIn(dirname(path!)).add(change)
    } else if (kind === 'S') {
      content!.pending.begin(offset)
      changesIn(paths.get(file)!).begin(offset)
    } else if (kind === 'E') {
      for (const written of content!.pending.end(offset)) content!.synced.apply(written)
      for (const change of changesIn(paths.get(file)!).end(offset)) changeName(names, change)
    } else content!.pending.add(operation)
  }

  const loss: Loss = { unsynced: 0, lost: 0 }
  for (const { left } of changes.values()) {
    loss.unsynced += left.length
    for (const change of left.slice(0, draw ? draw.below(left.length + 1) : 0)) changeName(names, change)
  }
  const files = new Map<string, Buffer>()
  for (const [path, content] of [...names].toSorted(([one], [other]) => (one < other ? -1 : 1)))
    files.set(path, afterLoss(content, draw, loss))
  return { files, loss }
}

const newContent = (synced: Buffer): Content => ({ synced: new Bytes(synced), pending: new Pending() })

function changeName(names: Map<string, Content>, { kind, path, to, content }: NameChange): void {
  if (kind === 'C') {
    names.set(path, content!)
    return
  }
  const moved = names.get(path)
  names.delete(path)
  if (kind === 'R' && moved) names.set(to!, moved)
}

/** The synced content with whatever the seed keeps of the rest. */
function afterLoss({ synced, pending: { left } }: Content, draw: Draw | false, loss: Loss): Buffer {
  loss.unsynced += left.length
  if (!draw) return synced.content
  const chance = draw.pick([0, 0.5, 0.9, 1])
  const isPrefix = draw.chance(0.3)
  const cut = draw.below(left.length + 1)
  const isKept = (at: number): boolean =>
    isPrefix ? at < cut || (at === cut && draw.chance(0.5)) : draw.chance(chance)
  for (const [at, operation] of left.entries()) {
    if (operation.kind === 'T') {
      if (isKept(at)) synced.apply(operation)
      continue
    }
    // A write that crosses sectors may arrive in part.
    for (let from = 0; from < operation.bytes.length;) {
      const start = operation.offset + from
      const end = Math.min(operation.bytes.length, from + sector - (start % sector))
      if (isKept(at)) synced.write(start, operation.bytes.subarray(from, end))
      else loss.lost += end - from
      from = end
    }
  }
  return synced.content
}
