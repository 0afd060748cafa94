import Keycloak from 'keycloak-js'

const keycloak = new Keycloak({
  url: 'https://id.example.com/',
  realm: 'my-realm',
  clientId: 'my-spa',
})

keycloak.onTokenExpired = () => keycloak.updateToken(30)

export default keycloak
