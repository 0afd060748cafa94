import { expect, test } from '../support/fixture.js'

// Each test kills a tab after its first step that other tabs could notice, the next tab after its
// second step, and so on, and looks at what each has left behind.

test.use({ mode: 'manual' })

test.beforeEach(async ({ page, server }) => {
  // The server allows the reuse that follows a lost answer.
  server.options.reuseGrace = 60
  await page.goto('/frames')
  await page.evaluate(() => window.tabs.signIn())
})

test('F18, F19: a tab that dies at any step of a refresh costs no tab its session', async ({
  page,
  server,
}) => {
  const found = await page.evaluate(async () => {
    const [witness] = await window.tabs.crowd(1)
    return window.tabs.kill(
      async () => {
        await window.tabs.expire()
        return (await window.tabs.crowd(1))[0]!
      },
      (auth) => auth.getAccessToken(),
      async () => {
        const [reopened] = await window.tabs.crowd(1)
        const tokens = [witness!, reopened!].map(({ auth }) => auth.getAccessToken())
        const all = await Promise.allSettled(tokens)
        window.tabs.close(reopened!)
        return all.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.code))
      },
    )
  })
  expect(found.map(([step]) => step)).toEqual(
    expect.arrayContaining(['request', 'put', 'fetch', 'answer', 'postMessage', 'done']),
  )
  for (const [step, tokens] of found)
    for (const token of tokens) expect(server.verify(token), `${step}: ${token}`).toBeDefined()
})

test('after a tab dies in a callback there is a session, or a sign-in works', async ({
  page,
  server,
}) => {
  const found = await page.evaluate(async () => {
    const [witness] = await window.tabs.crowd(1)
    return window.tabs.kill(
      async () => {
        await witness!.auth.signOut({ local: true })
        return window.tabs.open(await witness!.auth.signInUrl())
      },
      (auth) => auth.start(),
      async () => {
        const [reopened] = await window.tabs.crowd(1)
        const { state } = reopened!.auth
        if (state.status === 'signed-out') await window.tabs.signIn()
        const [next] = await window.tabs.crowd(1)
        const token = await next!.auth.getAccessToken()
        for (const tab of [reopened!, next!]) window.tabs.close(tab)
        return [(state.status === 'signed-out' && state.error?.code) || state.status, token]
      },
    )
  })
  const states = found.map(([, [state = '']]) => state)
  expect(states.join(' ')).toMatch(/^(signed-out )+(signed-in ?)+$/)
  for (const [step, [, token = '']] of found) expect(server.verify(token), step).toBeDefined()
})

test('a tab that dies in a sign-out has signed out, and leaves no secret', async ({
  page,
  server,
}) => {
  const found = await page.evaluate(async () => {
    await window.tabs.crowd(1)
    return window.tabs.kill(
      async () => {
        await window.tabs.signIn()
        return (await window.tabs.crowd(1))[0]!
      },
      (auth) => auth.signOut({ local: true }),
      async () => {
        const [reopened] = await window.tabs.crowd(1)
        const { status } = reopened!.auth.state
        const token = await reopened!.auth.getAccessToken().catch(({ code }) => code)
        const kept = status === 'signed-out' && (await window.tabs.kept())
        window.tabs.close(reopened!)
        return [status, token, kept || '']
      },
    )
  })
  expect(found.length).toBeGreaterThan(3)
  for (const [step, [status, token, kept = '']] of found) {
    expect([status, token], step).toEqual(['signed-out', 'not_signed_in'])
    for (const secret of server.secrets) expect(kept, step).not.toContain(secret)
  }
})
