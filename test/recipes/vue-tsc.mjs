// Checks the types of Vue templates: `node test/recipes/vue-tsc.mjs -p <folder>`. vue-tsc patches the
// source of the compiler, so it needs TypeScript 6: TypeScript 7 has no source in JavaScript.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
/** @type {typeof import('vue-tsc')} */
const { run } = require('vue-tsc')
run(require.resolve('typescript/lib/tsc'))
