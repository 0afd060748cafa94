import type { Backend, BackendOptions, BackendStore } from '../../src/backend/index.js'
import type { World } from './backend.js'

/** A store as a database with a network before it: in memory, and it can fail. */
export class SharedStore implements BackendStore {
  readonly entries = new Map<string, { value: string; until: number }>()
  /** What a request to it does first: it may wait, or throw. */
  before: (method: 'get' | 'set' | 'delete' | 'add', key: string) => unknown = () => {}
  /** Whether it has nothing to say of a failure, as a Keyv by default. */
  isSilent = false
  add?: NonNullable<BackendStore['add']>

  constructor({ atomic }: { atomic: boolean }) {
    if (atomic)
      this.add = async (key, value, ttl) => {
        await this.before('add', key)
        const isFree = !this.#read(key)
        if (isFree) this.#write(key, value, ttl)
        return isFree
      }
  }

  #read(key: string): string | undefined {
    const { value, until = 0 } = this.entries.get(key) ?? {}
    return until > Date.now() ? value : undefined
  }

  #write(key: string, value: string, ttl: number): void {
    this.entries.set(key, { value, until: Date.now() + ttl })
  }

  async get(key: string): Promise<string | undefined> {
    await this.before('get', key)
    return this.isSilent ? undefined : this.#read(key)
  }

  async set(key: string, value: string, ttl: number): Promise<boolean> {
    await this.before('set', key)
    if (this.isSilent) return false
    this.#write(key, value, ttl)
    return true
  }

  async delete(key: string): Promise<boolean> {
    await this.before('delete', key)
    return this.entries.delete(key)
  }

  /** The keys of entries of this kind. */
  keys(kind: string): string[] {
    return [...this.entries.keys()].filter((key) => key.startsWith(`pixy-auth:${kind}:`))
  }

  /** As if the time of the entries of this kind were over. */
  expire(kind: string): void {
    for (const key of this.keys(kind)) this.entries.delete(key)
  }
}

/** Two processes behind one store: requests go to one and the other by turns. */
export function twoProcesses(
  world: World,
  store: BackendStore,
  more: Partial<BackendOptions> = {},
): [Backend, Backend] {
  const options = { ...more, store }
  const both: [Backend, Backend] = [world.deploy(options), world.deploy(options)]
  let count = 0
  world.backend = {
    ...both[0],
    handle: (request) => both[count++ % 2 ? 1 : 0].handle(request),
  }
  return both
}
