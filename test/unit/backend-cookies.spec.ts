import { expect } from '@playwright/test'
import { clientId, outcomes, refusalOf, secret, signedIn, test } from '../support/backend.js'
import { SharedStore } from '../support/shared-store.js'
import { serve } from '../support/node-server.js'

// Cookies that a backend cannot read: of another release, or of another backend.

const newer = `${secret}, the next one`

test('during the rollout of a new secret no process signs out another’s user', async ({
  world,
}) => {
  const browser = await signedIn(world)
  const old = world.backend
  const { id } = await browser.json('session')
  world.deploy({ secrets: [newer, secret] })
  expect(await browser.json('session')).toMatchObject({ id })
  // Its cookie is sealed by the new secret now, which this process does not have.
  world.backend = old
  expect(await refusalOf(await browser.call('token', {}))).toEqual([401, 'not_signed_in'])
  expect(await browser.json('session')).toEqual({ status: 'signed-out' })
  world.deploy({ secrets: [newer, secret] })
  expect(await browser.json('session')).toMatchObject({ id })
})

test('a sign-out removes a cookie that cannot be read', async ({ world }) => {
  const browser = await signedIn(world)
  const first = world.backend
  world.deploy({ secrets: newer })
  expect((await browser.call('sign-out', {})).status).toBe(200)
  world.backend = first
  expect(await browser.json('session')).toEqual({ status: 'signed-out' })
})

test('a sign-out counts even if the store did not answer at the time', async ({ world }) => {
  const store = new SharedStore({ atomic: true })
  world.deploy({ store })
  const browser = await signedIn(world)
  const before = new Map(browser.cookies)
  store.isSilent = true
  expect((await browser.call('sign-out', {})).status).toBe(200)
  store.isSilent = false
  expect(browser.sessions).toEqual([])
  expect(await browser.json('session')).toEqual({ status: 'signed-out' })
  // A copy of the cookie.
  for (const [name, cookie] of before) browser.cookies.set(name, cookie)
  expect(await browser.json('session')).toEqual({ status: 'signed-out' })
})

test('T47: a client cannot read the session of another client with the same secrets', async ({
  world,
}) => {
  const browser = await signedIn(world)
  world.deploy({ clientId: `${clientId} 2` })
  expect(await browser.json('session')).toEqual({ status: 'signed-out' })
  expect(await refusalOf(await browser.call('token', {}))).toEqual([401, 'not_signed_in'])
})

for (const [name, store] of Object.entries({
  cookies: undefined,
  'a store': new SharedStore({ atomic: true }),
}))
  test(`T47: with ${name} no refresh token of one server is sent to the next one`, async ({
    world,
  }) => {
    world.deploy({ store })
    const browser = await signedIn(world)
    const got: string[] = []
    const next = await serve(async (request) => {
      const { origin, pathname } = new URL(request.url)
      got.push(await request.text())
      return Response.json(
        pathname.includes('well-known')
          ? {
              issuer: origin,
              authorization_endpoint: `${origin}/authorize`,
              token_endpoint: `${origin}/token`,
            }
          : {},
      )
    })
    world.deploy({ store, issuer: next.origin })
    await browser.call('session', { refresh: true })
    await browser.call('sign-out', {})
    await next.close()
    expect(got.join()).not.toContain('refresh_token')
    expect(outcomes(world)).toEqual([])
  })
