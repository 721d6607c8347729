package kubernetes

import (
	"cmp"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/yaml"
)

// maxFiles is the number of objects above which a service's objects are in one file.
const maxFiles = 500

// Render makes the files below kubernetes/base for a kit with these other files, from which configuration is
// taken; nothing if the manifest isn't built for Kubernetes. The Doc of each is a []Document, in the file's
// order; that of the kustomization is a Kustomization.
//
// What a manifest says that has no counterpart is reported at its range, and the files are still rendered.
func Render(m *manifest.Manifest, others ...kit.Artifact) ([]kit.Artifact, hcl.Diagnostics) {
	if m.Target != manifest.TargetKubernetes {
		return nil, nil
	}
	r := &renderer{m: m, settings: m.Kubernetes, files: map[string]kit.Artifact{}, names: map[string]manifest.Origin{}, reported: map[string]bool{}}
	if r.settings == nil {
		r.settings = &manifest.Kubernetes{Origin: m.System.Origin, PodSecurity: manifest.PodSecurityRestricted}
	}
	for _, f := range others {
		r.files[f.Path] = f
		r.paths = append(r.paths, f.Path)
	}
	sort.Strings(r.paths)
	r.findVolumes()
	r.unused()
	r.namespace()
	r.account()
	r.secrets()
	r.claims()
	for _, s := range m.Services {
		r.service(s)
	}
	r.policies()
	r.builds()
	r.runner()
	files := r.artifacts()
	return files, diag.Sort(r.diags) // replicas that are workloads of their own have the same mistakes
}

// unused reports what the system and its volumes tell Compose's engine, which a cluster doesn't read.
func (r *renderer) unused() {
	if x := r.m.System.Compose; x != nil {
		keys, _ := x.Value.(map[string]any)
		for _, k := range sortedKeys(keys) {
			if !strings.HasPrefix(k, "x-") {
				r.diags = append(r.diags, ruleNoCounterpart.At(x.Range, "The system sets %s, a key of Compose that no object of a cluster has. Remove it for this target.", k))
			}
		}
	}
	for _, v := range r.m.Volumes {
		for _, k := range sortedKeys(v.Compose) {
			if x := v.Compose[k]; k != "driver" || x.Value != "local" {
				r.diags = append(r.diags, ruleNoCounterpart.At(x.Range, "%s sets %s, but a storage class decides how a cluster keeps a volume. Write storage_class in a claim of target \"kubernetes\", and remove %s for this target.", v.Address, k, k))
			}
		}
	}
}

type renderer struct {
	m        *manifest.Manifest
	settings *manifest.Kubernetes
	files    map[string]kit.Artifact // of the kit, by path
	paths    kit.Paths               // sorted
	objects  []object
	names    map[string]manifest.Origin // kind/name → what has it
	users    map[*manifest.Volume][]*manifest.Service
	volumes  map[*manifest.Service][]*manifest.Volume
	reported map[string]bool // addresses of blocks whose names are reported
	diags    hcl.Diagnostics
}

// object is an object with what it was made from.
type object struct {
	Document
	sources []string
}

// add adds an object of a service (nil: of the system), and reports a name that is invalid or in use.
func (r *renderer) add(o runtime.Object, meta *metav1.ObjectMeta, kind string, from manifest.Origin, s *manifest.Service) {
	x := object{Document: Document{Comment: provenance(from.Address), Object: o, Kind: kind, Name: meta.Name}, sources: []string{from.Address}}
	if s != nil {
		x.Owner = s.Name
		if s.Address != from.Address {
			x.sources = append(x.sources, s.Address)
		}
	}
	key := kind + "/" + meta.Name
	if first, ok := r.names[key]; ok && first.Address != from.Address {
		r.misnamed(from, "The %s of %s would be named %q, as that of %s is. Rename one of them.", kind, from.Address, meta.Name, first.Address)
	} else if len(meta.Name) > maxName {
		r.misnamed(from, "The %s of %s would be named %q, which has %d characters; at most %d are possible. Rename it.", kind, from.Address, meta.Name, len(meta.Name), maxName)
	} else if !validName.MatchString(meta.Name) {
		r.misnamed(from, "The %s of %s would be named %q, which doesn't begin with a letter. Rename it.", kind, from.Address, meta.Name)
	}
	r.names[key] = from
	r.objects = append(r.objects, x)
}

// misnamed reports the name of a block, once: its objects have the same one.
func (r *renderer) misnamed(from manifest.Origin, format string, args ...any) {
	if r.reported[from.Address] {
		return
	}
	r.reported[from.Address] = true
	r.diags = append(r.diags, ruleName.At(from.Range, format, args...))
}

// meta is the metadata of an object of a service, nil for one of the system.
func (r *renderer) meta(name string, s *manifest.Service) metav1.ObjectMeta {
	labels := map[string]string{
		"app.kubernetes.io/part-of":    r.part(),
		"app.kubernetes.io/managed-by": "omegagen",
	}
	if s != nil {
		labels["app.kubernetes.io/name"] = Name(s.Name)
		labels["app.kubernetes.io/instance"] = r.part()
	}
	return metav1.ObjectMeta{Name: name, Namespace: Namespace(r.m), Labels: labels}
}

// part is the system's name as the value of a label.
func (r *renderer) part() string { return Name(r.m.System.Project()) }

// selector are the labels by which a service's pods are found.
func (r *renderer) selector(s *manifest.Service) map[string]string {
	return map[string]string{"app.kubernetes.io/name": Name(s.Name), "app.kubernetes.io/instance": r.part()}
}

