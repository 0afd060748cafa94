import { createApp } from 'vue'
import Keycloak from 'keycloak-js'
import App from './App.vue'

const keycloak = new Keycloak({
  url: 'https://id.example.com',
  realm: 'my-realm',
  clientId: 'my-spa',
})

keycloak.init({ pkceMethod: 'S256' }).then(() => {
  const app = createApp(App)
  app.config.globalProperties.$keycloak = keycloak
  app.mount('#root')
})
