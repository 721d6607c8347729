package kubernetes_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/lint"
	"github.com/omegagen/omegagen/templates"
	"github.com/omegagen/omegagen/templates/kubernetes"
)

// objects are those of a manifest for Kubernetes, which must be free of errors, by kind and name; each file is
// decoded as the API server does.
func objects(t *testing.T, in loader.Input) map[string]kubernetes.Document {
	t.Helper()
	in.Target = manifest.TargetKubernetes
	m, diags := loader.Load(in)
	files, found := templates.Files(m)
	diags = append(append(diags, found...), lint.Check(m, files)...)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	out := map[string]kubernetes.Document{}
	for _, f := range files {
		docs, _ := f.Doc.([]kubernetes.Document)
		for _, d := range docs {
			meta := d.Object.(interface{ GetName() string })
			out[d.Object.GetObjectKind().GroupVersionKind().Kind+"/"+meta.GetName()] = d
		}
	}
	return out
}

func of(t *testing.T, src string) map[string]kubernetes.Document {
	t.Helper()
	return objects(t, loader.Input{FS: diagtest.Manifest(src), Dir: "."})
}

// podOf is the template of a workload's pods, nil for other objects.
func podOf(o any) *corev1.PodTemplateSpec {
	switch o := o.(type) {
	case *appsv1.Deployment:
		return &o.Spec.Template
	case *appsv1.StatefulSet:
		return &o.Spec.Template
	case *batchv1.Job:
		return &o.Spec.Template
	}
	return nil
}

// examples are those that are built for Kubernetes.
func examples(t *testing.T) map[string]loader.Input {
	t.Helper()
	found, err := filepath.Glob("../../generated/*-kubernetes")
	if err != nil || len(found) == 0 {
		t.Fatal("no kits", err)
	}
	out := map[string]loader.Input{}
	for _, dir := range found {
		name := strings.TrimSuffix(filepath.Base(dir), "-kubernetes")
		out[name] = loader.Input{FS: os.DirFS(filepath.Join("../../examples", name)), Dir: name}
	}
	return out
}

// Kubernetes' own evaluation admits every pod of the examples under the standard "restricted".
func TestRestricted(t *testing.T) {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	admits := func(pod *corev1.PodTemplateSpec) policy.AggregateCheckResult {
		return policy.AggregateCheckResults(evaluator.EvaluatePod(api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}, &pod.ObjectMeta, &pod.Spec))
	}
	pods := 0
	for name, in := range examples(t) {
		for key, d := range objects(t, in) {
			if pod := podOf(d.Object); pod != nil {
				pods++
				if r := admits(pod); !r.Allowed {
					t.Errorf("%s: %s: %s", name, key, r.ForbiddenDetail())
				}
				escalate := true
				pod.Spec.Containers[0].SecurityContext.AllowPrivilegeEscalation = &escalate
				if admits(pod).Allowed {
					t.Errorf("%s: %s is admitted with privilege escalation, too", name, key)
				}
			}
		}
	}
	if pods < 5 {
		t.Errorf("there are only %d pods", pods)
	}
}

const shop = `system "shop" {}

image "cache" {
  pull = "redis:7.4.2-bookworm"
}

image "server" {
  pull = "example.org/server:1.0.0"
}

`

func server(body string) string {
	return shop + "service \"server\" {\n  image = image.server\n  harden {\n    user = \"1000:1000\"\n  }\n" + body + "}\n"
}

