import type { Claims, Finished, SignInRequest } from '../../door.js'
import { AuthError } from '../../errors.js'
import type { SignOutOptions } from '../../options.js'
import { createCalls, type Calls } from '../calls.js'
import type { SignedOff } from '../session.js'
import type { Inside } from '../inside.js'
import type { Prover } from '../prover.js'
import { begin } from './begin.js'
import { end } from './end.js'
import { finish } from './finish.js'
import { renew } from './refresh.js'
import { metadata } from './server.js'
import { userInfo } from './userinfo.js'

/** All of a vault that is loaded after its session was restored. */
export interface Rest extends Calls {
  begin(request: SignInRequest): Promise<string>
  finish(url: string): Promise<Finished | undefined>
  userInfo(): Promise<Claims>
  end(signedOff: SignedOff, options: SignOutOptions): Promise<string | undefined>
  /** Idle time, signed out: fetch what the click on "Sign in" would wait for. */
  prepare(): Promise<void>
}

export function createRest(given: Omit<Inside, 'prover'>): Rest {
  let proving: Promise<Prover> | undefined
  const prover = (): Promise<Prover> =>
    (proving ??= import('./dpop.js').then(
      ({ createProver }) => createProver(given.session),
      () => {
        proving = undefined
        throw new AuthError('network', 'A file is missing.')
      },
    ))
  const inside: Inside = { ...given, prover }
  if (given.config.dpop) prover().catch(() => {})
  const calls = createCalls(inside, (...call) => renew(inside, ...call))
  return {
    ...calls,
    begin: (request) => begin(inside, request),
    finish: (url) => finish(inside, url),
    userInfo: () => userInfo(inside, calls.bearer),
    end: (...ended) => end(inside, ...ended),
    async prepare() {
      if (!inside.session.active()) await metadata(inside)
    },
  }
}
