export { another } from './another.js'
export { refreshNow, resume } from './now.js'
export { createRefresh } from './refresh.js'