// Replicas that are alike are pods of a Deployment. A number alone comes from the pod's label; what differs
// otherwise makes workloads of their own.
func TestReplicas(t *testing.T) {
	for body, want := range map[string]string{
		"  replicas = 3\n": "Deployment/server",
		"  replicas = 3\n  env = { N = replica.index }\n":                                             "StatefulSet/server",
		"  replicas = 3\n  env = { N = replica.number, M = \"x\" }\n":                                 "StatefulSet/server",
		"  replicas = 2\n  env = { N = replica.index, M = replica.number }\n":                         "StatefulSet/server-1 StatefulSet/server-2",
		"  replicas = 2\n  env = { N = \"n${replica.index}\" }\n":                                     "StatefulSet/server-1 StatefulSet/server-2",
		"  replicas = 2\n  command = [\"serve\", replica.number]\n":                                   "StatefulSet/server-1 StatefulSet/server-2",
		"  replicas = 2\n  port \"http\" {\n    container = 80\n    host = 80 + replica.index\n  }\n": "Deployment/server",
	} {
		var got []string
		all := of(t, server(body))
		for key := range all {
			if strings.HasPrefix(key, "Deployment/") || strings.HasPrefix(key, "StatefulSet/") {
				got = append(got, key)
			}
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, not %s", body, got, want)
		}
		s, ok := all["StatefulSet/server"]
		if !ok {
			continue
		}
		spec := s.Object.(*appsv1.StatefulSet).Spec
		start, wantStart := int32(0), int32(0)
		if spec.Ordinals != nil {
			start = spec.Ordinals.Start
		}
		if strings.Contains(body, "number") {
			wantStart = 1
		}
		env := spec.Template.Spec.Containers[0].Env
		i := slices.IndexFunc(env, func(e corev1.EnvVar) bool { return e.Name == "N" })
		if start != wantStart || env[i].ValueFrom == nil || env[i].ValueFrom.FieldRef.FieldPath != "metadata.labels['apps.kubernetes.io/pod-index']" {
			t.Errorf("%s: ordinals start at %d, N is %+v", body, start, env[i])
		}
	}
}

// Each replica that Prometheus scrapes has a host of its own, which is the pod with its number.
func TestNamedReplicas(t *testing.T) {
	for env, first := range map[string]string{"replica.index": "server-0", "replica.number": "server-1"} {
		all := of(t, server("  replicas = 2\n  env = { N = "+env+" }\n  port \"http\" {\n    container = 80\n  }\n  scrape \"http\" {\n    port = \"http\"\n  }\n"))
		s, ok := all["Service/server-1"].Object.(*corev1.Service)
		if !ok || s.Spec.Selector["statefulset.kubernetes.io/pod-name"] != first || s.Spec.ClusterIP != corev1.ClusterIPNone {
			t.Errorf("with %s, the host of the first replica is %+v", env, all["Service/server-1"])
		}
		b := all["PodDisruptionBudget/server"].Object.(*policyv1.PodDisruptionBudget).Spec
		if b.MaxUnavailable.IntValue() != 1 || b.Selector.MatchLabels["app.kubernetes.io/name"] != "server" {
			t.Errorf("the budget is %+v", b)
		}
	}
}

// A pod is restarted after three times as many failures as take it out of its Service, and not while it starts.
func TestProbes(t *testing.T) {
	all := of(t, server(`  port "http" {
    container = 8080
  }
  healthcheck {
    interval     = "10s"
    timeout      = "20s"
    retries      = 2
    start_period = "1m"
    http {
      port = "http"
      path = "/ready"
    }
  }
`))
	c := all["Deployment/server"].Object.(*appsv1.Deployment).Spec.Template.Spec.Containers[0]
	for name, p := range map[string]*corev1.Probe{"startup": c.StartupProbe, "readiness": c.ReadinessProbe, "liveness": c.LivenessProbe} {
		if p.HTTPGet == nil || p.HTTPGet.Path != "/ready" || p.HTTPGet.Port.IntValue() != 8080 || p.TimeoutSeconds > p.PeriodSeconds {
			t.Errorf("the %s probe is %+v", name, p)
		}
	}
	start := c.StartupProbe.PeriodSeconds * c.StartupProbe.FailureThreshold
	if start < 60 || c.ReadinessProbe.PeriodSeconds != 10 || c.ReadinessProbe.FailureThreshold != 2 || c.LivenessProbe.FailureThreshold != 6 {
		t.Errorf("a start has %d s, readiness %+v, liveness %+v", start, c.ReadinessProbe, c.LivenessProbe)
	}
}

// A volume of one service belongs to its pods, which write to it as the group of their user.
func TestStorage(t *testing.T) {
	all := of(t, "volume \"data\" {}\ntarget \"kubernetes\" {\n  claim \"data\" {\n    volume = volume.data\n    size   = \"20GB\"\n  }\n}\n"+server("  mount \"/data\" {\n    volume = volume.data\n  }\n"))
	s := all["StatefulSet/server"].Object.(*appsv1.StatefulSet).Spec
	if len(s.VolumeClaimTemplates) != 1 || s.VolumeClaimTemplates[0].Spec.Resources.Requests.Storage().Value() != 20<<30 || s.VolumeClaimTemplates[0].Spec.AccessModes[0] != corev1.ReadWriteOnce {
		t.Errorf("the claims are %+v", s.VolumeClaimTemplates)
	}
	if g := s.Template.Spec.SecurityContext.FSGroup; g == nil || *g != 1000 {
		t.Errorf("the pod is %+v", s.Template.Spec.SecurityContext)
	}
	if _, ok := all["Service/server-pods"]; !ok || s.ServiceName != "server-pods" {
		t.Errorf("the pods' Service is %s", s.ServiceName)
	}
}

