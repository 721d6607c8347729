package manifest

import "strings"

// TargetName is a kind of place that a kit is built for.
type TargetName string

// The targets; TargetCompose is the default.
const (
	TargetCompose    TargetName = "compose"
	TargetKubernetes TargetName = "kubernetes"
)

// Targets are all of them.
var Targets = []TargetName{TargetCompose, TargetKubernetes}

// Kubernetes is what only a kit for Kubernetes needs to know: the block target "kubernetes".
type Kubernetes struct {
	Origin
	Namespace    string // "": the project's name
	Registry     string // from which the cluster pulls built images, with a path or without; "" if none is built here
	StorageClass string // of claims; "": the cluster's default
	PodSecurity  PodSecurity
	Reason       string // why PodSecurity isn't restricted
	NodeSelector []KeyValue
	Egress       []*Service // that connect to addresses outside of the system
	Ingress      *Ingress   // nil: published ports aren't reachable from outside the cluster
	Claims       []*Claim   // sorted by the volume's name
	Runner       *Image     // of the pod from which ports are probed; nil: there is none
	Context      string     // of kubectl's configuration; "": deploy.sh is told, or knows the cluster
	At           Ranges
}

// PodSecurity is a level of the Pod Security Standards.
type PodSecurity string

// The levels, from the strictest; PodSecurityRestricted is the default.
const (
	PodSecurityRestricted PodSecurity = "restricted"
	PodSecurityBaseline   PodSecurity = "baseline"
	PodSecurityPrivileged PodSecurity = "privileged"
)

// PodSecurities are all levels.
var PodSecurities = []PodSecurity{PodSecurityRestricted, PodSecurityBaseline, PodSecurityPrivileged}

// Ingress is how published HTTP ports are reached from outside the cluster.
type Ingress struct {
	Origin
	Class       string     // of the IngressClass; "": the cluster's default
	Domain      string     // each port is published as SERVICE.Domain
	TLSSecret   string     // the Secret of the certificate, which exists; "": plain HTTP
	Annotations []KeyValue // for the controller
}

// Claim is what a volume asks of the cluster's storage.
type Claim struct {
	Origin
	Volume       *Volume
	Size         int64  // bytes
	Shared       bool   // several pods on different nodes write to it
	StorageClass string // "": that of the target
}

// DefaultClaimSize is the size of volumes without a claim block.
const DefaultClaimSize = 8 << 30

// ObjectName is the name of an object of the cluster for a name of the manifest: in lower case, with - for _.
func ObjectName(name string) string {
	return strings.Trim(strings.ReplaceAll(strings.ToLower(name), "_", "-"), "-")
}

// ClusterReference is the name by which a cluster's nodes pull an image: of a built one in its own registry, or
// in that of the target. Without either it is its tag, which no node can pull.
func (m *Manifest) ClusterReference(i *Image) string {
	switch k := m.Kubernetes; {
	case !i.Built() || i.Push != "":
		return i.Reference()
	case k == nil || k.Registry == "":
		return i.Tag
	default:
		return strings.TrimRight(k.Registry, "/") + "/" + i.Tag
	}
}
