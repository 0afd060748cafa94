import { expect } from '@playwright/test'
import type { ErrorData } from '../../src/errors.js'
import { always, answers, isKnown, isUnpolluted } from '../support/fuzz.js'
import { mapStore, signIn, test } from '../support/vault.js'

// Whatever stands in a callback URL: unless it answers a sign-in of this app, no request is made.

const real = globalThis.fetch
test.afterEach(() => void (globalThis.fetch = real))

function must(holds: unknown, what: string): void {
  if (!holds) throw new Error(what)
}

/** Whether it is exactly what an honest server answers to a sign-in of this state. */
function isHonest(href: string, state: string, issuer: string): boolean {
  const { searchParams, hash } = new URL(href)
  // A state of another library in the fragment is the app's own.
  const isFragment = /[#&]state=px1/.test(hash)
  const answer = isFragment ? new URLSearchParams(hash.slice(1)) : searchParams
  const names = [...answer.keys()]
  const once = new Set(names).size === names.length
  const fits = answer.get('state') === state && answer.get('iss') === issuer
  const short = String(answer).length <= 16_384
  return once && fits && short && !!answer.get('code') && !answer.get('error')
}

for (const status of ['signed-in', 'signed-out'] as const)
  test(`T1, T42: a forged callback URL leads to no request, ${status}`, async ({ room }) => {
    const { server } = room
    const store = mapStore()
    let posts = 0
    globalThis.fetch = (input, init) => {
      const request = new Request(input, init)
      if (request.method === 'POST' && request.url === `${server.issuer}/token`) posts++
      return server.fetch(request)
    }
    const vault = room.open({ store })
    if (status === 'signed-in') await vault.callback(await signIn(vault))
    const kept = JSON.stringify([...store.records])
    // An honest code is sent, counted and refused, so that the session stays as it is.
    server.fail('token', { status: 400, body: () => ({ error: 'invalid_grant' }) }, Infinity)
    const counted = { honest: 0, taken: 0, ignored: 0 }
    await always(
      answers,
      async (answer) => {
        const url = await vault.authorize({ via: 'redirect', returnTo: 'https://app.example/deep' })
        const state = new URL(url).searchParams.get('state') ?? ''
        const filled = answer
          .replaceAll('STATE', state)
          .replaceAll('ISS', encodeURIComponent(server.issuer))
        const href = `https://app.example/callback${filled}`
        posts = 0
        const finished = await vault.callback(href)
        must(posts === Number(isHonest(href, state, server.issuer)), `${posts} requests.`)
        counted.honest += posts
        counted[finished ? 'taken' : 'ignored']++
        if (finished?.snapshot.status === 'signed-out') {
          const { code, hint = '' } = finished.snapshot.error as ErrorData
          must(isKnown(code), `Its code is ${code}.`)
          must(hint.length < 600, 'It says too much.')
        } else must(!finished || status === 'signed-in', 'It signs in.')
        must(JSON.stringify([...store.records]) === kept, 'The session has changed.')
        return isUnpolluted()
      },
      400,
    )
    for (const count of Object.values(counted)) expect(count).toBeGreaterThan(20)
  })
