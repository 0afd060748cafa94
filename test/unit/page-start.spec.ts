import { expect } from '@playwright/test'
import { failure, signedIn, signedOut } from '../support/page.js'
import { test } from '../support/start.js'

// What a page shows from its start on.

test('a start shows the session of the vault, and its later changes', async ({ open, globals }) => {
  const { start, state, asked, tellState } = open({
    open: () => {
      tellState(signedOut(failure))
      return signedIn()
    },
  })
  const told: string[] = []
  state.subscribe(({ status }) => told.push(status))
  expect(await start.start()).toMatchObject({ status: 'signed-in' })
  expect(told).toEqual(['loading', 'signed-in'])
  expect(asked).toEqual(['open', 'prepare'])
  globals.happens('online')
  expect(asked).toEqual(['open', 'prepare', 'resume'])
  start.dispose()
  globals.happens('online')
  expect(asked.slice(3)).toEqual(['close'])
})

test('on a server a start waits for the page', async ({ open, globals }) => {
  globals.give('window', undefined)
  const { start, asked } = open()
  expect(await start.start()).toEqual({ status: 'loading' })
  await expect(start.open()).rejects.toMatchObject({ code: 'unsupported' })
  expect(asked).toEqual([])
})

test('an insecure page has the error insecure_context', async ({ open, globals }) => {
  globals.give('crypto', {})
  const { start, asked } = open()
  expect(await start.start()).toMatchObject({ error: { code: 'insecure_context' } })
  await expect(start.open()).rejects.toMatchObject({ code: 'insecure_context' })
  expect(asked).toEqual([])
})

test('after wrong options every start fails, after another failure the next may work', async ({
  open,
}) => {
  const wrong = open({ options: { clientId: '' } })
  expect(await wrong.start.start()).toMatchObject({ error: { code: 'config' } })
  await expect(wrong.start.open()).rejects.toMatchObject({ code: 'config' })
  const failing = open({
    open: () => {
      throw new TypeError('of the store')
    },
  })
  expect(await failing.start.start()).toMatchObject({ error: { code: 'storage' } })
  expect(await failing.start.open()).toHaveProperty('vault')
})

test('the error of a sign-in is shown until the state changes', async ({ open }) => {
  const { start, state, tellState } = open({ open: () => signedOut(failure) })
  await start.start()
  tellState(signedOut())
  expect(state.current()).toMatchObject({ error: { code: 'network' } })
  tellState(signedOut({ ...failure, code: 'session_ended' }))
  expect(state.current()).toMatchObject({ error: { code: 'session_ended' } })
  tellState(signedIn())
  expect(state.current().status).toBe('signed-in')
  tellState(signedIn({ email: 'a@example.com' }))
  expect(state.current()).toMatchObject({ user: { email: 'a@example.com' } })
  tellState(signedOut())
  expect(state.current()).toEqual({ status: 'signed-out' })
})

test('a sign-out is remembered until a session begins', async ({ open }) => {
  const { start, tell, tellState } = open()
  await start.start()
  expect(start.isSignedOut()).toBe(false)
  tell({ type: 'sign-out' })
  tellState(signedOut())
  expect(start.isSignedOut()).toBe(true)
  tellState(signedIn())
  expect(start.isSignedOut()).toBe(false)
})
