import { ANNOTATION_REFRESH_REQUESTED } from "../api/names.js";
import type { Action } from "./kind.js";

/**
 * `POST …/memberclusters/{name}/refresh`: looks at the member now, and asks anew where its API server is. The answer is
 * in its conditions and properties soon after.
 */
export const refreshMemberAction: Action = {
  name: "refresh",
  description: "Looks at the cluster now, and asks anew where its API server is.",
  target: "spec",
  apply(member, _body, { now }) {
    const annotations = {
      ...member.metadata.annotations,
      [ANNOTATION_REFRESH_REQUESTED]: now.toISOString(),
    };
    return { ...member, metadata: { ...member.metadata, annotations } };
  },
};
