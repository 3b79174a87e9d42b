metadata description = 'The Durable Task Scheduler, the managed back end of Durable Functions, with one task hub.'

@description('Name of the scheduler.')
param name string

@description('Region of the scheduler.')
param location string

@description('Tags of the scheduler.')
param tags { *: string }

@description('Name of the identity of the app.')
param identityName string

@description('Principal id of the identity of the app.')
param identityPrincipalId string

@description('Addresses that may connect, besides having the role. An empty list is refused, and the addresses of the app are not fixed.')
@minLength(1)
param ipAllowlist string[] = ['0.0.0.0/0']

@description('Durable Task Data Contributor.')
var roleId = '0ad04412-c4d5-4796-b79c-f76d14c8d402'

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    sku: { name: 'Consumption' }
    ipAllowlist: ipAllowlist
  }
}

resource taskHub 'Microsoft.DurableTask/schedulers/taskHubs@2025-11-01' = {
  parent: scheduler
  // As host.json calls it.
  name: 'Stagecoach'
}

// The app starts and works off orchestrations of this hub, and of no other.
resource worker 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(taskHub.id, identityName, roleId)
  scope: taskHub
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
  }
}

@description('Where the scheduler is and which hub to use; the app adds how it authenticates.')
output connection string = 'Endpoint=${scheduler.properties.endpoint};TaskHub=${taskHub.name}'
