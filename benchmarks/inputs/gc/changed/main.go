// Package main needs what a controller for Kubernetes needs: it is here to be built, not to run.
package main

import (
	_ "github.com/aws/aws-sdk-go-v2/config"
	_ "github.com/aws/aws-sdk-go-v2/service/s3"
	_ "github.com/google/go-containerregistry/pkg/crane"
	_ "github.com/spf13/cobra"
	_ "k8s.io/client-go/informers"
	_ "k8s.io/client-go/kubernetes"
	_ "sigs.k8s.io/controller-runtime"
)

func main() {}
