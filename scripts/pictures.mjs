// What the pictures of the README show: the demo after a sign-in and a call.

/**
 * Go there, as a user does.
 *
 * @param {import('@playwright/test').Page} page
 * @param {string} app where the demo is
 */
export async function showsFlow(page, app) {
  await page.setViewportSize({ width: 1240, height: 800 })
  await page.goto(app)
  for (const name of ['Sign in', 'Sign in', 'Allow', 'Call GET /api/me'])
    await page.getByRole('button', { name, exact: true }).click()
  await page.getByText('expiresAt').waitFor()
  await page.getByRole('button', { name: /^answer 200/ }).waitFor()
}

/**
 * What is to be read there, without what differs each time. It is kept beside the pictures, so that a test can
 * tell when they are old.
 *
 * @param {import('@playwright/test').Page} page
 */
export async function readsAs(page) {
  const tree = await page.locator('body').ariaSnapshot()
  return `${tree.replaceAll(/[\w-]{20,}/g, '…').replaceAll(/\d+([.:]\d+)*( (ms|s|min)\b)?/g, '0')}\n`
}
