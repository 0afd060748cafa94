// The client by hand, with a storage that tabs share: IndexedDB. It takes a pending sign-in in one transaction, so that
// a callback that two tabs open is exchanged once. It stores the metadata with the sign-in and the session.
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
