/** Where the management API of a task hub is. */
export interface ManagementEndpoints {
  readonly hubName: string;
  /** Public origin, as `http://127.0.0.1:7071`. */
  readonly origin: string;
  /** Loopback base that needs no key, with a slash at its end. */
  readonly rpcBaseUrl: string;
  /** The system key `durabletask_extension`. */
  readonly systemKey: string;
}

const operations = {
  sendEventPostUri: "/raiseEvent/{eventName}",
  terminatePostUri: "/terminate?reason={text}",
  rewindPostUri: "/rewind?reason={text}",
  restartPostUri: "/restart",
  suspendPostUri: "/suspend?reason={text}",
  resumePostUri: "/resume?reason={text}",
  statusQueryGetUri: "",
  purgeHistoryDeleteUri: "",
};

/** The management URLs of one instance, or of the placeholder that the SDK replaces. */
export function managementUrls(endpoints: ManagementEndpoints, id: string): Record<string, string> {
  const base = `${endpoints.origin}/runtime/webhooks/durabletask/instances/${id}`;
  const urls = Object.entries(operations).map(([name, path]) => {
    const separator = path.includes("?") ? "&" : "?";
    return [name, `${base}${path}${separator}${requiredQuery(endpoints)}`];
  });
  return { id, ...Object.fromEntries(urls) };
}

/**
 * The value of a durable client binding, as JSON text.
 *
 * Source: Durable extension `HttpApiHandler.cs`, `BindingHelper.cs`.
 */
export function clientPayload(endpoints: ManagementEndpoints): string {
  const base = `${endpoints.origin}/runtime/webhooks/durabletask`;
  const create = `${base}/orchestrators/{functionName}[/{instanceId}]`;
  const query = requiredQuery(endpoints);
  return JSON.stringify({
    taskHubName: endpoints.hubName,
    connectionName: "Storage",
    creationUrls: {
      createNewInstancePostUri: `${create}?${query}`,
      createAndWaitOnNewInstancePostUri: `${create}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&${query}`,
    },
    managementUrls: managementUrls(endpoints, "INSTANCEID"),
    baseUrl: base,
    requiredQueryStringParameters: query,
    rpcBaseUrl: endpoints.rpcBaseUrl,
    httpBaseUrl: base,
  });
}

function requiredQuery({ hubName, systemKey }: ManagementEndpoints): string {
  return `taskHub=${hubName}&connection=Storage&code=${systemKey}`;
}
