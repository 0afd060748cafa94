import { expect, test } from '../support/fixture.js'
import { until } from '../support/frame.js'

test('in a `srcdoc` frame every call says to open the page by https', async ({ app, servers }) => {
  const page = servers.newPage(
    () =>
      `<!doctype html><link rel="icon" href="data:,"><iframe srcdoc="<script type='module' src='/main.js'></script>"></iframe>`,
    { lax: true },
  )
  await app.page.goto(page)
  const frame = app.page.frames()[1]!
  await until(frame, () => window.auth?.state.status === 'signed-out')
  const said = await frame.evaluate(async () => {
    const calls = [
      window.auth.start().then((state) => Promise.reject('error' in state && state.error)),
      window.auth.signIn(),
      window.auth.fetch('https://api.example.com/'),
      window.auth.getAccessToken(),
    ]
    const settled = await Promise.allSettled(calls)
    return settled.map((one) => one.status === 'rejected' && String(one.reason))
  })
  expect(said).toEqual(Array(4).fill(expect.stringContaining('Open it by https.')))
})
