metadata description = 'App Service authentication in front of the app: only callers with an Entra token of this tenant get through.'

@description('Name of the function app.')
param siteName string

@description('Client id of the app registration, which is the audience of the tokens.')
param clientId string

@description('Client ids of further applications that may call, separated by commas.')
param callerClientIds string

@description('kubelogin and the Azure CLI, the same in all tenants: with them people get their tokens.')
var peoplesClientIds = ['80faf920-1908-4b52-b5ef-a8e7bedfc67a', '04b07795-8ddb-461a-bbee-02f9e1bf7b46']
@description('The applications of the parameter, one by one.')
var furtherClientIds = empty(callerClientIds) ? [] : map(split(callerClientIds, ','), id => trim(id))

resource site 'Microsoft.Web/sites@2025-03-01' existing = {
  name: siteName
}

resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: site
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      requireAuthentication: true
      // Callers are kubectl and pipelines: a page to log in would be of no use to them.
      unauthenticatedClientAction: 'Return401'
      // No excludedPaths. What Durable Functions tells itself goes to 127.0.0.1 (host.json, localRpcEndpointEnabled) and
      // never through this; its webhooks under /runtime are for nobody else.
    }
    httpSettings: { requireHttps: true }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
          clientId: clientId
          // The name of a setting that makes the identity of the app stand for a secret: there is none.
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
        }
        validation: {
          allowedAudiences: [clientId, 'api://${clientId}']
          defaultAuthorizationPolicy: {
            allowedApplications: concat([clientId], peoplesClientIds, furtherClientIds)
          }
        }
      }
    }
    // Tokens come with every request; the app needs none of them later.
    login: { tokenStore: { enabled: false } }
  }
}