// A service connects to those that it depends on or names; everything else is denied.
func TestPolicies(t *testing.T) {
	all := of(t, shop+`service "cache" {
  image = image.cache
  port "redis" {
    container = 6379
  }
}

locals {
  cache = "${service.cache.host}:6379"
}

service "server" {
  image = image.server
  env   = { CACHE = local.cache }
  harden {
    user = "1000:1000"
  }
}

service "other" {
  image = image.server
  harden {
    user = "1000:1000"
  }
}
`)
	deny := all["NetworkPolicy/default-deny"].Object.(*networkingv1.NetworkPolicy).Spec
	if len(deny.PodSelector.MatchLabels) > 0 || len(deny.Ingress) > 0 || len(deny.Egress) > 0 || len(deny.PolicyTypes) != 2 {
		t.Errorf("by default: %+v", deny)
	}
	in := all["NetworkPolicy/cache"].Object.(*networkingv1.NetworkPolicy).Spec
	if len(in.Ingress) != 1 || len(in.Ingress[0].From) != 1 || in.Ingress[0].From[0].PodSelector.MatchLabels["app.kubernetes.io/name"] != "server" || in.Ingress[0].Ports[0].Port.IntValue() != 6379 {
		t.Errorf("into the cache: %+v", in)
	}
	out := all["NetworkPolicy/server"].Object.(*networkingv1.NetworkPolicy).Spec
	if len(out.Egress) != 1 || out.Egress[0].To[0].PodSelector.MatchLabels["app.kubernetes.io/name"] != "cache" || len(out.Ingress) > 0 {
		t.Errorf("from the server: %+v", out)
	}
	if _, ok := all["NetworkPolicy/other"]; ok {
		t.Error("other has a policy of its own, though nobody connects to it and it to nobody")
	}
}

// Grafana connects to the Alertmanager that it shows; an external one is reached at its port, by Prometheus too.
func TestAlertmanagerClients(t *testing.T) {
	servers := shop + `
image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}
image "grafana" {
  pull = "grafana/grafana:12.0.2"
}
image "alertmanager" {
  pull = "prom/alertmanager:v0.28.1"
}
service "metrics" {
  image = image.prometheus
}
service "show" {
  image = image.grafana
}
service "alerts" {
  image = image.alertmanager
  port "web" {
    container = 9093
  }
}
prometheus {
  service = service.metrics
}
grafana {
  service = service.show
}
`
	egress := func(all map[string]kubernetes.Document, service string) []networkingv1.NetworkPolicyEgressRule {
		return all["NetworkPolicy/"+service].Object.(*networkingv1.NetworkPolicy).Spec.Egress
	}
	own := of(t, servers+"alertmanager {\n  service = service.alerts\n  receiver \"hook\" {\n    webhook {\n      url = \"http://example.org/hook\"\n    }\n  }\n  route {\n    receiver = receiver.hook\n  }\n}\n")
	in := own["NetworkPolicy/alerts"].Object.(*networkingv1.NetworkPolicy).Spec.Ingress
	for i, from := range []string{"metrics", "show"} {
		if len(in) != 1 || len(in[0].From) != 2 || in[0].From[i].PodSelector.MatchLabels["app.kubernetes.io/name"] != from {
			t.Errorf("into the Alertmanager: %+v", in)
		}
		reached := false
		for _, rule := range egress(own, from) {
			reached = reached || len(rule.To) == 1 && rule.To[0].PodSelector.MatchLabels["app.kubernetes.io/name"] == "alerts" && rule.Ports[0].Port.IntValue() == 9093
		}
		if !reached {
			t.Errorf("from %s: %+v", from, egress(own, from))
		}
	}
	for address, port := range map[string]int{"https://alerts.example.org": 443, "http://alerts.example.org/a": 80, "http://alerts.example.org:9093": 9093} {
		external := of(t, servers+"alertmanager {\n  url = \""+address+"\"\n}\n")
		for _, from := range []string{"metrics", "show"} {
			rules := egress(external, from)
			if last := rules[len(rules)-1]; len(last.To) > 0 || len(last.Ports) != 1 || last.Ports[0].Port.IntValue() != port {
				t.Errorf("from %s to %s: %+v", from, address, rules)
			}
		}
		if _, ok := external["NetworkPolicy/alerts"]; ok {
			t.Error("a service that is no client has a policy")
		}
	}
}

