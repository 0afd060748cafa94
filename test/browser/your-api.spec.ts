import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { block } from '../recipes/doc-snippets.js'
import { expect, test } from '../support/fixture.js'

// The API of docs/your-api.md, with the tokens of the mock server.

const audience = 'https://api.example.com'

test.use({ serverOptions: { audiences: [audience] }, options: { params: { audience } } })

test('the documented API takes the token of a user, and no other', async ({
  app,
  server,
}, info) => {
  const path = info.outputPath('api.ts')
  const { code } = block('docs/your-api.md', 'Your API', 'ts')
  await writeFile(path, code.replaceAll('https://id.example.com', server.issuer))
  const { claimsOf } = (await import(pathToFileURL(path).href)) as {
    claimsOf(request: Request): Promise<object | undefined>
  }
  const claims = (authorization?: string): Promise<object | undefined> =>
    claimsOf(new Request(`${audience}/me`, authorization ? { headers: { authorization } } : {}))
  await app.open()
  await app.signIn()
  const { value = '' } = await app.token()
  expect(await claims(`Bearer ${value}`)).toMatchObject({ sub: 'user-1', aud: audience })
  expect(await claims(`bearer ${value}`)).toBeDefined()
  for (const wrong of [undefined, 'Bearer', `Bearer ${value}x`, `Basic ${value}`])
    expect(await claims(wrong)).toBeUndefined()
})
