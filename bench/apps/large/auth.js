import { createAuth } from '../../../dist/index.js'

export const auth = createAuth({ issuer: ISSUER, clientId: 'bench', redirectUri: '/' })
void auth.start()
