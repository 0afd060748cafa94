// By hand, in the storage that tabs can share: IndexedDB, where a sign-in is taken in one transaction, so that a
// callback which two tabs open is exchanged once. The metadata are kept with it.
import { createStore, get, set, update } from 'idb-keyval'
import { byHand } from './by-hand.js'

const store = createStore('floor', 'keyval')

export default byHand({
  put: (state, pending) => set(state, pending, store),
  async take(state) {
    let taken
    await update(state, (pending) => void (taken = pending), store)
    return taken
  },
  keep: (session) => set('session', session, store),
  session: () => get('session', store),
})
