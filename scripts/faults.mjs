// The settings of docs/faults.md: what may fail, what happens then, and in which engines a test proves it.
const head = `<!-- \`npm run docs\` writes this page from test/faults.json. -->

# What may fail

This page lists what the user of an app notices when something fails. Tests prove each row: their titles
begin with its number, and the last column names the engines that run them. A row without a test says why.
Open the details below each table for more.`

/** @type {import('./rows.mjs').Page} */
export const faults = {
  letter: 'F',
  rows: 'test/faults.json',
  file: 'docs/faults.md',
  head,
  columns: ['what fails', 'what happens'],
}
