import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, type Page } from '@playwright/test'
import type axe from 'axe-core'
import { Visitor } from '../support/demo.js'
import { test } from '../support/demo-fixture.js'

// What a machine can tell of accessibility, by axe: the demo's pages, and the inspector in them.

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8')

/** What axe finds on the page, shadow trees included. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(source)
  return page.evaluate(async () => {
    const { axe: run } = window as unknown as { axe: typeof axe }
    const { violations } = await run.run()
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${String(target)}: ${failureSummary ?? ''}`),
    )
  })
}

for (const colorScheme of ['light', 'dark'] as const)
  test.describe(`${colorScheme} mode`, () => {
    test.use({ colorScheme })

    test(`axe finds nothing on the demo, in its inspector and at its server in ${colorScheme} mode`, async ({
      visitor,
      complaints,
    }) => {
      const { page } = visitor
      await visitor.isSignedOut()
      expect(await violations(page), 'signed out').toEqual([])
      await visitor.button('Sign in').click()
      await expect(visitor.heading('Sign in')).toBeVisible()
      expect(await violations(page), 'the sign-in page').toEqual([])
      await visitor.identify('Ada Lovelace')
      expect(await violations(page), 'the consent page').toEqual([])
      await visitor.allow()
      await visitor.callsTheApi()
      const flow = page.getByRole('region', { name: 'pixy-auth inspector' })
      await flow.getByRole('button', { name: /^call GET/ }).click()
      await flow.getByRole('button', { name: 'Paste report' }).click()
      expect(await violations(page), 'signed in, with the details of a step').toEqual([])
      await visitor.button('Transfer 100 €').click()
      await expect(visitor.heading('Confirm that it is you')).toBeVisible()
      expect(await violations(page), 'the second factor').toEqual([])
      await visitor.cancel()
      // The API refused the transfer, and the browser said so.
      complaints.splice(0)
      await visitor.isGreetedAs('Ada Lovelace')
      await expect(flow.getByText('Why?').first()).toBeVisible()
      expect(await violations(page), 'a failure and its reason').toEqual([])
    })

    for (const app of ['script', 'react', 'vue'])
      test(`axe finds nothing on the ${app} app and its inspector in ${colorScheme} mode`, async ({
        page,
        demo,
      }) => {
        const visitor = new Visitor(page, demo, app)
        await visitor.open()
        await visitor.isSignedOut()
        await page.getByRole('button', { name: /^pixy-auth: / }).click()
        await expect(page.getByRole('region', { name: 'pixy-auth inspector' })).toBeVisible()
        expect(await violations(page)).toEqual([])
      })
  })
