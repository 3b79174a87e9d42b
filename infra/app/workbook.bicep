metadata description = 'A workbook in the portal: events, approvals that wait, the API, and what fails.'

@description('Title of the workbook.')
param displayName string

@description('Region of the workbook.')
param location string

@description('Tags of the workbook.')
param tags { *: string }

@description('Resource id of the workspace with the logs.')
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // A workbook's name has to be a GUID.
  name: guid(resourceGroup().id, 'stagecoach')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: displayName
    category: 'workbook'
    version: 'Notebook/1.0'
    sourceId: workspaceId
    serializedData: string(union(loadJsonContent('workbook.json'), { fallbackResourceIds: [workspaceId] }))
  }
}
