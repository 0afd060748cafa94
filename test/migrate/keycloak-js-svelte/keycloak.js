import Keycloak from 'keycloak-js'

export const keycloak = new Keycloak({
  url: 'https://id.example.com',
  realm: 'my-realm',
  clientId: 'my-spa',
})
