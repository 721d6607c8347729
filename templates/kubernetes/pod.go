package kubernetes

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// secretsDir is where secrets are mounted, as Compose mounts them.
const secretsDir = "/run/secrets"

// pod is the template of a service's pods, from one of its replicas; n says which variables are ordinals.
func (r *renderer) pod(s *manifest.Service, i *manifest.Instance, name string, n *numbering) corev1.PodTemplateSpec {
	no := false
	meta := r.meta("", s)
	meta.Namespace = ""
	if r.m.System.Version != "" && labelValue.MatchString(r.m.System.Version) {
		meta.Labels["app.kubernetes.io/version"] = r.m.System.Version
	}
	meta.Annotations = r.annotations(s, i)
	c := corev1.Container{Name: name, Image: r.image(s)}
	c.Command, c.Args = r.words(s, i.Entrypoint), r.words(s, i.Command)
	c.Env = r.environment(s, i, n)
	c.Ports = containerPorts(i)
	c.Resources = resources(s)
	c.SecurityContext = r.container(s)
	r.probes(&c, s)
	spec := corev1.PodSpec{
		ServiceAccountName: r.part(), AutomountServiceAccountToken: &no, EnableServiceLinks: &no,
		SecurityContext: r.user(s), NodeSelector: map[string]string{},
	}
	for _, kv := range r.settings.NodeSelector {
		spec.NodeSelector[kv.Key] = kv.Value
	}
	if s.StopGrace > 0 {
		seconds := int64((s.StopGrace + 999_999_999) / 1_000_000_000)
		spec.TerminationGracePeriodSeconds = &seconds
	}
	if len(i.Ports) > 0 && !s.Oneshot {
		// Proxies learn of the end of a pod a moment later: until then it still answers.
		c.Lifecycle = &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: drainSeconds}}}
		if spec.TerminationGracePeriodSeconds != nil {
			*spec.TerminationGracePeriodSeconds += drainSeconds
		}
	}
	r.mounts(&spec, &c, s, i)
	r.sharedMemory(&spec, &c, s)
	if len(s.Instances) > 1 {
		spec.TopologySpreadConstraints = []corev1.TopologySpreadConstraint{{
			MaxSkew: 1, TopologyKey: "kubernetes.io/hostname", WhenUnsatisfiable: corev1.ScheduleAnyway,
			LabelSelector: &metav1.LabelSelector{MatchLabels: r.selector(s)},
		}}
	}
	spec.Containers = []corev1.Container{c}
	out := corev1.PodTemplateSpec{ObjectMeta: meta, Spec: spec}
	r.composeKeys(&out, s, i)
	return out
}

// annotations are the labels of a replica: unlike labels of the API, annotations have any text as their values.
func (r *renderer) annotations(s *manifest.Service, i *manifest.Instance) map[string]string {
	out := map[string]string{}
	for _, l := range i.Labels {
		if !annotationName(l.Key) {
			r.diags = append(r.diags, ruleNoCounterpart.At(l.Range, "%s has the label %q, which can't be the name of an annotation of its pods: they consist of letters, digits, -, _ and ., up to 63 of them, after a domain and a slash if there is one. Rename it, or leave it out for this target.", s.Address, l.Key))
			continue
		}
		out[l.Key] = r.plain(s, "A label", l.Range, l.Value)[0]
	}
	return out
}

// annotationName reports whether an annotation can have the name.
func annotationName(name string) bool {
	return len(validation.IsQualifiedName(strings.ToLower(name))) == 0 // as the API compares it
}

// drainSeconds is how long a pod that ends still takes requests.
const drainSeconds = 5

// image is the reference that the nodes pull.
func (r *renderer) image(s *manifest.Service) string {
	if s.Image == nil {
		return ""
	}
	i := s.Image
	if i.Built() && i.Push == "" && r.settings.Registry == "" {
		r.diags = append(r.diags, ruleRegistry.At(i.Range, "%s is built by the kit, and %s runs it, but no registry is given from which the cluster's nodes can pull it. Add registry = \"registry.example.org/%s\" to target \"kubernetes\", or push to the image.", i.Address, s.Address, r.part()))
	}
	return r.m.ClusterReference(i)
}

// words are a command's; a string is split as Compose does.
func (r *renderer) words(s *manifest.Service, c *manifest.Command) []string {
	if c == nil {
		return nil
	}
	return literals(r.plain(s, "the command", c.Range, c.Words()...))
}

