export { retryToken } from './retry-token.js'
export { refreshNow, resume } from './now.js'
export { createRefresh } from './refresh.js'
export { watchEnd } from './watch-end.js'
