import { expect } from '@playwright/test'
import { test } from '../support/backend.js'

test('a token of the client itself is kept, and asked for once', async ({ world }) => {
  const { clientCredentials } = world.backend
  const tokens = await Promise.all(
    Array.from({ length: 20 }, () => clientCredentials({ scope: 'jobs' })),
  )
  expect(new Set(tokens).size).toBe(1)
  expect(await clientCredentials({ scope: 'jobs' })).toBe(tokens[0])
  expect(world.grants).toEqual([{ scope: 'jobs' }])
  expect(world.seen).toEqual(['token: client_secret_basic'])
})

test('each scope and resource has a token of its own', async ({ world }) => {
  const { clientCredentials } = world.backend
  const wanted = [undefined, { scope: 'a' }, { scope: 'b' }, { resource: 'https://api.example' }]
  const tokens = await Promise.all(wanted.map((options) => clientCredentials(options)))
  expect(new Set(tokens).size).toBe(4)
  // In the order in which they arrive.
  expect(world.grants).toHaveLength(4)
  expect(world.grants).toEqual(expect.arrayContaining(wanted.map((options) => options ?? {})))
})

test('a token is renewed before its end, and when an API refused it', async ({ world }) => {
  const { clientCredentials } = world.backend
  const first = await clientCredentials()
  const second = await clientCredentials({ unfit: first })
  expect(second).not.toBe(first)
  expect(await clientCredentials({ unfit: first })).toBe(second)
  world.grantLifetime = 1
  const short = await clientCredentials({ unfit: second })
  await expect.poll(() => clientCredentials()).not.toBe(short)
})

test('while the server is down a token is used until it expires', async ({ world }) => {
  const { clientCredentials } = world.backend
  const token = await clientCredentials()
  world.grantStatus = 503
  expect(await clientCredentials()).toBe(token)
  const refused = { code: 'server_error', retryable: true }
  await expect(clientCredentials({ unfit: token })).rejects.toMatchObject(refused)
  await expect(clientCredentials({ scope: 'other' })).rejects.toMatchObject(refused)
  world.grantStatus = 200
  await expect.poll(() => clientCredentials({ unfit: token }).catch(() => token)).not.toBe(token)
})

test('an error has what the server said, and no secret', async ({ world }) => {
  world.grantStatus = 400
  await expect(world.backend.clientCredentials()).rejects.toMatchObject({
    code: 'oauth_error',
    oauth: { error: 'invalid_scope' },
  })
})

test('a wrong option is refused by its name', async ({ world }) => {
  const { clientCredentials } = world.backend
  const wrong = { scopes: 'a' } as object
  await expect(clientCredentials(wrong)).rejects.toThrow('scopes:')
  await expect(clientCredentials({ scope: ['a'] } as object)).rejects.toThrow('scope:')
})
