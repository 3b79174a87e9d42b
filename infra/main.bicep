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

@description('Whether every approval needs somebody else than who created or started the run.')
@allowed(['Required', 'Off'])
param fourEyes string = 'Off'

@description('AKS clusters with this value of the tag fleet become members. The identity sees those it may read: scripts/add-member.mjs --reader gives the role, nothing here does.')
param fleet string = ''

@description('Days that the record of who changed what is kept.')
@minValue(1)
@maxValue(3650)
param auditRetentionDays int = 90

@description('Who gets mail from the alerts. Without it alerts are shown in the portal only.')
param alertEmail string = ''

@description('Hours after which a run that waits for an approval raises an alert.')
@minValue(1)
@maxValue(36)
param approvalWaitHours int = 4

@description('Makes names unique; the same in every deployment of an environment.')
var token = toLower(uniqueString(subscription().id, environmentName, location))
@description('azd finds by it what belongs to an environment, and takes it away again.')
var tags = { 'azd-env-name': environmentName }
@description('Whether Durable Functions keeps its state in the Durable Task Scheduler.')
var useScheduler = durableBackend == 'Scheduler'
// Names that name something in another module are put together here: a deployment that is only asked what it would do
// (what-if) can follow them, and outputs it cannot.
@description('Name of the identity of the app.')
var identityName = 'id-stagecoach-${token}'
@description('Name of the Application Insights component.')
var componentName = 'appi-${token}'

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'app/identity.bicep' = {
  scope: group
  params: {
    name: identityName
    location: location
    tags: tags
  }
}

module monitoring 'app/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: 'log-${token}'
    componentName: componentName
    location: location
    tags: tags
    identityName: identityName
    identityPrincipalId: identity.outputs.principalId
  }
}

module storage 'app/storage.bicep' = {
  scope: group
  params: {
    name: 'st${token}'
    location: location
    tags: tags
    redundancy: storageRedundancy
    privateOnly: vnetEnabled
    withQueues: !useScheduler
    workspaceId: monitoring.outputs.workspaceId
    identityName: identityName
    identityPrincipalId: identity.outputs.principalId
  }
}

module network 'app/network.bicep' = if (vnetEnabled) {
  scope: group
  params: {
    name: 'vnet-${token}'
    location: location
    tags: tags
  }
}

module privateEndpoints 'app/private-endpoints.bicep' = if (vnetEnabled) {
  scope: group
  params: {
    namePrefix: 'pep-${token}'
    location: location
    tags: tags
    virtualNetworkId: network!.outputs.id
    subnetId: network!.outputs.endpointSubnetId
    storageAccountId: storage.outputs.id
    services: useScheduler ? ['blob', 'table'] : ['blob', 'queue', 'table']
  }
}

module scheduler 'app/durable-scheduler.bicep' = if (useScheduler) {
  scope: group
  params: {
    name: 'dts-${token}'
    location: location
    tags: tags
    identityName: identityName
    identityPrincipalId: identity.outputs.principalId
  }
}

module functionApp 'app/function-app.bicep' = {
  scope: group
  params: {
    name: 'func-stagecoach-${token}'
    planName: 'plan-${token}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    blobEndpoint: storage.outputs.blobEndpoint
    queueEndpoint: storage.outputs.queueEndpoint
    tableEndpoint: storage.outputs.tableEndpoint
    deploymentContainerUrl: storage.outputs.deploymentContainerUrl
    applicationInsightsName: componentName
    subnetId: vnetEnabled ? network!.outputs.appSubnetId : ''
    schedulerConnection: useScheduler ? scheduler!.outputs.connection : ''
    alwaysReadyInstances: alwaysReadyInstances
    fleet: fleet
    defaultRunState: defaultRunState
    fourEyes: fourEyes
    auditRetentionDays: auditRetentionDays
    authClientId: authClientId
    callerClientIds: callerClientIds
  }
  // Otherwise its first start looks for a storage that cannot be reached yet, and for a component that is not there.
  dependsOn: [privateEndpoints, monitoring]
}

module alerts 'app/alerts.bicep' = {
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
