const STAGES: Readonly<Record<string, number>> = { alpha: 0, beta: 1 };
const GENERAL_AVAILABILITY = 2;

/**
 * Orders versions as discovery lists them: v10, v2, v1, v2beta1, v1beta2, v1alpha1, then names of other forms by
 * alphabet. Source: apimachinery `version.CompareKubeAwareVersionStrings`.
 */
export function comparePreference(a: string, b: string): number {
  const left = rankOf(a);
  const right = rankOf(b);
  if (!left || !right) return left ? -1 : right ? 1 : compareText(a, b);
  const differing = left.findIndex((part, index) => part !== right[index]);
  return differing < 0 ? 0 : (right[differing] ?? 0) - (left[differing] ?? 0);
}

/** Stage, major and minor; undefined for names of other forms. */
function rankOf(version: string): readonly number[] | undefined {
  const found = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/.exec(version);
  if (!found) return undefined;
  const [, major, stage, minor] = found;
  return [
    stage === undefined ? GENERAL_AVAILABILITY : (STAGES[stage] ?? 0),
    Number(major),
    Number(minor ?? 0),
  ];
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
