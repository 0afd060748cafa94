// Brings the demo to the state that the pictures of the README show: after a sign-in and a call.

/**
 * Sign in and make a call, as a user does.
 *
 * @param {import('@playwright/test').Page} page
 * @param {string} app the URL of the demo
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
 * The text of the page, without parts that differ each time. It is stored with the pictures, so that a test can tell
 * when the pictures are out of date.
 *
 * @param {import('@playwright/test').Page} page
 */
export async function readsAs(page) {
  const tree = await page.locator('body').ariaSnapshot()
  return `${tree.replaceAll(/[\w-]{20,}/g, '…').replaceAll(/\d+([.:]\d+)*( (ms|s|min)\b)?/g, '0')}\n`
}
