metadata description = 'Alerts over what the app logs about its events, and over what it cannot mend by itself.'

@description('Begins the names of the rules.')
param namePrefix string

@description('Region of the rules.')
param location string

@description('Tags of everything here.')
param tags { *: string }

@description('Resource id of the workspace with the logs.')
param workspaceId string

@description('Who gets mail; empty for nobody.')
param email string

@description('Hours that a run may wait for an approval.')
param approvalWaitHours int

@description('Every event of the app is such a line: what happened, to what, and in which words.')
var events = 'AppTraces | where Message startswith "event {" | extend E = parse_json(substring(Message, 6)) | extend EventType = tostring(E.type), Reason = tostring(E.reason), Subject = tostring(E.subject)'

@description('What is looked for, how often, and in which time.')
var rules = [
  {
    name: 'run-failed'
    title: 'An update run has failed or stopped over its failures'
    severity: 1
    query: '${events} | where Reason == "UpdateRunFailed" or (Reason == "UpdateRunStopped" and EventType == "Warning")'
    frequency: 'PT5M'
    lookBack: 'PT10M'
  }
  {
    name: 'cluster-fails'
    title: 'A member does not answer or refuses an update'
    severity: 2
    query: '${events} | where Reason in ("MemberClusterUnreachable", "ClusterUpdateFailing", "ClusterUpdateFailed")'
    frequency: 'PT5M'
    lookBack: 'PT10M'
  }
  {
    name: 'approval-waits'
    title: 'An update run has been waiting for an approval for ${approvalWaitHours} hours'
    severity: 3
    query: '${events} | where Reason in ("ApprovalRequested", "ApprovalAccepted") | summarize arg_max(TimeGenerated, Reason) by Subject | where Reason == "ApprovalRequested" and TimeGenerated < ago(${approvalWaitHours}h)'
    frequency: 'PT15M'
    // Two days is the longest that a rule may look back.
    lookBack: 'P2D'
  }
  {
    name: 'app-fails'
    title: 'The app cannot do its work and tries again'
    severity: 1
    query: 'AppTraces | where SeverityLevel >= 3 and Message has_any ("failed, next try in", "deletion failed, tried again", "audit record could not be stored") | extend Subject = tostring(split(Message, ":")[0])'
    frequency: 'PT5M'
    lookBack: 'PT10M'
  }
]

// Without receivers it does nothing; leaving it out would make everything that refers to it conditional.
resource mail 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${namePrefix}-mail'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'stagecoach'
    enabled: true
    emailReceivers: empty(email)
      ? []
      : [
          {
            name: 'mail'
            emailAddress: email
            useCommonAlertSchema: true
          }
        ]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: '${namePrefix}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.title
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: rule.frequency
      windowSize: rule.lookBack
      // The tables are made by the first line that arrives.
      skipQueryValidation: true
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            // One alert per run, approval or member.
            dimensions: [
              {
                name: 'Subject'
                operator: 'Include'
                values: ['*']
              }
            ]
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: { actionGroups: [mail.id] }
    }
  }
]
