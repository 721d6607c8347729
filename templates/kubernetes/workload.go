package kubernetes

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// labelValue is what a label can have.
var labelValue = regexp.MustCompile(`^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$`)

// service makes the objects of a service: a Job if it ends, a StatefulSet if it owns data, a Deployment
// otherwise; a Service for its ports; an Ingress for what it publishes.
func (r *renderer) service(s *manifest.Service) {
	if r.readsHost(s) {
		return
	}
	r.unsupported(s)
	first := s.Instances[0]
	numbering := numberingOf(s)
	switch {
	case s.Oneshot:
		pod := r.pod(s, first, Name(s.Name), nil)
		pod.Spec.RestartPolicy = corev1.RestartPolicyNever
		limit := int32(3)
		o := &batchv1.Job{TypeMeta: metav1.TypeMeta{APIVersion: "batch/v1", Kind: "Job"}, ObjectMeta: r.meta(Name(s.Name)+"-"+contentOf(pod), s), Spec: batchv1.JobSpec{BackoffLimit: &limit, Template: pod}}
		r.add(o, &o.ObjectMeta, "Job", s.Origin, s)
		r.aliases(s, nil)
		return
	case numbering == apart:
		for _, i := range s.Instances {
			r.stateful(s, i, nil)
		}
	case numbering != alike || r.ownsData(s) || namesReplicas(s):
		r.stateful(s, nil, &numbering)
		r.named(s, numbering)
	default:
		r.deployment(s)
	}
	ports := servicePorts(first)
	if len(ports) > 0 {
		o := &corev1.Service{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Service"}, ObjectMeta: r.meta(Name(s.Name), s), Spec: corev1.ServiceSpec{Selector: r.selector(s), Ports: ports}}
		r.add(o, &o.ObjectMeta, "Service", s.Origin, s)
	}
	r.aliases(s, ports)
	if len(s.Instances) > 1 {
		most := intstr.FromInt32(int32(max(1, s.Rollout.MaxUnavailable)))
		o := &policyv1.PodDisruptionBudget{TypeMeta: metav1.TypeMeta{APIVersion: "policy/v1", Kind: "PodDisruptionBudget"}, ObjectMeta: r.meta(Name(s.Name), s), Spec: policyv1.PodDisruptionBudgetSpec{MaxUnavailable: &most, Selector: &metav1.LabelSelector{MatchLabels: r.selector(s)}}}
		r.add(o, &o.ObjectMeta, "PodDisruptionBudget", s.Origin, s)
	}
	r.ingress(s)
}

// Named reports whether the replicas of a service have Services of their own.
func Named(s *manifest.Service) bool {
	return !s.Oneshot && s.Replicated && (numberingOf(s) == apart || namesReplicas(s))
}

// namesReplicas reports whether single replicas of a service are connected to: by other services, or by
// Prometheus, whose targets they are.
func namesReplicas(s *manifest.Service) bool {
	return s.Replicated && (s.Named || len(s.Scrapes) > 0)
}

// named makes the host of each replica, by the name that it has on Compose: a Service with that pod alone.
func (r *renderer) named(s *manifest.Service, n numbering) {
	if !namesReplicas(s) {
		return
	}
	for _, i := range s.Instances {
		ordinal := i.Index
		if n == byNumber {
			ordinal++
		}
		selector := r.selector(s)
		selector[appsv1.StatefulSetPodNameLabel] = Name(s.Name) + "-" + strconv.Itoa(ordinal)
		o := &corev1.Service{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Service"}, ObjectMeta: r.meta(Name(i.Name), s), Spec: corev1.ServiceSpec{
			ClusterIP: corev1.ClusterIPNone, PublishNotReadyAddresses: true, Selector: selector, Ports: servicePorts(i),
		}}
		r.add(o, &o.ObjectMeta, "Service", s.Origin, s)
	}
}

// replicas are how many pods run: none of a service with profiles, which Compose starts on demand.
func replicas(s *manifest.Service, n int) *int32 {
	out := int32(n)
	if len(s.Profiles) > 0 {
		out = 0
	}
	return &out
}

func (r *renderer) deployment(s *manifest.Service) {
	name := Name(s.Name)
	o := &appsv1.Deployment{TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"}, ObjectMeta: r.meta(name, s), Spec: appsv1.DeploymentSpec{
		Replicas: replicas(s, len(s.Instances)), Selector: &metav1.LabelSelector{MatchLabels: r.selector(s)}, Strategy: strategy(s), Template: r.pod(s, s.Instances[0], name, nil),
	}}
	o.Spec.MinReadySeconds = pause(s)
	if o.Spec.MinReadySeconds > 0 {
		// A rollout makes progress when a pod is ready for so long.
		deadline := progressSeconds + o.Spec.MinReadySeconds
		o.Spec.ProgressDeadlineSeconds = &deadline
	}
	r.add(o, &o.ObjectMeta, "Deployment", s.Origin, s)
}

