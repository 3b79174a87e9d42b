import { TableClient, type TableServiceClientOptions } from "@azure/data-tables";
import {
  BlobServiceClient,
  type ContainerClient,
  newPipeline,
  type RequestPolicyFactory,
  type StorageRetryOptions,
} from "@azure/storage-blob";
import { lazyIdentity } from "./lazy-identity.js";

/** Where the data is and how to get in: by connection string (Azurite, development) or by the app's identity. */
export type StorageAccount =
  | { readonly kind: "connectionString"; readonly connectionString: string }
  | {
      readonly kind: "identity";
      readonly tableEndpoint: string;
      readonly blobEndpoint: string;
      /** Of a user-assigned identity. */
      readonly clientId?: string;
    };

/** Makes clients of one account. */
export interface StorageClients {
  table(name: string): TableClient;
  container(name: string): ContainerClient;
}

/** Called once for each request that is sent, repeated ones included, as in `table GET` or `blob PUT`. */
export type OnOperation = (name: string) => void;

/**
 * The first retry comes after a tenth of a second, and after about ten seconds it is over: a restart of the service is
 * bridged, and somebody who waits for an answer gets one.
 */
const TRIES = 9;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 2000;
/** For one try; the service itself gives up on an operation after 30 seconds. */
const TRY_TIMEOUT_MS = 15_000;

export function storageClients(
  account: StorageAccount,
  onOperation: OnOperation | undefined,
): StorageClients {
  return account.kind === "identity"
    ? byIdentity(account, onOperation)
    : byConnectionString(account.connectionString, onOperation);
}

function byConnectionString(text: string, onOperation: OnOperation | undefined): StorageClients {
  const options = {
    ...tableOptions(onOperation),
    // Azurite listens on plain HTTP; an account refuses it.
    allowInsecureConnection: true,
  };
  const { url, credential } = BlobServiceClient.fromConnectionString(text);
  const blobs = new BlobServiceClient(url, blobPipeline(credential, onOperation));
  return {
    table: (name) => TableClient.fromConnectionString(text, name, options),
    container: (name) => blobs.getContainerClient(name),
  };
}

function byIdentity(
  account: Extract<StorageAccount, { kind: "identity" }>,
  onOperation: OnOperation | undefined,
): StorageClients {
  const identity = lazyIdentity(account.clientId);
  const options = tableOptions(onOperation);
  const blobs = new BlobServiceClient(account.blobEndpoint, blobPipeline(identity, onOperation));
  return {
    table: (name) => new TableClient(account.tableEndpoint, name, identity, options),
    container: (name) => blobs.getContainerClient(name),
  };
}

function tableOptions(onOperation: OnOperation | undefined): TableServiceClientOptions {
  return {
    retryOptions: {
      maxRetries: TRIES - 1,
      retryDelayInMs: FIRST_DELAY_MS,
      maxRetryDelayInMs: LONGEST_DELAY_MS,
    },
    additionalPolicies: [
      {
        position: "perRetry",
        policy: {
          name: "stagecoachTry",
          sendRequest(request, next) {
            request.timeout = TRY_TIMEOUT_MS;
            onOperation?.(`table ${request.method}`);
            return next(request);
          },
        },
      },
    ],
  };
}

function blobPipeline(
  credential: Parameters<typeof newPipeline>[0],
  onOperation: OnOperation | undefined,
) {
  const retryOptions: StorageRetryOptions = {
    maxTries: TRIES,
    retryDelayInMs: FIRST_DELAY_MS,
    maxRetryDelayInMs: LONGEST_DELAY_MS,
    tryTimeoutInMs: TRY_TIMEOUT_MS,
  };
  const pipeline = newPipeline(credential, { retryOptions });
  const counting: RequestPolicyFactory = {
    create: (next) => ({
      sendRequest(request) {
        request.timeout = TRY_TIMEOUT_MS;
        onOperation?.(`blob ${request.method}`);
        return next.sendRequest(request);
      },
    }),
  };
  pipeline.factories.push(counting);
  return pipeline;
}
