metadata description = 'The function app on Flex Consumption, and who may call it.'

@description('Name of the app.')
param name string

@description('Name of its plan: Flex Consumption has one app per plan.')
param planName string

@description('Region of both.')
param location string

@description('Tags of both.')
param tags { *: string }

@description('Resource id of the identity of the app.')
param identityId string

@description('Client id of the same identity.')
param identityClientId string

@description('Where the blobs of the storage account are.')
param blobEndpoint string

@description('Where its queues are.')
param queueEndpoint string

@description('Where its tables are.')
param tableEndpoint string

@description('Where the platform gets the package.')
param deploymentContainerUrl string

@description('Name of the Application Insights component.')
param applicationInsightsName string

@description('Resource id of the subnet to send through; empty for none.')
param subnetId string

@description('Endpoint and hub of the Durable Task Scheduler; empty when Durable Functions uses the storage account.')
param schedulerConnection string

@description('Instances that are kept running for Durable Functions.')
param alwaysReadyInstances int

@description('Bound of instances. The platform wants 40 at least; Durable Functions uses as many as it has partitions.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Memory of an instance in MB. With 512 the platform promises little to Durable Functions.')
@allowed([2048, 4096])
param instanceMemoryMB int = 2048

@description('Value of the tag fleet of the AKS clusters that become members; empty when none are looked for.')
param fleet string

@description('State of an update run that does not say.')
param defaultRunState string

@description('Whether every approval needs somebody else than who created or started the run.')
@allowed(['Required', 'Off'])
param fourEyes string

@description('Days that audit events are kept.')
param auditRetentionDays int

@description('Client id of the Entra app registration.')
param authClientId string

@description('Client ids of further applications that may call, separated by commas.')
param callerClientIds string

@description('Whether Durable Functions keeps its state in the Durable Task Scheduler.')
var useScheduler = !empty(schedulerConnection)

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

// Flex Consumption refuses FUNCTIONS_WORKER_RUNTIME, FUNCTIONS_EXTENSION_VERSION, WEBSITE_RUN_FROM_PACKAGE and their
// like: functionAppConfig says the same.
@description('App settings with either back end. None is a secret.')
var settings = {
  AzureWebJobsStorage__blobServiceUri: blobEndpoint
  AzureWebJobsStorage__queueServiceUri: queueEndpoint
  AzureWebJobsStorage__tableServiceUri: tableEndpoint
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  AZURE_CLIENT_ID: identityClientId
  AZURE_RESOURCE_MANAGER_ENDPOINT: environment().resourceManager
  STAGECOACH_FLEET: fleet
  DEFAULT_RUN_STATE: defaultRunState
  FOUR_EYES: fourEyes
  AUDIT_RETENTION_DAYS: string(auditRetentionDays)
  STAGECOACH_ACCESS: string(loadJsonContent('../access.json'))
  // The identity signs in to the app registration where a client secret would. It is its client id, not the registration's.
  OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: identityClientId
  WEBSITE_AUTH_AAD_ALLOWED_TENANTS: tenant().tenantId
}
@description('App settings with the Durable Task Scheduler.')
var schedulerSettings = {
  DURABLE_TASK_SCHEDULER_CONNECTION_STRING: '${schedulerConnection};Authentication=ManagedIdentity;ClientID=${identityClientId}'
}
@description('App settings of this app.')
var appSettings = useScheduler ? union(settings, schedulerSettings) : settings

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'node'
        version: '22'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances == 0 ? [] : [{ name: 'durable', instanceCount: alwaysReadyInstances }]
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      appSettings: map(items(appSettings), setting => { name: setting.key, value: setting.value })
    }
  }

  // Deployments come with an Entra token; user names and passwords are refused.
  resource noFtpPassword 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource noScmPassword 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

module authentication 'authentication.bicep' = {
  params: {
    siteName: site.name
    clientId: authClientId
    callerClientIds: callerClientIds
  }
}

@description('Name of the app.')
output name string = site.name

@description('Where it answers.')
output uri string = 'https://${site.properties.defaultHostName}'
