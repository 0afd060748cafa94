// The types of Vue templates. vue-tsc works on TypeScript's own text, which TypeScript 7 no longer is.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
/** @type {typeof import('vue-tsc')} */
const { run } = require('vue-tsc')
run(require.resolve('typescript-6/lib/tsc'))
