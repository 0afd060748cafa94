// `npm run docs`: writes the pages of docs that are made from the tests.
import { faults } from './faults.mjs'
import { write } from './rows.mjs'
import { threats } from './threats.mjs'

await write(faults)
await write(threats)