// stateful makes the StatefulSet of a service, or that of one of its replicas, with its headless Service, which
// gives pods their names.
func (r *renderer) stateful(s *manifest.Service, only *manifest.Instance, n *numbering) {
	name, count, from := Name(s.Name), len(s.Instances), s.Instances[0]
	labels := r.selector(s)
	if only != nil {
		name, count, from = Name(only.Name), 1, only
		labels[replicaLabel] = name
	}
	headless := name + "-pods"
	if only != nil {
		headless = name // the replica's host, as on Compose
	}
	pod := r.pod(s, from, name, n)
	o := &appsv1.StatefulSet{TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "StatefulSet"}, ObjectMeta: r.meta(name, s), Spec: appsv1.StatefulSetSpec{
		Replicas: replicas(s, count), Selector: &metav1.LabelSelector{MatchLabels: labels}, ServiceName: headless, Template: pod, VolumeClaimTemplates: r.templates(s),
		MinReadySeconds: pause(s), PodManagementPolicy: appsv1.ParallelPodManagement,
	}}
	if n != nil && *n == byNumber {
		o.Spec.Ordinals = &appsv1.StatefulSetOrdinals{Start: 1}
	}
	h := &corev1.Service{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Service"}, ObjectMeta: r.meta(headless, s), Spec: corev1.ServiceSpec{
		ClusterIP: corev1.ClusterIPNone, PublishNotReadyAddresses: true, Selector: labels, Ports: servicePorts(from),
	}}
	if only != nil {
		o.Labels[replicaLabel], h.Labels[replicaLabel] = name, name
		o.Spec.Template.Labels[replicaLabel] = name
	}
	if len(name) > maxStateful && len(name) <= maxName {
		r.misnamed(s.Origin, "The StatefulSet of %s would be named %q, which has %d characters; at most %d are possible, because a label of its pods has the name with a checksum of up to %d characters. Rename it.", s.Address, name, len(name), maxStateful, maxName-maxStateful)
	}
	r.add(o, &o.ObjectMeta, "StatefulSet", s.Origin, s)
	r.add(h, &h.ObjectMeta, "Service", s.Origin, s)
}

// contentOf is a checksum of a Job's pod: the template of a Job can't be changed, so another one is another Job.
func contentOf(pod corev1.PodTemplateSpec) string {
	b, err := json.Marshal(pod)
	if err != nil {
		panic(err) // typed values without cycles
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:5])
}

// replicaLabel tells the replicas of a service apart that have workloads of their own.
const replicaLabel = "omegagen/replica"

// progressSeconds is how long a rollout may be without progress before it has failed, which is the API's default.
const progressSeconds = 600

// pause is how long a new pod must be ready before the next one is replaced.
func pause(s *manifest.Service) int32 {
	if s.Rollout.Pause <= 0 {
		return 0
	}
	return seconds(s.Rollout.Pause, 0)
}

// strategy replaces pods as the rollout says: one after the other where none may start beside another.
func strategy(s *manifest.Service) appsv1.DeploymentStrategy {
	unavailable, surge := intstr.FromInt32(int32(max(1, s.Rollout.MaxUnavailable))), intstr.FromInt32(0)
	if s.Rollout.StartFirst {
		unavailable, surge = intstr.FromInt32(0), intstr.FromInt32(1)
	}
	return appsv1.DeploymentStrategy{Type: appsv1.RollingUpdateDeploymentStrategyType, RollingUpdate: &appsv1.RollingUpdateDeployment{MaxUnavailable: &unavailable, MaxSurge: &surge}}
}

func servicePorts(i *manifest.Instance) []corev1.ServicePort {
	var out []corev1.ServicePort
	ports, names := namedPorts(i)
	for _, p := range ports {
		name := names[keyOf(p)]
		out = append(out, corev1.ServicePort{Name: name, Port: int32(p.Container), TargetPort: intstr.FromString(name), Protocol: protocol(p)})
	}
	return out
}

