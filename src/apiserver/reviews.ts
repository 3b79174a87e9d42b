import { z } from "zod";
import { toTimestamp } from "../api/meta.js";
import { badRequest } from "../api/status-error.js";
import { accessRules, type RuledKind } from "./access-rules.js";
import type { ApiRequest } from "./api-exchange.js";
import type { AccessAttributes } from "./authorization.js";
import type { Backend, RequestContext } from "./backend.js";
import { decodeObject, readBody } from "./request-body.js";

/** A kind that is only ever created, and answers a question about the caller. */
export interface Review {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  status(spec: unknown, context: RequestContext, backend: Backend): Record<string, unknown>;
}

const ResourceAttributes = z.object({
  verb: z.string().default(""),
  group: z.string().default(""),
  version: z.string().optional(),
  resource: z.string().default(""),
  subresource: z.string().optional(),
  namespace: z.string().optional(),
  name: z.string().optional(),
});

const RulesReviewSpec = z.object({ namespace: z.string().optional() });

const AccessReviewSpec = z.object({
  resourceAttributes: ResourceAttributes.optional(),
  nonResourceAttributes: z.object({ path: z.string(), verb: z.string() }).optional(),
});

/** `kubectl auth can-i`, `auth can-i --list` and `auth whoami`. */
export const REVIEWS: readonly Review[] = [
  {
    group: "authorization.k8s.io",
    kind: "SelfSubjectAccessReview",
    plural: "selfsubjectaccessreviews",
    status: (spec, { user }, backend) => ({
      ...backend.authorize(user, attributesIn(spec, backend.catalog)),
    }),
  },
  {
    group: "authorization.k8s.io",
    kind: "SelfSubjectRulesReview",
    plural: "selfsubjectrulesreviews",
    status: (spec, { user }, backend) => ({
      ...accessRules(
        (attributes) => backend.authorize(user, attributes).allowed,
        [...backend.catalog.kinds, ...REVIEWED],
        RulesReviewSpec.safeParse(spec).data?.namespace ?? "",
      ),
      incomplete: false,
    }),
  },
  {
    group: "authentication.k8s.io",
    kind: "SelfSubjectReview",
    plural: "selfsubjectreviews",
    status: (_spec, { user }) => ({ userInfo: user }),
  },
];

/** The reviews as kinds without a life of their own. */
const REVIEWED: readonly RuledKind[] = REVIEWS.map(({ group, plural }) => ({
  group,
  plural,
  namespaced: false,
  subresources: { status: false, scale: false },
}));

function attributesIn(spec: unknown, { kinds }: Backend["catalog"]): AccessAttributes {
  const parsed = AccessReviewSpec.safeParse(spec);
  const { resourceAttributes, nonResourceAttributes } = parsed.data ?? {};
  if (nonResourceAttributes) return nonResourceAttributes;
  if (resourceAttributes) {
    const { group, resource, namespace, ...rest } = resourceAttributes;
    const kind = kinds.find((known) => known.group === group && known.plural === resource);
    // kubectl sends the current namespace with kinds that have none, too.
    const inNamespace = namespace && kind?.namespaced !== false ? { namespace } : {};
    return { ...rest, group, resource, ...inNamespace };
  }
  throw badRequest(
    "SelfSubjectAccessReview: spec needs resourceAttributes or nonResourceAttributes",
  );
}

export function findReview(group: string, version: string, plural: string): Review | undefined {
  if (version !== "v1") return undefined;
  return REVIEWS.find((review) => review.group === group && review.plural === plural);
}

/** The answered review; nothing is stored. @throws StatusError 400, 413, 415 */
export async function answerReview(
  review: Review,
  request: ApiRequest,
  context: RequestContext,
  backend: Backend,
): Promise<Record<string, unknown>> {
  const bytes = await readBody(request, backend.maxBodyBytes);
  const body = decodeObject(bytes, request.headers.get("content-type"), review.kind);
  return {
    kind: review.kind,
    apiVersion: `${review.group}/v1`,
    metadata: { creationTimestamp: toTimestamp(backend.now()) },
    ...(body.spec !== undefined && { spec: body.spec }),
    status: review.status(body.spec, context, backend),
  };
}
