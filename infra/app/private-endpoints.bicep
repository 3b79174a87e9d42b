metadata description = 'Private endpoints of the storage account, and the names by which the virtual network finds them.'

@description('Begins the names of the endpoints.')
param namePrefix string

@description('Region of the endpoints.')
param location string

@description('Tags of everything here.')
param tags { *: string }

@description('Resource id of the network that resolves the names.')
param virtualNetworkId string

@description('Resource id of the subnet that the endpoints are in.')
param subnetId string

@description('Resource id of the storage account.')
param storageAccountId string

@description('Services of the account that get an endpoint.')
param services ('blob' | 'queue' | 'table')[]

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for service in services: {
    name: 'privatelink.${service}.${environment().suffixes.storage}'
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for i in range(0, length(services)): {
    parent: zones[i]
    name: 'stagecoach'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: virtualNetworkId }
    }
  }
]

resource endpoints 'Microsoft.Network/privateEndpoints@2025-05-01' = [
  for service in services: {
    name: '${namePrefix}-${service}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        {
          name: service
          properties: {
            privateLinkServiceId: storageAccountId
            groupIds: [service]
          }
        }
      ]
    }
  }
]

resource groups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [
  for i in range(0, length(services)): {
    parent: endpoints[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: services[i]
          properties: { privateDnsZoneId: zones[i].id }
        }
      ]
    }
  }
]
