import { createApp } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import { createAuth } from 'pixy-auth'
import { authGuard, createAuthPlugin } from 'pixy-auth/vue'
import Account from './Account.vue'
import App from './App.vue'
import Home from './Home.vue'

const auth = createAuth({
  issuer: import.meta.env.VITE_ISSUER,
  clientId: 'pixy-demo',
  redirectUri: '/vue/',
  postLogoutRedirectUri: '/vue/',
  scope: 'openid profile email offline_access',
  resources: [`${import.meta.env.VITE_API}/`],
})
void auth.start() // before the router reads the URL

const router = createRouter({
  history: createWebHistory('/vue/'),
  routes: [
    { path: '/', component: Home },
    { path: '/account', component: Account, meta: { auth: true } },
  ],
})
router.beforeEach(authGuard(auth, { fallback: '/' }))

createApp(App).use(createAuthPlugin(auth)).use(router).mount('#root')
