export { mockAuth, type MockAuth, type MockState } from './mock-auth.js'
export { createMockServer } from './mock-server.js'
export { stepUpChallenge, type Wanted } from './step-up.js'
export type {
  Consent,
  Endpoint,
  Fault,
  LedgerEntry,
  MockServer,
  MockServerOptions,
  RefreshTokenUse,
} from './types.js'