func (r *renderer) namespace() {
	meta := r.meta(Namespace(r.m), nil)
	meta.Namespace = ""
	level := string(r.settings.PodSecurity)
	for _, mode := range []string{"enforce", "audit", "warn"} {
		meta.Labels["pod-security.kubernetes.io/"+mode] = level
	}
	o := &corev1.Namespace{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: meta}
	from := r.settings.Origin
	r.add(o, &o.ObjectMeta, "Namespace", from, nil)
	if r.settings.Reason != "" {
		last := &r.objects[len(r.objects)-1]
		last.Comment += "\npod security " + level + ": " + r.settings.Reason
	}
}

// account is the identity of all pods. None of them asks the API server, so there is no token.
func (r *renderer) account() {
	no := false
	o := &corev1.ServiceAccount{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"}, ObjectMeta: r.meta(r.part(), nil), AutomountServiceAccountToken: &no,
	}
	r.add(o, &o.ObjectMeta, "ServiceAccount", r.m.System.Origin, nil)
}

// secrets checks the names of the Secrets, which aren't in the kit.
func (r *renderer) secrets() {
	firsts := map[string]*manifest.Secret{}
	for _, x := range r.m.Secrets {
		name := SecretName(x)
		if first := firsts[name]; first != nil && first.EnvVar != x.EnvVar { // equal ones are OG103
			r.misnamed(x.Origin, "The Secret of %s would be named %q, as that of %s is. Rename one of them.", x.Address, name, first.Address)
		} else if len(validation.IsDNS1123Subdomain(name)) > 0 {
			r.misnamed(x.Origin, "The Secret of %s would be named %q. Use letters and digits, and at most %d characters.", x.Address, name, validation.DNS1123SubdomainMaxLength)
		}
		firsts[name] = x
	}
}

// provenance is kit.From, also of a block without a name.
func provenance(address string) string {
	if !strings.Contains(address, ".") {
		return "from " + address
	}
	return kit.From(address)
}

// artifacts are the files: one for each object, or one for each service in a large system.
func (r *renderer) artifacts() []kit.Artifact {
	byFile := map[string][]object{}
	for _, o := range r.objects {
		name := strings.ToLower(o.Kind) + "-" + o.Name + ".yaml"
		if o.Kind == "Namespace" {
			name = "namespace.yaml"
		}
		if len(r.objects) > maxFiles && o.Owner != "" {
			name = "service-" + Name(o.Owner) + ".yaml"
		}
		byFile[name] = append(byFile[name], o)
	}
	var out []kit.Artifact
	var resources []string
	for name, objects := range byFile {
		resources = append(resources, name)
		a := kit.Artifact{Kind: kit.Kubernetes, Path: path.Join(kit.KubernetesDir, name)}
		var docs []Document
		for i, o := range objects {
			m, err := encode(o.Object)
			var b []byte
			if text, c, found := unsendable(m); found {
				from := r.names[o.Kind+"/"+o.Name]
				r.diags = append(r.diags, ruleText.At(from.Range, "The %s of %s has the character %U in %.60q, which the API server doesn't read as it is. Write it in another way, such as in base64, or remove it.", o.Kind, from.Address, c, text))
				continue
			}
			if err == nil {
				header := o.Comment
				if i == 0 {
					header = kit.Header(r.m.System.Name) + "\n" + header
				}
				b, err = yaml.Marshal(header, m)
			}
			if err != nil {
				r.diags = append(r.diags, ruleText.At(r.m.System.Range, "Cannot write %s: %s.", a.Path, err))
				continue
			}
			if i > 0 {
				a.Content = append(a.Content, "---\n"...)
			}
			a.Content = append(a.Content, b...)
			docs = append(docs, o.Document)
			a.Sources = append(a.Sources, o.sources...)
		}
		slices.Sort(a.Sources)
		a.Sources, a.Doc = slices.Compact(a.Sources), docs
		out = append(out, a)
	}
	slices.SortFunc(resources, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(byFile[a]), rank(byFile[b])), strings.Compare(a, b))
	})
	k := Kustomization{APIVersion: "kustomize.config.k8s.io/v1beta1", Kind: "Kustomization", SortOptions: SortOptions{Order: "fifo"}, Resources: resources}
	b, err := yaml.Marshal(kit.Header(r.m.System.Name), k)
	if err != nil {
		r.diags = append(r.diags, ruleText.At(r.m.System.Range, "Cannot write the kustomization: %s.", err))
	}
	out = append(out, kit.Artifact{Kind: kit.Kubernetes, Path: path.Join(kit.KubernetesDir, "kustomization.yaml"), Content: b, Doc: k, Sources: []string{r.m.System.Address}})
	sort.Slice(out, func(i, j int) bool { return out[i].Path < out[j].Path })
	return out
}

// order is that of the kinds in the kustomization: what others need is there before them, and no pod runs before
// the policies that it is under.
var order = []string{"Namespace", "ServiceAccount", "NetworkPolicy", "ConfigMap", "PersistentVolumeClaim", "Service", "Deployment", "StatefulSet", "Job", "PodDisruptionBudget", "Ingress"}

// rank is where a file with these objects is in the order: at the end, if they are all of a service, or of a kind
// that nothing waits for.
func rank(objects []object) int {
	if i := slices.Index(order, objects[0].Kind); i >= 0 && len(objects) == 1 {
		return i
	}
	return len(order)
}

// Kustomization lists the files, in the order in which they can be applied, which kustomize keeps.
type Kustomization struct {
	APIVersion  string      `yaml:"apiVersion"`
	Kind        string      `yaml:"kind"`
	SortOptions SortOptions `yaml:"sortOptions"`
	Resources   []string    `yaml:"resources"`
}

// SortOptions says in which order kustomize prints the objects.
type SortOptions struct {
	Order string `yaml:"order"`
}
