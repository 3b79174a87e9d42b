// Follows one kind with a dynamic informer, as controllers written with client-go do, and prints what it is told: a line
// when it has synced, and one for each object that is added, updated or deleted. Ends when its input does.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

func main() {
	server := flag.String("server", "", "URL of the API server")
	group := flag.String("group", "", "group of the resource; empty for the core group")
	version := flag.String("version", "v1", "version of the resource")
	resource := flag.String("resource", "configmaps", "plural name of the resource")
	namespace := flag.String("namespace", "", "only this namespace")
	flag.Parse()

	client, err := dynamic.NewForConfig(&rest.Config{Host: *server})
	if err != nil {
		log.Fatal(err)
	}
	factory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(client, 0, *namespace, nil)
	gvr := schema.GroupVersionResource{Group: *group, Version: *version, Resource: *resource}
	informer := factory.ForResource(gvr).Informer()
	if _, err := informer.AddEventHandler(printer()); err != nil {
		log.Fatal(err)
	}

	ctx, cancel := context.WithCancel(context.Background())
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		log.Fatal("the informer did not sync")
	}
	fmt.Printf("synced %d\n", len(informer.GetStore().List()))
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		log.Fatal(err)
	}
	cancel()
	factory.Shutdown()
}

func printer() cache.ResourceEventHandler {
	return cache.ResourceEventHandlerDetailedFuncs{
		AddFunc:    func(object any, _ bool) { show("added", object) },
		UpdateFunc: func(_, object any) { show("updated", object) },
		DeleteFunc: func(object any) {
			// The informer missed the deletion and only knows the last state it saw.
			if unknown, ok := object.(cache.DeletedFinalStateUnknown); ok {
				object = unknown.Obj
			}
			show("deleted", object)
		},
	}
}

func show(what string, object any) {
	known := object.(*unstructured.Unstructured)
	value, _, _ := unstructured.NestedString(known.Object, "data", "key")
	fmt.Printf("%s %s %s\n", what, known.GetName(), value)
}
