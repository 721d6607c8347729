// Package target decodes what only some targets need to know: the blocks target "NAME".
package target

import (
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var (
	ruleUnknown = diag.Error("OG430", "Target without settings",
		"Settings are possible for the target \"kubernetes\" only: everything about Docker Compose is in the other blocks.")
	ruleInvalidName = diag.Error("OG431", "Invalid Kubernetes name",
		"Names of namespaces and of other objects are DNS names: lower-case letters, digits and -, up to 63 characters (RFC 1123).")
	rulePodSecurity = diag.Error("OG432", "Reduced pod security without a reason",
		"Pods run under the standard \"restricted\". A weaker level requires `pod_security_reason`, which stands in the namespace's file.")
	ruleClaim = diag.Error("OG433", "Invalid claim",
		"A volume has one claim, of a positive size. An external volume has none.")
	ruleAbsent = diag.Error("OG434", "Not there on this target",
		"What says `targets` is left out on the others, so nothing that is there can need it. Either both say the same `targets`, or what reads it depends on `target.name`.")
)

// Package lists the blocks.
func Package() lang.Package {
	return lang.Package{Specs: []*lang.BlockSpec{spec()}, Finish: finish, Last: leaveOut}
}

// finish checks claims against their volumes, which are decoded after the target.
func finish(p *lang.Evaluation) {
	if p.Manifest.Kubernetes == nil {
		return
	}
	for _, c := range p.Manifest.Kubernetes.Claims {
		if c.Volume.External {
			p.Errorf(ruleClaim, c.Range, "%s is external: its claim exists already. Remove this one.", c.Volume.Address)
		}
	}
}

func spec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "target", Labels: []lang.Label{{Name: "name", Doc: "The target: \"kubernetes\"."}}, NoRef: true,
		Doc: "What only one target needs to know; `omegagen build --target kubernetes` reads that of Kubernetes.",
		Attrs: []lang.Attr{
			{Name: "namespace", Type: lang.String, Doc: "The namespace of all objects. Default: the name of the system, in lower case."},
			{Name: "registry", Type: lang.String, Doc: "The registry from which the cluster pulls the images that the kit builds, such as \"registry.example.org/shop\". An image with `push` has its own."},
			{Name: "storage_class", Type: lang.String, Doc: "The storage class of the volumes. Default: the cluster's own default."},
			{Name: "pod_security", Type: lang.String, Default: "\"restricted\"", Values: manifest.Words(manifest.PodSecurities...), Doc: "The Pod Security Standard that the namespace enforces."},
			{Name: "pod_security_reason", Type: lang.String, Doc: "Why it isn't \"restricted\"."},
			{Name: "egress", Type: lang.RefsTo("service"), Doc: "Services that connect to addresses outside of the system, which the network policies otherwise deny. The Alertmanager of the manifest does anyway, and so do Prometheus and Grafana at the port of an external one."},
			{Name: "runner", Type: lang.RefTo("image"), Doc: "The image of the pod in which deploy.sh runs probes of ports: it has sh and curl."},
			{Name: "context", Type: lang.String, Doc: "The context of kubectl's configuration that deploy.sh uses. Default: that of --context, which the first deployment needs."},
			{Name: "node_selector", Type: lang.StringMap, Doc: "Labels of the nodes on which the pods run."},
		},
		Blocks: []*lang.BlockSpec{ingressSpec(), claimSpec()},
		Decode: decode,
	}
}

func ingressSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "ingress", Max: 1, NoRef: true,
		Doc: "Publishes the HTTP ports that have a `host` port on Compose, each as SERVICE.DOMAIN. Without it they are reachable only in the cluster.",
		Attrs: []lang.Attr{
			{Name: "domain", Type: lang.String, Required: true, Doc: "The domain below which the services are published."},
			{Name: "class", Type: lang.String, Doc: "The ingress class. Default: the cluster's own default."},
			{Name: "tls_secret", Type: lang.String, Doc: "The Secret with the certificate, which must exist. Default: plain HTTP."},
			{Name: "annotations", Type: lang.StringMap, Doc: "Annotations for the ingress controller."},
		},
	}
}

func claimSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "claim", Labels: []lang.Label{{Name: "name", Doc: "The name of the claim, for people."}}, NoRef: true,
		Doc: "What a volume asks of the cluster's storage. A volume without a claim asks for 8 GiB that one node at a time may write to.",
		Attrs: []lang.Attr{
			{Name: "volume", Type: lang.RefTo("volume"), Required: true, Doc: "The volume."},
			{Name: "size", Type: lang.Bytes, Default: "\"8GB\"", Doc: "Its size."},
			{Name: "shared", Type: lang.Bool, Default: "false", Doc: "Pods on several nodes write to it (ReadWriteMany), which the storage class must support."},
			{Name: "storage_class", Type: lang.String, Doc: "The storage class. Default: that of the target."},
		},
	}
}

var label = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

