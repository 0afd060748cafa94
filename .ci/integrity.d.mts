/** The `integrity` of the script as it was built. */
export function integrity(): Promise<string>
