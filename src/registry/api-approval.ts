/** Where somebody says that a kind in one of Kubernetes' own groups has been agreed upon. */
export const APPROVAL_ANNOTATION = "api-approved.kubernetes.io";

const SEE = "see https://github.com/kubernetes/enhancements/pull/1111";

/** What a definition's annotation says of the agreement, with a real server's reason and text. */
export interface ApiApproval {
  readonly status: "True" | "False";
  readonly reason:
    | "ApprovedAnnotation"
    | "UnapprovedAnnotation"
    | "MissingAnnotation"
    | "InvalidAnnotation";
  readonly message: string;
}

/**
 * Undefined for groups that are not Kubernetes' own.
 * Source: apiextensions-apiserver `GetAPIApprovalState`.
 */
export function apiApproval(group: string, annotation = ""): ApiApproval | undefined {
  if (!/(^|\.)(k8s|kubernetes)\.io$/.test(group)) return undefined;
  const must = `protected groups must have approval annotation "${APPROVAL_ANNOTATION}"`;
  if (annotation === "") {
    return { status: "False", reason: "MissingAnnotation", message: `${must}, ${SEE}` };
  }
  if (annotation.startsWith("unapproved")) {
    const message = `not approved: ${JSON.stringify(annotation)}`;
    return { status: "False", reason: "UnapprovedAnnotation", message };
  }
  if (/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/]/.test(annotation)) {
    const message = `approved in ${annotation}`;
    return { status: "True", reason: "ApprovedAnnotation", message };
  }
  const message = `${must} with either a URL or a reason starting with "unapproved", ${SEE}`;
  return { status: "False", reason: "InvalidAnnotation", message };
}
