/** Remove the oldest entries of a map until `size` are left. A map keeps its entries in the order of their addition. */
export function bound(map: Map<string, unknown>, size: number): void {
  for (const key of map.keys()) {
    if (map.size <= size) return
    map.delete(key)
  }
}
