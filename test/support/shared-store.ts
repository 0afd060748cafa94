import type { Backend, BackendOptions, BackendStore } from '../../src/backend/index.js'
import type { World } from './backend.js'

/** A store in memory that behaves like a database behind a network: it can be slow, and fail. */
export class SharedStore implements BackendStore {
  readonly entries = new Map<string, { value: string; until: number }>()
  /** Called before each request: it may wait, or throw. */
  before: (method: 'get' | 'set' | 'delete' | 'add', key: string) => unknown = () => {}
  /** Whether the store fails without an error, as a Keyv does by default. */
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

  /** Remove the entries of this kind, as if they had expired. */
  expire(kind: string): void {
    for (const key of this.keys(kind)) this.entries.delete(key)
  }
}

/** Two processes with one store: requests go to the two processes in turn. */
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
