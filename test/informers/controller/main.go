// A controller written with controller-runtime: it copies data.wanted of each ConfigMap to data.seen. Ends when its
// input does.
package main

import (
	"context"
	"flag"
	"io"
	"log"
	"os"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

type copier struct {
	client client.Client
}

func (c *copier) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	var configMap corev1.ConfigMap
	if err := c.client.Get(ctx, request.NamespacedName, &configMap); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	wanted, asked := configMap.Data["wanted"]
	if !asked || configMap.Data["seen"] == wanted {
		return ctrl.Result{}, nil
	}
	configMap.Data["seen"] = wanted
	return ctrl.Result{}, c.client.Update(ctx, &configMap)
}

func main() {
	address := flag.String("server", "", "URL of the API server")
	flag.Parse()
	ctrl.SetLogger(klog.Background())

	manager, err := ctrl.NewManager(&rest.Config{Host: *address}, ctrl.Options{
		// Nothing here listens.
		Metrics: server.Options{BindAddress: "0"},
	})
	if err != nil {
		log.Fatal(err)
	}
	err = ctrl.NewControllerManagedBy(manager).
		For(&corev1.ConfigMap{}).
		Complete(&copier{client: manager.GetClient()})
	if err != nil {
		log.Fatal(err)
	}

	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
			log.Print(err)
		}
		cancel()
	}()
	if err := manager.Start(ctx); err != nil {
		log.Fatal(err)
	}
}