// environment is that of a container. Variables that are made of secrets are read from Secrets.
func (r *renderer) environment(s *manifest.Service, i *manifest.Instance, numbers *numbering) []corev1.EnvVar {
	var secrets, out []corev1.EnvVar
	for n, e := range i.Env {
		if numbers != nil && *numbers != alike && numbered(s, n) == *numbers {
			out = append(out, ordinal(e.Name))
			continue
		}
		text := ""
		for _, part := range e.Value {
			if part.Secret == nil {
				text += literal(r.plain(s, "the variable "+e.Name, e.Range, part.Text)[0])
				continue
			}
			if len(e.Value) == 1 {
				continue
			}
			// The value refers to a variable that comes before it.
			name := "SECRET_" + strings.ToUpper(strings.ReplaceAll(Name(part.Secret.Name), "-", "_"))
			if !slices.ContainsFunc(secrets, func(v corev1.EnvVar) bool { return v.Name == name }) {
				secrets = append(secrets, corev1.EnvVar{Name: name, ValueFrom: secretKey(part.Secret)})
			}
			text += "$(" + name + ")"
		}
		v := corev1.EnvVar{Name: e.Name, Value: text}
		if len(e.Value) == 1 && e.Value[0].Secret != nil {
			v.ValueFrom = secretKey(e.Value[0].Secret)
		}
		out = append(out, v)
	}
	for _, e := range i.SecretEnv {
		value := secretsDir + "/" + e.Secret.Name
		if e.ByName {
			value = e.Secret.Name
		}
		out = append(out, corev1.EnvVar{Name: e.Name, Value: value})
	}
	slices.SortStableFunc(out, func(a, b corev1.EnvVar) int { return strings.Compare(a.Name, b.Name) })
	return append(secrets, out...)
}

// secretKey is the value of a secret; each is a Secret of its own with one key.
func secretKey(s *manifest.Secret) *corev1.EnvVarSource {
	return &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: Name(s.Name)}, Key: s.Name}}
}

// SecretName is the name of the Secret of a secret, whose one key is the secret's name in the manifest.
func SecretName(s *manifest.Secret) string { return Name(s.Name) }

func containerPorts(i *manifest.Instance) []corev1.ContainerPort {
	var out []corev1.ContainerPort
	ports, names := namedPorts(i)
	for _, p := range ports {
		out = append(out, corev1.ContainerPort{Name: names[keyOf(p)], ContainerPort: int32(p.Container), Protocol: protocol(p)})
	}
	return out
}

func protocol(p *manifest.Port) corev1.Protocol { return corev1.Protocol(strings.ToUpper(p.Protocol)) }

// resources asks for as much memory as the limit, so that a node never has too little, and for the processors
// of the limit.
func resources(s *manifest.Service) corev1.ResourceRequirements {
	limits := corev1.ResourceList{}
	if s.Memory > 0 {
		limits[corev1.ResourceMemory] = *resource.NewQuantity(s.Memory, resource.BinarySI)
	}
	if s.CPUs != nil {
		milli, _ := s.CPUs.Float64()
		limits[corev1.ResourceCPU] = *resource.NewMilliQuantity(max(1, int64(milli*1000+0.5)), resource.DecimalSI)
	}
	if len(limits) == 0 {
		return corev1.ResourceRequirements{}
	}
	return corev1.ResourceRequirements{Limits: limits, Requests: limits}
}

// probes turns the healthcheck into probes: a start has its time, then the pod is taken out of its Service while
// the check fails, and restarted when it has failed three times as long.
func (r *renderer) probes(c *corev1.Container, s *manifest.Service) {
	h := s.Healthcheck
	if h == nil || h.Disable || s.Oneshot {
		return
	}
	handler, ok := r.handler(s, h.Test)
	if !ok {
		return
	}
	period := seconds(h.Interval, 30)
	probe := func(every, failures int32) *corev1.Probe {
		return &corev1.Probe{ProbeHandler: handler, PeriodSeconds: every, TimeoutSeconds: min(seconds(h.Timeout, 30), every), FailureThreshold: failures}
	}
	retries := int32(h.Retries)
	if retries == 0 {
		retries = 3
	}
	start := seconds(h.StartInterval, min(5, period))
	c.StartupProbe = probe(start, (seconds(h.StartPeriod, 0)+start-1)/start+retries*period/start)
	c.ReadinessProbe, c.LivenessProbe = probe(period, retries), probe(period, 3*retries)
}

func (r *renderer) handler(s *manifest.Service, test manifest.HealthTest) (h corev1.ProbeHandler, ok bool) {
	switch t := test.(type) {
	case *manifest.HTTPTest:
		h.HTTPGet = &corev1.HTTPGetAction{Path: t.Path, Port: intstr.FromInt32(int32(t.Port))}
	case *manifest.TCPTest:
		h.TCPSocket = &corev1.TCPSocketAction{Port: intstr.FromInt32(int32(t.Port))}
	case *manifest.CommandTest:
		h.Exec = &corev1.ExecAction{Command: literals(t.Exec)}
	case *manifest.ShellTest:
		h.Exec = &corev1.ExecAction{Command: []string{"/bin/sh", "-c", literal(t.Script)}}
	case *manifest.SQLTest:
		words := (&manifest.Healthcheck{Test: t}).Words()
		h.Exec = &corev1.ExecAction{Command: []string{"/bin/sh", "-c", literal(words[1])}}
	case *manifest.ImageTest:
		r.diags = append(r.diags, ruleNoCounterpart.At(s.Healthcheck.Range, "%s relies on the HEALTHCHECK of its image, which Kubernetes ignores. Write a healthcheck block with `http`, `tcp` or `command`.", s.Address))
		return h, false
	}
	return h, true
}
