metadata description = 'Stagecoach: one function app on Flex Consumption, its storage, identity and telemetry.'

targetScope = 'subscription'

@description('Name of the azd environment; names of all resources come from it.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Region of all resources. It needs Flex Consumption, and the Durable Task Scheduler when that is the back end.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Client id of the Entra app registration that callers get their tokens for. azd makes one when there is none.')
@minLength(36)
@maxLength(36)
param authClientId string

@description('Client ids of further applications that may call, separated by commas: those of pipelines. kubelogin and the Azure CLI may always.')
param callerClientIds string = ''

@description('Where Durable Functions keeps its state. It cannot be changed later without losing runs in progress.')
@allowed(['AzureStorage', 'Scheduler'])
param durableBackend string = 'AzureStorage'

@description('Whether the app sends through a virtual network and the storage answers there only.')
param vnetEnabled bool = false

@description('Instances that are kept running for Durable Functions. 0 costs nothing while idle; 1 spares runs the cold start.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = 0

@description('How often the storage account copies what it holds: within a data centre, or over the zones of regions that have some.')
@allowed(['Standard_LRS', 'Standard_ZRS'])
param storageRedundancy string = 'Standard_LRS'

@description('State of an update run that does not say: Run, or Initialize, as in the newest KubeFleet.')
@allowed(['Run', 'Initialize'])
param defaultRunState string = 'Run'

@description('Who gets mail from the alerts. Without it alerts are shown in the portal only.')
param alertEmail string = ''

@description('Hours after which a run that waits for an approval raises an alert.')
@minValue(1)
@maxValue(36)
param approvalWaitHours int = 4

var token = toLower(uniqueString(subscription().id, environmentName, location))
// azd finds by it what belongs to an environment, and takes it away again.
var tags = { 'azd-env-name': environmentName }
var useScheduler = durableBackend == 'Scheduler'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'app/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: 'id-stagecoach-${token}'
    location: location
    tags: tags
  }
}

module monitoring 'app/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    workspaceName: 'log-${token}'
    componentName: 'appi-${token}'
    location: location
    tags: tags
    identityPrincipalId: identity.outputs.principalId
  }
}

module storage 'app/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    name: 'st${token}'
    location: location
    tags: tags
    redundancy: storageRedundancy
    privateOnly: vnetEnabled
    withQueues: !useScheduler
    identityPrincipalId: identity.outputs.principalId
  }
}

module network 'app/network.bicep' = if (vnetEnabled) {
  name: 'network'
  scope: group
  params: {
    name: 'vnet-${token}'
    location: location
    tags: tags
  }
}

module privateEndpoints 'app/private-endpoints.bicep' = if (vnetEnabled) {
  name: 'private-endpoints'
  scope: group
  params: {
    namePrefix: 'pep-${token}'
    location: location
    tags: tags
    virtualNetworkId: network!.outputs.id
    subnetId: network!.outputs.endpointSubnetId
    storageAccountId: storage.outputs.id
  }
}

module scheduler 'app/durable-scheduler.bicep' = if (useScheduler) {
  name: 'durable-scheduler'
  scope: group
  params: {
    name: 'dts-${token}'
    location: location
    tags: tags
    identityPrincipalId: identity.outputs.principalId
  }
}

module functionApp 'app/function-app.bicep' = {
  name: 'function-app'
  scope: group
  params: {
    name: 'func-stagecoach-${token}'
    planName: 'plan-${token}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageAccountName: storage.outputs.name
    deploymentContainerUrl: storage.outputs.deploymentContainerUrl
    applicationInsightsName: monitoring.outputs.componentName
    subnetId: vnetEnabled ? network!.outputs.appSubnetId : ''
    schedulerConnection: useScheduler ? scheduler!.outputs.connection : ''
    alwaysReadyInstances: alwaysReadyInstances
    defaultRunState: defaultRunState
    authClientId: authClientId
    callerClientIds: callerClientIds
  }
  // Otherwise its first start looks for a storage that cannot be reached yet.
  dependsOn: [privateEndpoints]
}

module alerts 'app/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    namePrefix: 'stagecoach-${environmentName}'
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    email: alertEmail
    approvalWaitHours: approvalWaitHours
  }
}

module workbook 'app/workbook.bicep' = {
  name: 'workbook'
  scope: group
  params: {
    displayName: 'Stagecoach ${environmentName}'
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
  }
}

@description('Region of the resources.')
output AZURE_LOCATION string = location

@description('Tenant whose tokens the app takes.')
output AZURE_TENANT_ID string = tenant().tenantId

@description('Resource group with everything in it.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Name of the function app; azd deploys to it.')
output SERVICE_API_NAME string = functionApp.outputs.name

@description('Where the Kubernetes API is served.')
output SERVICE_API_URI string = functionApp.outputs.uri

@description('Principal id of the identity of the app: what the app registration trusts.')
output API_IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId

@description('Back end of Durable Functions; the package is made for it.')
output DURABLE_BACKEND string = durableBackend
