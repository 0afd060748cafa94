import { mount } from 'svelte'
import App from './App.svelte'
import { keycloak } from './keycloak.js'

await keycloak.init({ pkceMethod: 'S256', checkLoginIframe: false })
mount(App, { target: document.querySelector('#root') })