// Files that a service mounts are a ConfigMap whose name changes with their content.
func TestConfig(t *testing.T) {
	name := func(line string) (string, corev1.VolumeMount) {
		all := objects(t, loader.Input{Dir: ".", FS: os.DirFS(writeFiles(t, map[string]string{"conf.tmpl": line, "main.hcl": shop + `
artifact "conf/app.conf" {
  template = "conf.tmpl"
}

service "server" {
  image = image.server
  harden {
    user = "1000:1000"
  }
  mount "/etc/app.conf" {
    file = artifact["conf/app.conf"]
  }
}
`}))})
		for key, d := range all {
			if c, ok := d.Object.(*corev1.ConfigMap); ok {
				if c.Data["app.conf"] != line {
					t.Errorf("%s has %q", key, c.Data)
				}
				return c.Name, all["Deployment/server"].Object.(*appsv1.Deployment).Spec.Template.Spec.Containers[0].VolumeMounts[0]
			}
		}
		t.Fatal("there is no ConfigMap")
		return "", corev1.VolumeMount{}
	}
	a, mount := name("level = info\n")
	b, _ := name("level = debug\n")
	if a == b {
		t.Errorf("both are called %s", a)
	}
	if mount.SubPath != "app.conf" || !mount.ReadOnly || mount.MountPath != "/etc/app.conf" {
		t.Errorf("it is mounted by %+v", mount)
	}
}

// A changed schema doesn't replace the database's pod, which reads it at its first start alone.
func TestFirstStart(t *testing.T) {
	rendered := func(column string) (pod *corev1.PodTemplateSpec, data string) {
		all := of(t, `system "shop" {}
image "db" {
  pull = "postgres:17.5-bookworm"
}
secret "password" {}
service "db" {
  image      = image.db
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  port "sql" {
    container = 5432
  }
  mount "/docker-entrypoint-initdb.d/init.sql" {
    file = database.shop
  }
}
database "shop" {
  service = service.db
  table "items" {
    column "`+column+`" {
      type = "text"
    }
  }
}
`)
		for key, d := range all {
			if c, ok := d.Object.(*corev1.ConfigMap); ok && strings.HasPrefix(key, "ConfigMap/init-db-sql") {
				if c.Immutable != nil {
					t.Errorf("%s can't be changed", key)
				}
				for _, v := range c.Data {
					data = v
				}
			}
		}
		for key, d := range all {
			if strings.HasPrefix(key, "Deployment/") || strings.HasPrefix(key, "StatefulSet/") {
				pod = podOf(d.Object)
			}
		}
		return pod, data
	}
	a, dataA := rendered("name")
	b, dataB := rendered("title")
	if dataA == dataB || dataA == "" || !reflect.DeepEqual(a, b) {
		t.Errorf("the pods differ, or the schema isn't mounted:\n%+v\n%+v", a, b)
	}
}

// A Job can't be changed, so another one has another name.
func TestJob(t *testing.T) {
	name := func(word string) string {
		for key := range of(t, server("  oneshot = true\n  command = [\""+word+"\"]\n")) {
			if strings.HasPrefix(key, "Job/server-") {
				return key
			}
		}
		t.Fatal("there is no Job")
		return ""
	}
	first, again, other := name("migrate"), name("migrate"), name("seed")
	if first != again || first == other {
		t.Errorf("%s, %s, %s", first, again, other)
	}
}

func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// The files of the examples match their kits.
// A port of the container that is published twice is one port, under its first name.
func TestPublishedTwice(t *testing.T) {
	all := of(t, server("  port \"http\" {\n    container = 8080\n    host = 8080\n  }\n  port \"old\" {\n    container = 8080\n    host = 80\n  }\n")+"target \"kubernetes\" {\n  ingress {\n    domain = \"example.org\"\n  }\n}\n")
	c := all["Deployment/server"].Object.(*appsv1.Deployment).Spec.Template.Spec.Containers[0]
	ports := all["Service/server"].Object.(*corev1.Service).Spec.Ports
	if len(c.Ports) != 1 || len(ports) != 1 || c.Ports[0].Name != "http" || ports[0].Name != "http" {
		t.Errorf("the container has %+v, the Service %+v", c.Ports, ports)
	}
	for name, d := range all {
		if in, ok := d.Object.(*networkingv1.Ingress); ok && in.Spec.Rules[0].HTTP.Paths[0].Backend.Service.Port.Name != "http" {
			t.Errorf("%s leads to %+v", name, in.Spec.Rules[0].HTTP)
		}
	}
}

