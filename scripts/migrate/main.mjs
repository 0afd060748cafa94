#!/usr/bin/env node
// `npx pixy-auth migrate <library>`: turns an app of another library into one of this library.
import { migrate } from './migrate.mjs'

const { code, lines } = await migrate(process.argv.slice(2), process.cwd())
for (const line of lines) (code === 0 ? console.log : console.error)(line)
process.exitCode = code
