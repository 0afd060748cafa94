import { readFile, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { expect, test } from '@playwright/test'
import { blocks, type Block } from '../recipes/doc-snippets.js'

const page = 'docs/providers.md'
const servers = [
  'Keycloak',
  'Auth0',
  'Okta',
  'Entra ID',
  'Entra External ID',
  'Azure AD B2C',
  'Amazon Cognito',
  'Google',
  'GitHub',
  'Duende IdentityServer',
  'Ory Hydra',
  'Zitadel',
  'Authentik',
  'Spring Authorization Server',
  'Dex',
  'Glewlwyd',
  'django-oauth-toolkit',
  'Authlib',
  'oidc-provider',
]

/** The section of each server. */
async function sections(): Promise<Map<string, string>> {
  const text = await readFile(`${import.meta.dirname}/../../${page}`, 'utf8')
  const parts = text.split(/^## /m).slice(1)
  return new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), part]))
}

test('each server has a section with its issuer, settings and habits', async () => {
  const found = await sections()
  for (const name of servers) {
    const text = found.get(name) ?? ''
    expect(text, name).toMatch(
      /\*\*Measured(?:\*\* with|\.\*\*)|\*\*From its documents\*\*, \w+ 20\d\d/,
    )
    expect(text, name).toMatch(/^\*\*Register\.\*\* \S/m)
    expect(text, name).toMatch(/^- \S/m)
  }
})

test('the options of each server are options that createAuth takes', async ({}, info) => {
  for (const name of [...servers, 'Any other server']) {
    const isOwn = ({ file, heading, language }: Block): boolean =>
      file === page && heading === name && language === 'ts'
    const own = blocks().find(isOwn)
    const path = info.outputPath(`${name.replaceAll(' ', '-')}.ts`)
    await writeFile(path, own?.code ?? '')
    const { auth } = (await import(pathToFileURL(path).href)) as { auth?: { state: unknown } }
    expect(auth?.state, name).toEqual({ status: 'loading' })
  }
})
