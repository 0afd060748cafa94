import { readFile } from 'node:fs/promises'
import { integrity } from '../../.ci/integrity.mjs'
import { expect, test } from '../fixture.js'

const root = `${import.meta.dirname}/../..`
const [, snippet = ''] =
  /```html\n([^]*?)```/.exec(await readFile(`${root}/README.md`, 'utf8')) ?? []

test('the README’s script tag signs in, and names the file that was built', async ({
  page,
  server,
  servers,
}) => {
  expect(snippet.trim().split('\n').length).toBeLessThanOrEqual(12)
  expect(snippet).toContain(`integrity="${await integrity()}"`)
  const path = servers.newPage((path) =>
    snippet
      .replace(/src="[^"]*"/, 'src="/pixy-auth.global.js"')
      .replace('https://id.example.com', server.issuer)
      .replace("redirectUri: '/'", `redirectUri: '${path}'`),
  )
  await page.goto(path)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('user-1')).toBeVisible()
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(path)
  await page.reload()
  await expect(page.getByText('user-1')).toBeVisible()
  expect(server.requests('token')).toHaveLength(1)
})
