// An app that uses Vue. Compiled against the installed package, never run.
import { createApp, defineComponent, h } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import type { AuthError, AuthState, Claims } from 'pixy-auth'
import { mockAuth } from 'pixy-auth/testing'
import { authGuard, createAuthPlugin, useAuth, type UseAuth } from 'pixy-auth/vue'
import type { Equal, Holds } from './judge.js'

const Who = defineComponent({
  setup() {
    const { state, status, user, error, isAuthenticated, prepare, signIn } = useAuth()
    const held: Equal<typeof state.value, AuthState> = true
    const apart: Equal<typeof user.value, Claims | undefined> = true
    const why: Equal<typeof error.value, AuthError | undefined> = true
    // @ts-expect-error -- read only
    isAuthenticated.value = true
    return () => {
      const now = state.value
      // @ts-expect-error -- nobody may be signed in
      void now.user
      if (now.status === 'signed-in') return h('p', { hidden: held && apart }, now.user.name)
      if (now.status === 'loading') return status.value
      const handlers = { onFocus: prepare, onPointerdown: prepare, onClick: signIn }
      return h('button', { hidden: why, ...handlers }, now.error?.message)
    }
  },
})

const auth = mockAuth()
const router = createRouter({ history: createWebHistory(), routes: [] })
router.beforeEach(authGuard(auth))
router.beforeEach(authGuard(auth, { fallback: '/' }))
createApp(Who).use(router).use(createAuthPlugin(auth)).mount('#app')

// @ts-expect-error -- the options are not the client
createAuthPlugin({ clientId: 'app', redirectUri: '/' })
// @ts-expect-error -- a path
authGuard(auth, { fallback: { name: 'home' } })

export const nothingIsAny: Equal<Holds<typeof import('pixy-auth/vue')> | Holds<UseAuth>, never> =
  true
