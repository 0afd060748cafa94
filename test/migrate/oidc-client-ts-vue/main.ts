import { createApp } from 'vue'
import App from './App.vue'
import { userManager } from './auth'

async function bootstrap() {
  if (window.location.search.includes('code=')) {
    await userManager.signinCallback()
    window.history.replaceState({}, document.title, '/')
  }
  createApp(App).mount('#root')
}

void bootstrap()
