import type { TokenCredential } from "@azure/identity";

/**
 * The app's identity. The library behind it is large and needed only in Azure, so it is loaded with the first token.
 *
 * @param clientId of a user-assigned identity; the system-assigned one, or the developer's login, without
 */
export function lazyIdentity(clientId: string | undefined): TokenCredential {
  let loading: Promise<TokenCredential> | undefined;
  const load = async (): Promise<TokenCredential> => {
    const { DefaultAzureCredential } = await import("@azure/identity");
    return new DefaultAzureCredential(
      clientId === undefined ? {} : { managedIdentityClientId: clientId },
    );
  };
  return {
    async getToken(scopes, options) {
      loading ??= load();
      return (await loading).getToken(scopes, options);
    },
  };
}
