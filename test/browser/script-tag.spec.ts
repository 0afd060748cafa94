import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { integrity } from '../../scripts/integrity.mjs'
import { expect, test } from '../support/fixture.js'

const root = `${import.meta.dirname}/../..`
const [, snippet = ''] =
  /```html\n([^]*?)```/.exec(await readFile(`${root}/README.md`, 'utf8')) ?? []

// The file is on the app's own host, and the issuer is the mock server.
const adapted = (path: string, issuer: string): string =>
  snippet
    .replace(/src="[^"]*"/, 'src="/pixy-auth.global.js"')
    .replace('https://id.example.com', issuer)
    .replace("redirectUri: '/'", `redirectUri: '${path}'`)

async function signsIn(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('user-1')).toBeVisible()
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(path)
  await page.reload()
  await expect(page.getByText('user-1')).toBeVisible()
}

test('the README’s script tag signs in, and names the file that was built', async ({
  page,
  server,
  servers,
}) => {
  expect(snippet.trim().split('\n').length).toBeLessThanOrEqual(12)
  expect(snippet).toContain(`integrity="${await integrity()}"`)
  const path = servers.newPage((path) => adapted(path, server.issuer), { lax: true })
  await signsIn(page, path)
  expect(server.requests('token')).toHaveLength(1)
})

test('the script tag works on a page that forbids inline scripts', async ({
  page,
  server,
  servers,
}) => {
  const script = (path: string): string =>
    `${/<script>([^]*)<\/script>/.exec(adapted(path, server.issuer))?.[1]}
    document.querySelector('button').onclick = () => auth.signIn()`
  const path = servers.newPage(
    (path) =>
      adapted(path, server.issuer)
        .replace(' onclick="auth.signIn()"', '')
        .replace(/<script>[^]*<\/script>/, `<script src="${path}.js"></script>`),
    { script },
  )
  await signsIn(page, path)
  expect(server.requests('token')).toHaveLength(1)
})
