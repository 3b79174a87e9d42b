/** Labels of the first three members in the KubeFleet and Azure tutorials, in the order of their names. */
const TUTORIAL_LABELS: readonly Readonly<Record<string, string>>[] = [
  { environment: "canary", order: "2" },
  { environment: "staging" },
  { environment: "canary", order: "1" },
];

/** Labels of the simulated member at this place (0 is member1); beyond the tutorials' three they repeat. */
export function simulatedMemberLabels(index: number): Readonly<Record<string, string>> {
  return TUTORIAL_LABELS[index % TUTORIAL_LABELS.length] ?? {};
}
