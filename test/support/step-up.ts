import { stepUpChallenge, type MockServer } from '../../src/testing/index.js'
import type { Tab } from './fixture.js'
import type { Api } from './servers.js'

type Wanted = Parameters<typeof stepUpChallenge>[1]

const tokenOf = ({ headers }: Request): string =>
  headers.get('authorization')?.replace(/^\w+ /, '') ?? ''

/** Let the API demand this even if the token is valid. */
export function want(api: Api, server: MockServer, wanted: Wanted): void {
  api.handler = (request) => {
    const claims = server.verify(tokenOf(request))
    return claims && stepUpChallenge(claims, wanted)
  }
}

/** Call the API. @returns what the caller gets */
export const demanded = (tab: Tab, url: string) =>
  tab.page.evaluate(async (target) => {
    try {
      return (await window.auth.fetch(target)).status
    } catch (error) {
      const { code, acrValues, maxAge } = error as InstanceType<typeof window.Pixy.AuthError>
      return { code, acrValues, maxAge }
    }
  }, url)