// A rollout has more time than each of its pods must be ready.
func TestPause(t *testing.T) {
	all := of(t, server("  replicas = 2\n  rollout {\n    pause = \"20m\"\n  }\n"))
	spec := all["Deployment/server"].Object.(*appsv1.Deployment).Spec
	if spec.MinReadySeconds != 1200 || *spec.ProgressDeadlineSeconds <= spec.MinReadySeconds {
		t.Errorf("ready after %d s, given up after %d s", spec.MinReadySeconds, *spec.ProgressDeadlineSeconds)
	}
}

func TestGenerated(t *testing.T) {
	for name, in := range examples(t) {
		in.Target = manifest.TargetKubernetes
		m, diags := loader.Load(in)
		files, found := templates.Files(m)
		if diags = append(diags, found...); diags.HasErrors() {
			t.Fatal(diags)
		}
		files = slices.DeleteFunc(files, func(f kit.Artifact) bool { return f.Kind != kit.Kubernetes })
		there, err := filepath.Glob(filepath.Join("../../generated", name+"-kubernetes", kit.KubernetesDir, "*"))
		if err != nil || len(there) != len(files) {
			t.Errorf("%s: %d files are rendered, %d are there (%v)", name, len(files), len(there), err)
		}
		for _, f := range files {
			want, err := os.ReadFile(filepath.Join("../../generated", name+"-kubernetes", f.Path))
			if err != nil || string(want) != string(f.Content) {
				t.Errorf("%s: %s differs (%v): run make generate", name, f.Path, err)
			}
		}
	}
}

// Hostile strings come back as they were, read by the API's own decoder.
func TestHostile(t *testing.T) {
	for _, s := range []string{"y", "n", "on", "off", "yes", "null", "~", "0777", "0x1F", "1e3", "1:30", "- a", "# c", "a: b", "$(HOME)", "$$(HOME)", "$$", "a$", "é🎉\nsecond\n", "\ttab", " a ", "{{ x }}", "'\"\\"} {
		all := of(t, server("  env = { V = "+quoted(s)+" }\n  command = ["+quoted(s)+"]\n  healthcheck {\n    command = [\"check\", "+quoted(s)+"]\n  }\n"))
		c := all["Deployment/server"].Object.(*appsv1.Deployment).Spec.Template.Spec.Containers[0]
		if got := expanded(c.Env[0].Value); got != s {
			t.Errorf("%q becomes %q", s, got)
		}
		if got := expanded(c.Args[0]); got != s {
			t.Errorf("%q becomes %q as an argument", s, got)
		}
		if got := expanded(c.LivenessProbe.Exec.Command[1]); got != s {
			t.Errorf("%q becomes %q in a probe", s, got)
		}
	}
}

// quoted writes a string in HCL.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "${", "$${", "%{", "%%{").Replace(s) + `"`
}

// expanded is what the kubelet makes of a value in a pod without such variables: "$$" is "$", and a reference
// to a variable that there isn't stays.
func expanded(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '$' && i+1 < len(s) {
			switch s[i+1] {
			case '$':
				b.WriteByte('$')
				i++
				continue
			case '(':
				if end := strings.IndexByte(s[i:], ')'); end > 0 {
					return "a reference: " + s
				}
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// What a pod can't be told is an error at its place.
func TestRefused(t *testing.T) {
	for body, want := range map[string]string{
		"  mount \"/x\" {\n    bind = \"/srv/x\"\n  }\n": "OG422",
		"  compose = { network_mode = \"host\" }\n":      "OG422",
		"  mount \"/x\" {\n    anonymous = true\n  }\n":  "OG422",
	} {
		m, diags := loader.Load(loader.Input{FS: diagtest.Manifest(server(body)), Dir: ".", Target: manifest.TargetKubernetes})
		_, found := templates.Files(m)
		codes := []string{}
		for _, d := range append(diags, found...) {
			if d.Severity == hcl.DiagError {
				codes = append(codes, code(d))
			}
		}
		if !slices.Contains(codes, want) {
			t.Errorf("%s: %v", body, codes)
		}
	}
}

func code(d *hcl.Diagnostic) string { return diag.Code(d) }
