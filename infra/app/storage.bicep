metadata description = 'The storage account: objects, snapshots and progress, the state of Durable Functions, and the package of the app. No keys.'

@description('Name of the account.')
@minLength(3)
@maxLength(24)
param name string

@description('Region of the account.')
param location string

@description('Tags of the account.')
param tags { *: string }

@description('How often it copies what it holds.')
@allowed(['Standard_LRS', 'Standard_ZRS'])
param redundancy string

@description('Whether it answers to private endpoints only.')
param privateOnly bool

@description('Whether Durable Functions has its queues here: not with the Durable Task Scheduler.')
param withQueues bool

@description('Resource id of the workspace that hears what is deleted.')
param workspaceId string

@description('Name of the identity of the app.')
param identityName string

@description('Principal id of the identity of the app.')
param identityPrincipalId string

@description('Container with the package of the app.')
var deploymentContainer = 'app-package'

// The Functions host takes leases on blobs and makes its own containers; the app keeps snapshots in one; the platform
// reads the package with the same identity. The host asks for Owner, and nothing less is documented to be enough.
@description('Storage Blob Data Owner.')
var blobRoleId = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
// Objects, progress and inventories are tables that the app makes by itself; so are the histories of Durable Functions.
@description('Storage Table Data Contributor.')
var tableRoleId = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
// Durable Functions sends its messages through queues that it makes by itself.
@description('Storage Queue Data Contributor.')
var queueRoleId = '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
@description('Roles of the app on the account.')
var roleIds = withQueues ? [blobRoleId, tableRoleId, queueRoleId] : [blobRoleId, tableRoleId]

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: privateOnly ? 'Disabled' : 'Enabled'
    networkAcls: {
      // Without a network the addresses of the app are not known, and its identity alone decides.
      defaultAction: privateOnly ? 'Deny' : 'Allow'
      bypass: 'None'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    // Contents of snapshots are what a rollback needs: a mistake can be taken back for a week.
    deleteRetentionPolicy: { enabled: true, days: 7 }
    containerDeleteRetentionPolicy: { enabled: true, days: 7 }
  }
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: deploymentContainer
}

resource roles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for roleId in roleIds: {
    name: guid(account.id, identityName, roleId)
    scope: account
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
      principalId: identityPrincipalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource tables 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: account
  name: 'default'
}

// Who deleted what, and with which identity. Reads and writes are left out: polling and leases alone make millions of
// lines a month, and Azure counts them all the same in the account's metrics.
// There is no newer version of this type that a resource of this kind can have.
#disable-next-line use-recent-api-versions
resource blobDeletions 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'deletions'
  scope: blobs
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'StorageDelete', enabled: true }]
  }
}

#disable-next-line use-recent-api-versions
resource tableDeletions 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'deletions'
  scope: tables
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'StorageDelete', enabled: true }]
  }
}

@description('Resource id, for private endpoints.')
output id string = account.id

@description('Where the blobs are.')
output blobEndpoint string = account.properties.primaryEndpoints.blob

@description('Where the queues are.')
output queueEndpoint string = account.properties.primaryEndpoints.queue

@description('Where the tables are.')
output tableEndpoint string = account.properties.primaryEndpoints.table

@description('Where the platform gets the package of the app.')
output deploymentContainerUrl string = '${account.properties.primaryEndpoints.blob}${packages.name}'
