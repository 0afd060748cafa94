import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@playwright/test'
import { createMockServer, type MockServer } from '../../src/testing/index.js'
import { recipe } from '../recipes/doc-module.js'

interface Recipe {
  serve(server: MockServer): Server
}

test('the documented adapter puts the mock server behind node:http', async ({}, info) => {
  const { serve } = await recipe<Recipe>('`createMockServer` behind Node', info)
  const mock = createMockServer({ issuer: 'http://localhost:4000' })
  const listening = serve(mock)
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
  try {
    const metadata = await fetch(`${origin}/.well-known/openid-configuration`)
    expect(await metadata.json()).toMatchObject({ issuer: mock.issuer })
    expect(metadata.headers.get('access-control-allow-origin')).toBe('*')
    const { token_endpoint } = (await (
      await fetch(`${origin}/.well-known/openid-configuration`)
    ).json()) as { token_endpoint: string }
    const token = `${origin}${new URL(token_endpoint).pathname}`
    const form = { grant_type: 'refresh_token', client_id: 'app', refresh_token: 'none' }
    const init = { method: 'POST', body: new URLSearchParams(form) }
    const refused = await fetch(token, init)
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: 'invalid_grant' }])
    expect(mock.requests('token')[0]?.params).toMatchObject(form)
    mock.fail('token', { drop: 'before' })
    await expect(fetch(token, init)).rejects.toThrow('fetch failed')
  } finally {
    listening.closeAllConnections()
    listening.close()
  }
})
