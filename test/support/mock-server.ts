import * as oauth from 'oauth4webapi'
import { createMockServer, type Endpoint, type MockServer } from '../../src/testing/index.js'
import type { MockServerOptions } from '../../src/testing/index.js'

export const issuer = 'http://as.test/t/abc'
export const verifier = 'v'.repeat(43)
export const challenge = await oauth.calculatePKCECodeChallenge(verifier)
export const asked = {
  client_id: 'spa',
  redirect_uri: 'http://app.test/cb',
  response_type: 'code',
  code_challenge: challenge,
  code_challenge_method: 'S256',
  scope: 'openid offline_access',
  state: 's1',
}
export type Form = Record<string, string>

export const start = (options: Partial<MockServerOptions> = {}): MockServer =>
  createMockServer({ issuer, ...options })
export const get = (server: MockServer, path: Endpoint, query: Form = {}, init?: RequestInit) =>
  server.fetch(new Request(`${issuer}/${path}?${new URLSearchParams(query)}`, init))
export const post = (server: MockServer, path: Endpoint, form: Form, init?: RequestInit) =>
  server.fetch(
    new Request(`${issuer}/${path}`, { method: 'POST', body: new URLSearchParams(form), ...init }),
  )
export const discover = (server: MockServer) =>
  server.fetch(new Request(`${issuer}/.well-known/openid-configuration`))
export const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
export const located = (answer: Response) => new URL(answer.headers.get('location') ?? 'none:')

/** The parameters that the client's redirect URI receives. */
export async function callback(server: MockServer, extra: Form = {}): Promise<Form> {
  const answer = await get(server, 'authorize', { ...asked, ...extra })
  return Object.fromEntries(located(answer).searchParams)
}
export const exchange = (server: MockServer, code = '', extra: Form = {}) =>
  post(server, 'token', {
    grant_type: 'authorization_code',
    client_id: 'spa',
    redirect_uri: asked.redirect_uri,
    code,
    code_verifier: verifier,
    ...extra,
  })
export async function signIn(server: MockServer, extra: Form = {}): Promise<Form> {
  const { code } = await callback(server, extra)
  return (await exchange(server, code)).json() as Promise<Form>
}
export const refresh = (server: MockServer, token = '', extra: Form = {}, init?: RequestInit) =>
  post(
    server,
    'token',
    { grant_type: 'refresh_token', client_id: 'spa', refresh_token: token, ...extra },
    init,
  )
export const errorOf = async (answer: Response | Promise<Response>) => {
  const { error } = (await (await answer).json()) as Form
  return [(await answer).status, error]
}
export const outcomes = (server: MockServer) => server.refreshTokenUses.map((use) => use.outcome)
export const reset = { name: 'ConnectionReset' }
export const text = (value: string) => new TextEncoder().encode(value)
