import type { Scene } from "./scene.js";

/** Settings of clusters, autoscalers in their two versions, and nodes, of which the hub has none. */
export const SETTINGS_SCENES: readonly Scene[] = [
  {
    name: "settings of clusters",
    steps: [
      "kubectl create ns shop --dry-run=server -o name",
      "kubectl apply -f settings.yaml",
      "kubectl apply -f settings.yaml",
      "kubectl create -f settings-bad.yaml",
      "kubectl get limits,endpointslices,rc,podtemplates,controllerrevisions,leases -n shop",
      "kubectl get rc,podtemplates -n shop -o wide",
      "kubectl get pv,sc,csidrivers,ingressclasses,runtimeclasses",
      "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations",
      "kubectl get validatingadmissionpolicies,validatingadmissionpolicybindings",
      "kubectl get limits limits -n shop -o yaml",
      "kubectl get endpointslice outside-1 -n shop -o yaml",
      "kubectl get rc old -n shop -o yaml",
      "kubectl get sc fast -o yaml",
      "kubectl get pv disk -o yaml",
      "kubectl get csidriver disk.csi.example.com -o yaml",
      "kubectl get ingressclass web -o yaml",
      "kubectl get validatingwebhookconfiguration checks -o yaml",
      "kubectl get mutatingwebhookconfiguration fills -o yaml",
      "kubectl get validatingadmissionpolicy rules -o jsonpath='{.spec}'",
      "kubectl describe limits,rc,lease,sc,pv,ingressclass -n shop",
      'kubectl patch sc fast -p \'{"provisioner":"other"}\'',
      "kubectl scale rc old --replicas=1 -n shop",
      'kubectl patch pv disk --type=merge -p \'{"metadata":{"finalizers":null}}\'',
      "kubectl delete -f settings.yaml",
    ],
  },
  {
    name: "autoscalers in their two versions",
    steps: [
      "kubectl autoscale deployment web-app --name=auto --min=1 --max=3 -n shop",
      "kubectl get hpa auto -n shop",
      "kubectl get hpa.v1.autoscaling auto -n shop -o jsonpath='{.apiVersion} {.spec}'",
      "kubectl get hpa.v2.autoscaling auto -n shop -o jsonpath='{.apiVersion} {.spec}'",
      'kubectl patch hpa.v1.autoscaling auto -n shop --type=merge -p \'{"spec":{"targetCPUUtilizationPercentage":50}}\'',
      "kubectl get hpa auto -n shop -o jsonpath='{.spec.metrics}'",
      "kubectl apply -f hpa-v1.yaml",
      "kubectl apply -f hpa-v1.yaml",
      "kubectl apply --server-side -f hpa-v1-applied.yaml",
      "kubectl get hpa.v1.autoscaling one -n shop -o yaml",
      "kubectl delete hpa auto one two -n shop",
    ],
  },
  {
    name: "nodes",
    steps: [
      "kubectl get nodes",
      "kubectl get no -o name",
      "kubectl describe node nosuch",
      "kubectl top nodes",
    ],
  },
];