// ingress publishes the HTTP ports that have a host port on Compose.
func (r *renderer) ingress(s *manifest.Service) {
	in := r.settings.Ingress
	if in == nil {
		return
	}
	var published []*manifest.Port
	for _, p := range s.Instances[0].Ports {
		twice := slices.ContainsFunc(published, func(other *manifest.Port) bool { return keyOf(other) == keyOf(p) })
		if p.OnHost() && p.Last == 0 && p.Protocol == "tcp" && !twice {
			published = append(published, p)
		}
	}
	_, names := namedPorts(s.Instances[0])
	for n, p := range published {
		name := Name(s.Name)
		if n > 0 {
			name += "-" + names[keyOf(p)]
		}
		host := name + "." + in.Domain
		prefix := networkingv1.PathTypePrefix
		meta := r.meta(name, s)
		for _, a := range in.Annotations {
			if meta.Annotations == nil {
				meta.Annotations = map[string]string{}
			}
			meta.Annotations[a.Key] = a.Value
		}
		o := &networkingv1.Ingress{TypeMeta: metav1.TypeMeta{APIVersion: "networking.k8s.io/v1", Kind: "Ingress"}, ObjectMeta: meta}
		if in.Class != "" {
			o.Spec.IngressClassName = &in.Class
		}
		if in.TLSSecret != "" {
			o.Spec.TLS = []networkingv1.IngressTLS{{Hosts: []string{host}, SecretName: in.TLSSecret}}
		}
		o.Spec.Rules = []networkingv1.IngressRule{{Host: host, IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{
			Paths: []networkingv1.HTTPIngressPath{{Path: "/", PathType: &prefix, Backend: networkingv1.IngressBackend{
				Service: &networkingv1.IngressServiceBackend{Name: Name(s.Name), Port: networkingv1.ServiceBackendPort{Name: names[keyOf(p)]}},
			}}},
		}}}}
		r.add(o, &o.ObjectMeta, "Ingress", s.Origin, s)
	}
}

// aliases makes further names of a service, which its networks give it on Compose.
func (r *renderer) aliases(s *manifest.Service, ports []corev1.ServicePort) {
	have := map[string]int{}
	for _, i := range s.Instances {
		for _, alias := range aliasesOf(i) {
			have[alias]++
		}
	}
	delete(have, Name(s.Name))
	for _, alias := range sortedKeys(have) {
		if r.names["Service/"+alias].Address == s.Address { // the name of one of its replicas
			continue
		}
		at := s.Range
		if joins := s.Instances[0].Joins; len(joins) > 0 {
			at = joins[0].Range
		}
		switch {
		case len(ports) == 0:
			r.diags = append(r.diags, ruleNoCounterpart.At(at, "%s has the alias %q, but a Service needs a port to be connected to, and Jobs have none. Declare the port, or remove the alias for this target.", s.Address, alias))
		case have[alias] < len(s.Instances):
			r.diags = append(r.diags, ruleNoCounterpart.At(at, "Some replicas of %s have the alias %q, and others don't. On Kubernetes it can only be a name of all: give it to each, or connect to service.%s.instances[0].host.", s.Address, alias, s.Name))
		case len(alias) > maxName || !validName.MatchString(alias):
			r.diags = append(r.diags, ruleNoCounterpart.At(at, "%s has the alias %q, which can't be the name of a Service: it consists of lower-case letters, digits and hyphens, up to %d of them, and begins with a letter.", s.Address, alias, maxName))
		default:
			o := &corev1.Service{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Service"}, ObjectMeta: r.meta(alias, s), Spec: corev1.ServiceSpec{Selector: r.selector(s), Ports: ports}}
			r.add(o, &o.ObjectMeta, "Service", s.Origin, s)
		}
	}
}

// aliasesOf are those of a replica in all networks, each once.
func aliasesOf(i *manifest.Instance) []string {
	var out []string
	for _, j := range i.Joins {
		out = append(out, j.Aliases...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// unsupported reports what a pod can't be told.
func (r *renderer) unsupported(s *manifest.Service) {
	reported := map[string]bool{}
	for _, i := range s.Instances {
		for _, j := range i.Joins {
			for _, address := range append([]string{j.IPv4, j.IPv6, j.MAC}, j.LinkLocal...) {
				if place := j.Range.String(); address != "" && !reported[place] { // of replicas, at most one
					reported[place] = true
					r.diags = append(r.diags, ruleNoCounterpart.At(j.Range, "%s has the address %s in %s, but the cluster chooses the addresses of pods. Connect to it by name: service.%s.host.", s.Address, address, j.Network.Address, s.Name))
				}
			}
		}
	}
	keys := keysOf(s, s.Instances[0])
	for _, k := range sortedKeys(keys) {
		if harmless[k] || translated[k] || podKeys[k] != nil {
			continue
		}
		r.diags = append(r.diags, ruleNoCounterpart.At(keys[k].Range, "%s sets %s, a key of Compose that a pod can't be told. Remove it for this target.", s.Address, k))
	}
}

// harmless are keys of Compose that only the engine of one machine needs.
var harmless = map[string]bool{"logging": true, "container_name": true, "oom_score_adj": true, "attach": true}

// translated are keys that other functions read.
var translated = map[string]bool{"shm_size": true, "cap_add": true, "cap_drop": true}
