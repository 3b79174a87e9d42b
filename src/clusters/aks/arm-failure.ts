import { z } from "zod";
import type { ManagedClusterId } from "../../api/managed-cluster-id.js";
import type { UnreachableReason } from "../member-connection.js";
import { firstWords, withoutSecrets } from "./error-words.js";
import { identityAdvice } from "./identity-failure.js";
import { IdentityUnavailable } from "./token-source.js";

/** Why Azure Resource Manager did not give what was asked, as a sentence that says what to do. */
export interface ArmFailure {
  readonly reason: UnreachableReason;
  readonly sentence: string;
  /** The server's wish from Retry-After. */
  readonly retryAfterSeconds?: number;
}

/** What the SDK throws about an answer. Source: `@azure/core-rest-pipeline` `RestError`. */
const RestFailure = z.looseObject({
  statusCode: z.number().optional(),
  code: z.string().optional(),
  message: z.string(),
  details: z
    .looseObject({
      error: z
        .looseObject({ code: z.string().optional(), message: z.string().optional() })
        .optional(),
    })
    .optional(),
});

/** The answer that such an error comes from. */
const Answered = z.object({
  response: z.object({
    headers: z.custom<{ get(name: string): string | undefined }>(
      (headers) => typeof headers === "object" && headers !== null && "get" in headers,
    ),
  }),
});

/** For a 429 that does not say how long. */
const DEFAULT_RETRY_AFTER_SECONDS = 30;

/** Makes sense of whatever a call to Azure Resource Manager has thrown. */
export function armFailure(error: unknown, id: ManagedClusterId, scope: string): ArmFailure {
  if (error instanceof IdentityUnavailable) {
    return { reason: "IdentityUnavailable", sentence: identityAdvice(error) };
  }
  const { data } = RestFailure.safeParse(error);
  const statusCode = data?.statusCode;
  if (!data || statusCode === undefined || statusCode < 400) return withoutAnswer(error);
  const said = data.details?.error?.message ?? data.message;
  const words = withoutSecrets(said) || `HTTP status ${statusCode}`;
  switch (statusCode) {
    case 401:
      return {
        reason: "Unauthorized",
        sentence: `Azure Resource Manager does not accept the app's identity: ${words}; the cluster's subscription has to be in the identity's tenant`,
      };
    case 403:
      return {
        reason: "AzureRoleMissing",
        sentence: `Azure Resource Manager refuses the app's identity: ${words}; give it the role "Azure Kubernetes Service Cluster User Role" on ${scope} or a scope above, which takes a few minutes to work`,
      };
    case 404:
      return {
        reason: "ClusterDeleted",
        sentence: `Azure Resource Manager knows no cluster ${id.name} in resource group ${id.resourceGroup}: ${words}; delete the MemberCluster, or correct spec.aks.resourceId`,
      };
    case 429:
      return {
        reason: "Throttled",
        sentence: `Azure Resource Manager is asked too much: ${words}`,
        retryAfterSeconds: retryAfterOf(error) ?? DEFAULT_RETRY_AFTER_SECONDS,
      };
    default:
      return otherAnswer(statusCode, words, retryAfterOf(error));
  }
}

function otherAnswer(
  statusCode: number,
  words: string,
  retryAfterSeconds: number | undefined,
): ArmFailure {
  return {
    reason: "Unreachable",
    sentence: `Azure Resource Manager answers ${statusCode}: ${words}`,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}

function withoutAnswer(error: unknown): ArmFailure {
  const isTimeout = error instanceof Error && error.name === "AbortError";
  return isTimeout
    ? { reason: "Timeout", sentence: "Azure Resource Manager does not answer in time" }
    : {
        reason: "Unreachable",
        sentence: `Azure Resource Manager gives no answer that makes sense: ${firstWords(error)}`,
      };
}

function retryAfterOf(error: unknown): number | undefined {
  const text = Answered.safeParse(error).data?.response.headers.get("retry-after");
  const seconds = Number(text);
  return text && Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}
