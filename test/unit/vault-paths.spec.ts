import { expect } from '@playwright/test'
import { bearers, request, signIn, test } from '../support/vault.js'

// What some servers read as `..`, and no browser does.
const climbs = [
  '..%2fadmin', '..%2Fadmin', '..%5cadmin', '..%252fadmin', '..;/admin', '..;a=1/admin', '..%3b/admin',
  '%2e%2e%2fadmin', '.%252e/admin', '%252e%252e/admin', 'me%2f..%2f..%2fadmin', 'me/..%2f..', '..;',
] // prettier-ignore

test('T9: a path that leads out by an encoded `..` gets no token', async ({ room }) => {
  const { issuer } = room.server
  const vault = room.open()
  await vault.callback(await signIn(vault))
  const sent = await bearers(async () => {
    for (const path of climbs) {
      const url = `${issuer}/api/${path}`
      const refused = { code: 'url_not_allowed', hint: expect.stringContaining('`..`') }
      await expect(vault.fetch(request(url)), path).rejects.toMatchObject(refused)
      await expect(vault.getAccessToken({ url }), path).rejects.toMatchObject(refused)
    }
  })
  expect(sent).toEqual([])
  // An encoded slash alone leads nowhere else, and within a whole origin nothing leads out.
  const inside = ['a%2Fb', 'a..b', '..a', '...', 'a;b=..c', '?to=..%2f'].map(
    (it) => `${issuer}/api/${it}`,
  )
  for (const url of inside) expect(await bearers(() => vault.fetch(request(url)))).toEqual([url])
  const whole = room.open({ resources: [issuer] })
  await whole.callback(await signIn(whole))
  const url = `${issuer}/api/..%2fadmin`
  expect(await bearers(() => whole.fetch(request(url)))).toEqual([url])
})
