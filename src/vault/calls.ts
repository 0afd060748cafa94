import type { TokenOptions } from '../options.js'
import type { Snapshot, WireRequest, WireResponse } from '../door.js'
import { fromData, toAuthError } from '../errors.js'
import { createBearer, type Bearer, type Renew } from './bearer.js'
import { fetchResource } from './fetch.js'
import type { Inside } from './inside.js'
import { offline } from './offline.js'
import type { Active } from './record.js'
import { signer } from './signer.js'
import { within } from './within.js'

/** The calls of one vault: what it needs once its session has been restored. */
export interface Calls {
  readonly bearer: Bearer
  /** @param before the session that it was called under */
  fetch(request: WireRequest, before: Active | undefined): Promise<WireResponse>
  abort(id: string): Promise<void>
  token(options: TokenOptions): Promise<string>
  refresh(): Promise<Snapshot>
  resume(): Promise<void>
}

/** One flight for each token, one after the other: they all present the same refresh token. */
function oneAtATime(session: Inside['session'], renew: Renew): Renew {
  const flights = new Map<string, Promise<void>>()
  let queue: Promise<unknown> = Promise.resolve()

  async function fly(...call: Parameters<Renew>): Promise<void> {
    try {
      const down = offline()
      if (down) throw fromData(down)
      await renew(...call)
    } catch (caught) {
      const error = toAuthError(caught)
      if (session.active() && error.retryable) session.trouble(error)
      throw error
    }
  }

  return (key, unfit, forced) => {
    let flight = flights.get(key)
    if (!flight) {
      flight = queue.then(() => fly(key, unfit, forced)).finally(() => flights.delete(key))
      flights.set(key, flight)
      queue = flight.catch(() => {})
    }
    return flight
  }
}

/** @param present how a refresh token is presented */
export function createCalls(inside: Inside, present: Renew): Calls {
  const { config, session, main } = inside
  const renew = oneAtATime(session, present)
  const bearer = createBearer(config, session, renew)
  // Requests under way, by id; one whose response was forgotten drops out by itself.
  const underWay = new Map<string, AbortController>()
  const forgotten = new FinalizationRegistry<string>((id) => underWay.delete(id))

  return {
    bearer,
    async fetch(request, before) {
      const controller = new AbortController()
      const { id } = request
      underWay.set(id, controller)
      try {
        const response = await fetchResource(request, config.resources, controller.signal, {
          token: async (key) => before && bearer.token(key, 0, before),
          replace: async (key, refused) => before && bearer.replace(before, key, refused),
          sign: (token) => signer(inside, session.active(), token),
        })
        if (response.body) forgotten.register(response.body, id)
        else underWay.delete(id)
        return response
      } catch (error) {
        underWay.delete(id)
        throw error
      }
    },
    async abort(id) {
      underWay.get(id)?.abort()
      underWay.delete(id)
    },
    token: async (options) => (await bearer.token(bearer.keyFor(options), options.minTtl)).value,
    async refresh() {
      const before = bearer.signedIn()
      await within(config.timeout, renew(main, before.tokens[main]?.value))
      bearer.heldFor(before, main)
      return session.snapshot()
    },
    async resume() {
      const held = session.active()?.tokens[main]
      const state = session.snapshot()
      // After trouble the token may live on: it is renewed all the same, to see whether all is well.
      const unfit = state.status === 'signed-in' && state.stale && held?.value
      if (unfit || (held && session.clock.remaining(held) <= 0))
        await renew(main, unfit || undefined)
    },
  }
}
