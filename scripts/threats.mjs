// The page docs/threats.md: what an attacker may try, what happens then, and in which engines a test proves it.
const head = `<!-- \`npm run docs\` writes this page from test/threats.json. -->

# What may be tried

This page lists what an attacker may try, and what happens then. Tests prove each row, on pages with a strict
Content Security Policy: their titles begin with its number, and the last column names the engines that run them.
A row without a test says why. Open the details below each table for more. [Security](security.md) says what you
have to do yourself.`

/** @type {import('./rows.mjs').Page} */
export const threats = {
  letter: 'T',
  rows: 'test/threats.json',
  file: 'docs/threats.md',
  head,
  columns: ['what is tried', 'what happens'],
}
