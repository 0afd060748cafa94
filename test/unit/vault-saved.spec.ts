import { expect } from '@playwright/test'
import type { Inside } from '../../src/vault/inside.js'
import { end } from '../../src/vault/protocol/end.js'
import { claimCopy } from '../../src/vault/protocol/mark.js'
import { mapStore, signIn, test } from '../support/vault.js'

// What is stored after a session, and about tokens that were presented.

test('a session that was refused leaves its id, and no secret', async ({ room }) => {
  const store = mapStore()
  const vault = room.open({ store })
  await vault.finish(await signIn(vault))
  room.server.fail('token', { status: 400, body: '{"error":"invalid_grant"}' })
  await expect(vault.refresh()).rejects.toMatchObject({ code: 'session_ended' })
  const kept = JSON.stringify([...store.records])
  expect(kept).toContain('"ended":"refused"')
  for (const secret of room.server.secrets) expect(kept).not.toContain(secret)
})

test('a session that nothing can renew ends with its token', async ({ room }) => {
  const store = mapStore()
  const vault = room.open({ store })
  await vault.finish(await signIn(vault))
  for (const [key, record] of store.records) {
    const { refreshToken: _, ...rest } = record as {
      tokens?: { ''?: object }
      refreshToken: string
    }
    if (!rest.tokens) continue
    const over = { ...rest.tokens[''], expiresAt: Date.now() - 1 }
    store.records.set(key, { ...rest, tokens: { '': over } })
  }
  expect(await room.open({ store }).open(undefined)).toMatchObject({ status: 'signed-out' })
  expect(JSON.stringify([...store.records])).toContain('"ended"')
})

test('presented tokens are recorded by hashes, the last hundred only', async () => {
  const shared = mapStore()
  for (let i = 0; i < 120; i++) expect(await claimCopy(shared, `TOKEN-${i}`, `${i}`)).toBe(true)
  expect(await claimCopy(shared, 'TOKEN-119', 'another')).toBe(false)
  const kept = JSON.stringify([...shared.records])
  expect(kept).not.toContain('TOKEN')
  expect(kept.match(/"attempt"/g)).toHaveLength(100)
})

test('DPoP nonces are forgotten with the session', async () => {
  let forgotten = 0
  const inside = {
    config: { dpop: true, key: 'a' },
    shared: mapStore(),
    own: mapStore(),
    prover: async () => ({ forget: () => void forgotten++ }),
  }
  await end(inside as unknown as Inside, { before: undefined, saved: true }, { local: true })
  expect(forgotten).toBe(1)
})
