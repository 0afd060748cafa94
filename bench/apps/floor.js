// By hand, in the storage that is quickest to read: the sign-in is the tab's own, and the metadata are asked for again.
import { byHand } from './by-hand.js'

const read = (place) => JSON.parse(place.getItem('floor') ?? 'null') ?? undefined

export default byHand({
  put: (_, { server: __, ...pending }) => sessionStorage.setItem('floor', JSON.stringify(pending)),
  take() {
    const pending = read(sessionStorage)
    sessionStorage.removeItem('floor')
    return pending
  },
  keep: ({ server: __, ...session }) => localStorage.setItem('floor', JSON.stringify(session)),
  session: () => read(localStorage),
})
