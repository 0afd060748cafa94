import { createApp } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import { createAuth } from 'pixy-auth'
import { inspect } from 'pixy-auth/inspector'
import { authGuard, createAuthPlugin } from 'pixy-auth/vue'
import About from './About.vue'
import Account from './Account.vue'
import App from './App.vue'
import Home from './Home.vue'
import Nothing from './Nothing.vue'

const auth = createAuth({
  issuer: import.meta.env.VITE_ISSUER,
  clientId: 'pixy-demo',
  redirectUri: '/vue/',
  postLogoutRedirectUri: '/vue/',
  scope: 'openid profile email offline_access',
  resources: [`${import.meta.env.VITE_API}/`],
})
void auth.start() // before the router reads the URL
inspect(auth) // the badge at the corner

const router = createRouter({
  history: createWebHistory('/vue/'),
  routes: [
    { path: '/', component: Home },
    { path: '/about', component: About, meta: { public: true } },
    { path: '/account', component: Account, meta: { auth: true } },
    { path: '/:nothing+', component: Nothing, meta: { public: true } },
  ],
})
router.beforeEach(authGuard(auth, { fallback: '/' }))

createApp(App).use(createAuthPlugin(auth)).use(router).mount('#root')
