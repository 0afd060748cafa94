// An app that disposes of a client by `using`, which TypeScript has from 5.2. Compiled, never run.
import { createAuth } from 'pixy-auth'

export function once(): void {
  using auth = createAuth({ issuer: 'https://id.example', clientId: 'app', redirectUri: '/' })
  void auth.state
}
