/** Build the package when it is missing, or older than its sources. */
export function built(): Promise<void>
