// `npm run docs`: writes the pages of docs that are made from the tests and from the sources.
import { writeAgents } from './agents.mjs'
import { writeApi } from './api.mjs'
import { faults } from './faults.mjs'
import { write } from './rows.mjs'
import { threats } from './threats.mjs'

await write(faults)
await write(threats)
await writeApi()
await writeAgents()
