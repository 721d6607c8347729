// Package kubernetes renders a manifest as Kubernetes objects: workloads, services, configuration, storage and
// network policies, one object a file, and a kustomization that lists the files.
//
// The objects are values of the API's own types (k8s.io/api). lint/kubernetes decodes each file strictly into
// the same types, and compares the result with the object.
package kubernetes

import "github.com/omegagen/omegagen/hcl/diag"

var (
	ruleName = diag.Error("OG420", "Name that Kubernetes can't hold",
		"Names of objects are DNS labels: after conversion to lower case, with - for _, at most 63 characters, unique in their kind.")
	ruleRegistry = diag.Error("OG421", "Built image without a registry",
		"Nodes pull images by name. What the kit builds must be in a registry that the cluster can reach: `registry` in target \"kubernetes\", or `push` of the image.")
	ruleNoCounterpart = diag.Error("OG422", "Not possible on Kubernetes",
		"What a pod can't be told, or what would mean something else there, is never left out silently.")
	ruleRoot = diag.Error("OG423", "Image that needs root",
		"The pod security standard \"restricted\" allows neither root nor further capabilities. Either run the image as another user, or lower `pod_security` with a reason.")
	ruleShared = diag.Error("OG424", "Volume shared by pods",
		"A volume is mounted read-write on one node at a time, unless its claim says `shared = true`, which the storage class must support.")
	ruleLarge = diag.Error("OG425", "File too large for a ConfigMap",
		"An object of the cluster has at most 1 MiB, so the files that a service mounts are limited together.")
	ruleRunner = diag.Error("OG428", "Probe without a runner",
		"On Kubernetes, deploy.sh connects to ports from a pod in the cluster, through DNS, Services and network policies. The image of that pod is `runner` in target \"kubernetes\"; it has sh and curl.")
	ruleText = diag.Error("OG426", "Invalid text for Kubernetes",
		"Files of Kubernetes contain Unicode text. A string with other bytes cannot be written, and one with control characters from U+007F is changed or refused when kubectl applies it.")
)
