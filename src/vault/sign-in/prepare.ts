import type { SignInRequest } from '../../door.js'
import { own } from '../../lib/own.js'
import type { VaultContext } from '../context.js'
import {
  authorizationRequest,
  authorize,
  leaveWith,
  type AuthorizationRequest,
} from './authorize.js'
import { discover } from './discovery.js'

/**
 * How long a request that was made ahead may be used, in milliseconds. Some servers forget a pushed request
 * after 30 seconds, and some count the time that the user then spends on their pages.
 *
 * @see [RFC 9126 §2.2](https://www.rfc-editor.org/rfc/rfc9126#section-2.2)
 */
const LIFE = 10_000

interface Prepared {
  /** The request as text, and the session that it was made under. */
  readonly asked: string
  readonly made: Promise<AuthorizationRequest>
  /** When the request was ready: milliseconds since the epoch. Missing until then. */
  at?: number
}

// Only in memory: a request that is never used leaves nothing in a store.
const prepared = new WeakMap<VaultContext, Prepared>()

/** @throws TypeError for what JSON cannot hold */
function asText({ session }: VaultContext, { params, ...rest }: SignInRequest): string {
  const { id, version } = session.record() ?? {}
  // A script may have put a `toJSON` into `Object.prototype`.
  const all: Record<string, unknown> = { ...rest, params: own({ ...params }), id, version }
  const names = Object.keys(all).toSorted()
  return names.map((name) => name + JSON.stringify(all[name])).join()
}

/** As if it were older where the server keeps it less long, counted from before its answer: a second less. */
const madeAt = ({ expiresIn = 0 }: AuthorizationRequest): number =>
  Date.now() + Math.min(expiresIn > 0 ? (expiresIn - 1) * 1000 - LIFE : 0, 0)

function find(context: VaultContext, asked: string): Prepared | undefined {
  const one = prepared.get(context)
  const { at = Date.now() } = one ?? {}
  return one?.asked === asked && Math.abs(Date.now() - at) < LIFE ? one : undefined
}

/**
 * Load the files that a click on "Sign in" would wait for.
 *
 * @param request the request to make ahead, with the push where PAR is on; by default none
 * @returns the authorization endpoint, if no user is signed in
 */
export async function prepare(
  context: VaultContext,
  request?: SignInRequest,
): Promise<string | undefined> {
  if (request) return prepareRequest(context, request)
  const { session } = context
  const server = session.active() ? undefined : discover(context)
  return (await Promise.all([server, context.refresh()]))[0]?.authorization_endpoint
}

async function prepareRequest(context: VaultContext, request: SignInRequest): Promise<undefined> {
  const asked = asText(context, request)
  if (find(context, asked)) return
  const made = authorizationRequest(context, { ...request, by: 'prepare' })
  const one: Prepared = { asked, made }
  prepared.set(context, one)
  one.at = await made.then(madeAt).catch(() => 0)
}

/** Take the request that was made ahead for the same sign-in, if there is one. It can be used once. */
async function take(
  context: VaultContext,
  request: SignInRequest,
): Promise<AuthorizationRequest | undefined> {
  const one = find(context, asText(context, request))
  if (one) prepared.delete(context)
  return one?.made
}

/** As `authorize`, but with the request that was made ahead for the same sign-in, if there is one. */
export async function authorizePrepared(
  context: VaultContext,
  request: SignInRequest,
): Promise<string> {
  const made = await take(context, request).catch(() => {})
  if (!made) return authorize(context, request)
  context.notes.note('click', request)
  return leaveWith(context, made)
}
