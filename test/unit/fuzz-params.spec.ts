import { createHash } from 'node:crypto'
import { expect } from '@playwright/test'
import * as fc from 'fast-check'
import { isAuthError } from '../../src/errors.js'
import type { Transaction } from '../../src/vault/sign-in/transactions.js'
import { always, isUnpolluted } from '../support/fuzz.js'
import { test } from '../support/vault.js'

// Which parameters an app may add to the authorization request.

const real = globalThis.fetch
test.afterEach(() => void (globalThis.fetch = real))

// prettier-ignore
const names = [
  'client_id', 'redirect_uri', 'response_type', 'scope', 'state', 'nonce', 'code_challenge', 'code_challenge_method', 'resource',
  'request', 'request_uri', 'dpop_jkt', 'client_secret', 'response_mode', 'Scope', 'STATE', 'scope ', 'state\0', 'state[]', '%73tate', 'st%61te',
  'nonce&state', 'nonce=mine&scope', '#state', '__proto__', 'constructor', 'toString', '',
]
const harmless = ['audience', 'prompt', 'max_age', 'acr_values', 'login_hint', 'claims', 'ui']
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...harmless) },
  { weight: 2, arbitrary: fc.constantFrom(...names) },
  fc.string({ maxLength: 8 }),
)
const value = fc.oneof(
  { weight: 6, arbitrary: fc.string() },
  { weight: 6, arbitrary: fc.constantFrom('', 'query', '&state=mine', '#', '?scope=all', '%26') },
  fc.constantFrom<unknown>(undefined, null, 1, {}, ['x'], { toString: () => 'x' }),
)
const params = fc
  .array(fc.tuple(name, value), { maxLength: 4 })
  .map((entries) => Object.fromEntries(entries) as Record<string, string>)

test('T25: params are refused, or leave every parameter of the flow as it is', async ({ room }) => {
  globalThis.fetch = (input, init) => room.server.fetch(new Request(input, init))
  const counts = { refused: 0, built: 0 }
  await always(
    fc.tuple(params, params, fc.constantFrom('openid offline_access', 'read')),
    async ([forAll, forOne, scope]) => {
      room.own.records.clear()
      const begun = (async () => {
        const vault = room.open({ scope, params: forAll })
        return vault.authorize({
          via: 'redirect',
          returnTo: 'https://app.example/',
          params: forOne,
        })
      })()
      const url = await begun.catch((error: unknown) => {
        if (!isAuthError(error) || error.code !== 'config') throw error
      })
      if (url === undefined) return void counts.refused++
      counts.built++
      const { origin, pathname, searchParams } = new URL(url)
      expect(origin + pathname).toBe(`${room.server.issuer}/authorize`)
      const pending = [...room.own.records].find(([key]) => key.includes(':transactions:'))?.[1]
      const [[state, { nonce, codeVerifier }] = ['', {} as Transaction], ...others] =
        Object.entries(pending as Record<string, Transaction>)
      expect(others).toEqual([])
      const flow = {
        client_id: ['app'],
        redirect_uri: [room.redirectUri],
        response_type: ['code'],
        scope: [scope],
        state: [state],
        code_challenge: [createHash('sha256').update(codeVerifier).digest('base64url')],
        code_challenge_method: ['S256'],
        nonce: scope === 'read' ? [] : [nonce],
        resource: [],
        request: [],
        request_uri: [],
        dpop_jkt: [],
      }
      const said = Object.keys(flow).map((own) => [own, searchParams.getAll(own)])
      expect(Object.fromEntries(said)).toEqual(flow)
      expect(isUnpolluted()).toBe(true)
    },
    500,
  )
  expect(counts.refused).toBeGreaterThan(50)
  expect(counts.built).toBeGreaterThan(50)
})
