export { createMockServer } from './mock-server.js'
export type {
  Consent,
  Endpoint,
  Fault,
  LedgerEntry,
  MockServer,
  MockServerOptions,
  RefreshTokenUse,
} from './types.js'
