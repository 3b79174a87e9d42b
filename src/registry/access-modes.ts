const SHORT: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

/** The access modes of volumes and claims, sorted as refusals list them. */
export const ACCESS_MODES: readonly string[] = Object.keys(SHORT).sort();

/** As `kubectl get` prints them: `RWO,RWX`. */
export function accessModesText(modes: readonly unknown[]): string {
  return modes.map((mode) => SHORT[String(mode)] ?? String(mode)).join(",");
}