func decode(b *lang.Block) {
	p := b.Evaluation()
	if b.Name != string(manifest.TargetKubernetes) {
		p.Errorf(ruleUnknown, b.LabelRange(), "There is no target %q with settings. Write target \"kubernetes\", or remove the block.", b.Name)
		return
	}
	k := &manifest.Kubernetes{
		Origin: b.Origin(), Namespace: b.String("namespace"), Registry: b.String("registry"), StorageClass: b.String("storage_class"),
		PodSecurity: manifest.PodSecurity(b.String("pod_security")), Reason: b.String("pod_security_reason"), NodeSelector: b.StringMap("node_selector"),
	}
	k.At = manifest.Ranges{"registry": b.AttrRange("registry"), "pod_security": b.AttrRange("pod_security")}
	k.Context = b.String("context")
	if f, ok := lang.Ref[*manifest.Image](b, "runner"); ok {
		k.Runner = f.Value
		k.At["runner"] = f.Range
	}
	for _, f := range lang.Refs[*manifest.Service](b, "egress") {
		k.Egress = append(k.Egress, f.Value)
	}
	p.Manifest.Kubernetes = k
	if k.Namespace != "" && !label.MatchString(k.Namespace) {
		p.Errorf(ruleInvalidName, b.AttrRange("namespace"), "%q is not a valid name of a namespace. Use lower-case letters, digits and -, such as \"shop-prod\".", k.Namespace)
	}
	checkNames(b, k)
	if k.PodSecurity != manifest.PodSecurityRestricted && k.Reason == "" && !b.Failed("pod_security", "pod_security_reason") {
		p.Errorf(rulePodSecurity, b.AttrRange("pod_security"), "Pods may do more under %q than under \"restricted\". Say why: pod_security_reason = \"…\".", k.PodSecurity)
	}
	if i := b.Block("ingress"); i != nil {
		k.Ingress = &manifest.Ingress{Origin: i.Origin(), Class: i.String("class"), Domain: i.Filled("domain"), TLSSecret: i.String("tls_secret"), Annotations: i.StringMap("annotations")}
		checkIngress(i, k.Ingress)
	}
	claimed := map[*manifest.Volume]bool{}
	for _, cb := range b.Blocks("claim") {
		volume, _ := lang.Ref[*manifest.Volume](cb, "volume")
		c := &manifest.Claim{Origin: cb.Origin(), Volume: volume.Value, Size: cb.Bytes("size"), Shared: cb.Bool("shared"), StorageClass: cb.String("storage_class")}
		checkName(cb, "storage_class", "a storage class", c.StorageClass)
		switch {
		case c.Volume == nil:
			continue
		case claimed[c.Volume]:
			p.Errorf(ruleClaim, cb.AttrRange("volume"), "%s has two claims. Remove one of them.", c.Volume.Address)
		case c.Size <= 0 && !cb.Failed("size"):
			p.Errorf(ruleClaim, cb.AttrRange("size"), "A claim's size must be positive, such as \"20GB\".")
		}
		claimed[c.Volume] = true
		k.Claims = append(k.Claims, c)
	}
}

// checkName reports the value of an argument that can't name an object.
func checkName(b *lang.Block, attr, what, value string) {
	if value != "" && len(validation.IsDNS1123Subdomain(value)) > 0 {
		b.Evaluation().Errorf(ruleInvalidName, b.AttrRange(attr), "%q is not a valid name of %s. Use lower-case letters, digits, - and dots.", value, what)
	}
}

// checkNames checks what names other objects than the namespace.
func checkNames(b *lang.Block, k *manifest.Kubernetes) {
	checkName(b, "storage_class", "a storage class", k.StorageClass)
	for _, kv := range k.NodeSelector {
		switch {
		case len(validation.IsQualifiedName(kv.Key)) > 0:
			b.Evaluation().Errorf(ruleInvalidName, b.AttrRange("node_selector"), "No label of a node is named %q. A name has up to 63 letters, digits, -, _ and dots, after a domain and / if it has one, as in \"example.org/disk\".", kv.Key)
		case len(validation.IsValidLabelValue(kv.Value)) > 0:
			b.Evaluation().Errorf(ruleInvalidName, b.AttrRange("node_selector"), "The label %s of a node can't be %q. A value has up to 63 letters, digits, -, _ and dots, and begins and ends with a letter or digit.", kv.Key, kv.Value)
		}
	}
}

func checkIngress(b *lang.Block, i *manifest.Ingress) {
	checkName(b, "class", "an ingress class", i.Class)
	checkName(b, "tls_secret", "a Secret", i.TLSSecret)
	checkName(b, "domain", "a domain", i.Domain)
	for _, kv := range i.Annotations {
		if len(validation.IsQualifiedName(strings.ToLower(kv.Key))) > 0 {
			b.Evaluation().Errorf(ruleInvalidName, b.AttrRange("annotations"), "No annotation is named %q. A name has up to 63 letters, digits, -, _ and dots, after a domain and / if it has one, as in \"nginx.ingress.kubernetes.io/proxy-body-size\".", kv.Key)
		}
	}
}
