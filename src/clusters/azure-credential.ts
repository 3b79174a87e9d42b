import type { TokenCredential } from "@azure/identity";

/**
 * The app's identity towards Azure Resource Manager and the members: the managed identity with that client id, or
 * without one whatever the developer is signed in with. The library behind it is large and is loaded with the first
 * token. The composition root makes one for the whole process.
 */
export function azureCredential(clientId: string | undefined): TokenCredential {
  let loading: Promise<TokenCredential> | undefined;
  const load = async (): Promise<TokenCredential> => {
    const { DefaultAzureCredential, ManagedIdentityCredential } = await import("@azure/identity");
    return clientId === undefined
      ? new DefaultAzureCredential()
      : new ManagedIdentityCredential({ clientId });
  };
  return {
    async getToken(scopes, options) {
      loading ??= load();
      return (await loading).getToken(scopes, options);
    },
  };
}
