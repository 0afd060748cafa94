import payload from 'payload'
import { auth } from './auth.js'

const { status } = await auth.start()
const shownAt = performance.now()
const [{ fetchStart }] = performance.getEntriesByType('navigation')
const request = performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/token'))
Object.assign(globalThis, {
  auth,
  early: {
    size: payload.length,
    isSignedIn: status === 'signed-in',
    sentAt: (request?.startTime ?? NaN) - fetchStart,
    shownAt: shownAt - fetchStart,
  },
})
