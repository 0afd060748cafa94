import type { Config, Store } from '../config.js'
import type { Prover } from './prover.js'
import type { HeldSession } from './session.js'

/** What the vault is made of. */
export interface Inside {
  readonly config: Config
  readonly session: HeldSession
  /** The store that every tab sees. */
  readonly shared: Store
  /** The tab's own. */
  readonly own: Store
  /** The key of the first resource's token. */
  readonly main: string
  /** What signs requests: loaded when something is bound to a key. */
  prover(): Promise<Prover>
}
