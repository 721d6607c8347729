package deploy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment/kubernetes"
	"github.com/omegagen/omegagen/templates/deploy/schema"
	objects "github.com/omegagen/omegagen/templates/kubernetes"
)

// clusterData is what only kits for Kubernetes have.
type clusterData struct {
	Namespace, PartOf, Context, Runner value
	Objects, Rights, Classes           []string
}

// cluster reports whether the kit is for Kubernetes.
func (s *script) cluster() bool { return s.m.Target == manifest.TargetKubernetes }

func (s *script) clusterData() *clusterData {
	at := s.m.System.Range
	d := &clusterData{Namespace: word(objects.Namespace(s.m), at), PartOf: word(manifest.ObjectName(s.m.System.Project()), at), Context: word("", at), Runner: word("", at)}
	if k := s.m.Kubernetes; k != nil {
		d.Context = word(k.Context, at)
		if k.Runner != nil {
			d.Runner = word(objects.RunnerName, at)
		}
	}
	for _, o := range s.objects {
		d.Objects = append(d.Objects, strings.Join([]string{o.path, cmp.Or(o.Owner, "-"), o.Kind, o.Name}, " "))
	}
	d.Classes = s.classes()
	return d
}

// classes are those of storage and of Ingresses that objects name, sorted, each once.
func (s *script) classes() []string {
	var out []string
	claim := func(spec corev1.PersistentVolumeClaimSpec) {
		if spec.StorageClassName != nil {
			out = append(out, "StorageClass "+*spec.StorageClassName)
		}
	}
	for _, o := range s.objects {
		switch object := o.Object.(type) {
		case *corev1.PersistentVolumeClaim:
			claim(object.Spec)
		case *appsv1.StatefulSet:
			for _, c := range object.Spec.VolumeClaimTemplates {
				claim(c.Spec)
			}
		case *networkingv1.Ingress:
			if object.Spec.IngressClassName != nil {
				out = append(out, "IngressClass "+*object.Spec.IngressClassName)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// clusterObject is an object with its file.
type clusterObject struct {
	objects.Document
	path string
}

// ownedFiles identifies the files with the objects of services.
func (s *script) ownedFiles(services []string) string {
	var out strings.Builder
	seen := map[string]bool{}
	for _, o := range s.objects {
		if slices.Contains(services, o.Owner) && !seen[o.path] {
			seen[o.path] = true
			fmt.Fprintf(&out, "%s %s\n", o.path, s.others[o.path])
		}
	}
	return out.String()
}

// runtimeText is deploy/runtime.sh of the kit's target.
func (s *script) runtimeText() string {
	if s.cluster() {
		return clusterRuntime
	}
	return runtime
}

// schemaScript is deploy/schema.sh of the kit's target.
func (s *script) schemaScript() string {
	if s.cluster() {
		return strings.Replace(schema.Script, `docker exec -i "$container" psql`, `$KUBECTL exec -i "$container" -- psql`, 1)
	}
	return schema.Script
}

// server is how the runtime finds the server of a database.
func (s *script) server(d *manifest.Database) string {
	if s.cluster() {
		return kubernetes.Pod(d.Service)
	}
	return container(d)
}

// eachClusterPort calls f for the address in the cluster of a port: of the Service and, if the service is replicated and its
// replicas have Services of their own, of each.
func (s *script) eachClusterPort(e manifest.Endpoint, f func(host, port string)) {
	p := e.Service.Instances[0].Port(e.Port)
	if p == nil {
		return // reported already
	}
	hosts := []string{manifest.ObjectName(e.Service.Name)}
	if objects.Named(e.Service) {
		hosts = nil
		for _, i := range e.Service.Instances {
			hosts = append(hosts, manifest.ObjectName(i.Name))
		}
	}
	for _, host := range hosts {
		f(host, fmt.Sprint(p.Container))
	}
}

// onlyRuns reports whether an image is the runner's on Kubernetes alone, and of no use in a kit for Docker Compose.
func (s *script) onlyRuns(i *manifest.Image) bool {
	if s.cluster() || s.m.Kubernetes == nil || s.m.Kubernetes.Runner != i {
		return false
	}
	return !slices.ContainsFunc(s.m.Services, func(x *manifest.Service) bool { return x.Image == i }) &&
		!slices.ContainsFunc(s.m.Images, func(x *manifest.Image) bool { return slices.Contains(x.Bases(), i) })
}
