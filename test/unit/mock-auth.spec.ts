import { once } from 'node:events'
import { expect, test } from '@playwright/test'
import { flatten } from '../../src/bindings.js'
import { AuthError, type AuthState } from '../../src/index.js'
import { mockAuth } from '../../src/testing/index.js'

const ada = { sub: 'user-1', name: 'Ada Lovelace' }
const notSignedIn = expect.objectContaining({ name: 'AuthError', code: 'not_signed_in' })

test('mockAuth() is signed in, unless told otherwise', () => {
  expect(mockAuth().state).toEqual({
    status: 'signed-in',
    user: ada,
    session: {
      issuer: 'https://id.example.com',
      scope: ['openid', 'profile'],
      tokenType: 'bearer',
    },
  })
  expect(mockAuth('loading').state).toEqual({ status: 'loading' })
  expect(mockAuth('signed-out').state).toEqual({ status: 'signed-out' })
  const { state } = mockAuth({ user: { sub: 'user-2' }, session: { acr: 'gold' } })
  expect(state).toMatchObject({ user: { sub: 'user-2' }, session: { acr: 'gold', scope: {} } })
})

test('an error means signed-out, stale means signed-in', () => {
  const error = new AuthError('access_denied')
  expect(mockAuth({ error }).state).toEqual({ status: 'signed-out', error })
  expect(flatten(mockAuth({ error }).state)).toMatchObject({ isAuthenticated: false, error })
  const stale = new AuthError('network')
  expect(mockAuth({ stale }).state).toMatchObject({ status: 'signed-in', user: ada, stale })
  expect(flatten(mockAuth({ stale }).state)).toMatchObject({ isAuthenticated: true, stale })
  expect(flatten(mockAuth({ endsAt: 1 }).state)).toMatchObject({ isAuthenticated: true, endsAt: 1 })
})

test('its methods answer for a signed-in user', async () => {
  const auth = mockAuth()
  expect(await auth.start()).toBe(auth.state)
  expect(await auth.require()).toBe(auth.state)
  expect(await auth.refresh()).toBe(auth.state)
  expect(await auth.userInfo()).toEqual(ada)
  expect(await auth.getAccessToken()).toBe('mock-access-token')
  expect(await auth.signInUrl()).toBe('https://id.example.com/authorize')
  expect((await auth.fetch('https://api.example.com/me')).status).toBe(204)
  auth.dispose()
  auth[Symbol.dispose]()
  expect(auth.state.status).toBe('signed-in')
})

for (const state of ['signed-out', 'loading'] as const)
  test(`its methods reject while it is ${state}`, async () => {
    const auth = mockAuth(state)
    const { require, refresh, userInfo, getAccessToken } = auth
    for (const method of [require, refresh, userInfo, getAccessToken])
      await expect(method()).rejects.toEqual(notSignedIn)
    await expect(auth.fetch('https://api.example.com/me')).rejects.toEqual(notSignedIn)
    expect(await auth.start()).toEqual({ status: state })
  })

test('signIn() and signOut() change the state, and listeners hear it', async () => {
  const { signIn, signOut, subscribe } = mockAuth('signed-out')
  const told: AuthState['status'][] = []
  const undo = subscribe(({ status }) => told.push(status))
  expect(await signIn()).toMatchObject({ status: 'signed-in', user: ada })
  await signOut()
  undo()
  await signIn()
  expect(told).toEqual(['signed-out', 'signed-in', 'signed-out'])
})

test('set() calls a function once for each time it subscribed', () => {
  const auth = mockAuth('loading')
  const told: AuthState[] = []
  const listener = (state: AuthState): void => void told.push(state)
  const undo = auth.subscribe(listener)
  auth.subscribe(listener)
  undo()
  auth.set({ user: { name: 'Grace' } })
  expect(told).toHaveLength(3)
  expect(told[2]).toBe(auth.state)
  expect(auth.state).toMatchObject({ status: 'signed-in', user: { name: 'Grace' } })
})

/** The uncaught error of a piece of work. */
async function uncaught(act: () => void): Promise<unknown> {
  const usual = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  try {
    const error = once(process, 'uncaughtException')
    act()
    return (await error)[0]
  } finally {
    for (const listener of usual) process.on('uncaughtException', listener)
  }
}

test('a listener that throws is reported, and stops no other', async () => {
  const auth = mockAuth('loading')
  const bad = new Error('a bad listener')
  auth.subscribe(({ status }) => {
    if (status !== 'loading') throw bad
  })
  const told: AuthState['status'][] = []
  auth.subscribe(({ status }) => told.push(status))
  expect(await uncaught(() => auth.set('signed-out'))).toBe(bad)
  expect(await uncaught(() => void auth.signIn())).toBe(bad)
  expect(told).toEqual(['loading', 'signed-out', 'signed-in'])
})

test('an override replaces a method, and the state still works', async () => {
  const auth = mockAuth('signed-out', {
    fetch: async () => Response.json({ mine: true }),
    signIn: async () => {
      throw new AuthError('timeout')
    },
  })
  expect(await (await auth.fetch('/me')).json()).toEqual({ mine: true })
  await expect(auth.signIn()).rejects.toMatchObject({ code: 'timeout' })
  expect(auth.state.status).toBe('signed-out')
  auth.set({})
  expect(auth.state.status).toBe('signed-in')
})

test('each mock has a state of its own', async () => {
  const [one, other] = [mockAuth(), mockAuth()]
  await one.signOut()
  expect(other.state.status).toBe('signed-in')
})
