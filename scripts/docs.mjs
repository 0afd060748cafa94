// `npm run docs`: writes the pages of docs that are made from the tests.
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import * as faults from './faults.mjs'
import * as threats from './threats.mjs'

const docs = resolve(import.meta.dirname, '../docs')

await writeFile(`${docs}/faults.md`, await faults.page(await faults.faults()))
await writeFile(`${docs}/threats.md`, await threats.page(await threats.threats()))
