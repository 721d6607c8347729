package kubernetes

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// maxName is the length of a DNS label (RFC 1123), which the names of services and the values of labels are.
const maxName = 63

// maxStateful is the length of a StatefulSet's name: the label controller-revision-hash of its pods is the name, a
// hyphen and a checksum of up to ten characters, and without room for it no pod is made.
const maxStateful = maxName - 11

// validName is what the name of every kind of object can be, also that of a Service (RFC 1035).
var validName = regexp.MustCompile(`^[a-z]([-a-z0-9]*[a-z0-9])?$`)

// Name is the name of an object for a name of the manifest: in lower case, with - for _.
func Name(name string) string { return manifest.ObjectName(name) }

// Namespace is where a system's objects are.
func Namespace(m *manifest.Manifest) string {
	return m.Namespace()
}

// volumeName is the name of a volume of a pod for the name of another object, which may be longer.
func volumeName(name string) string {
	if len(name) <= maxName {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return strings.TrimRight(name[:40], "-.") + "-" + hex.EncodeToString(sum[:5])
}

// reserved are the names of volumes that the renderer makes itself.
var reserved = regexp.MustCompile(`^(tmp-[0-9]+|tmpfs-[0-9]+|anonymous-[0-9]+|scratch-[0-9]+|shm|secret-.*|files-.*|volume-.*)$`)

// podVolume is the name of a volume in a pod.
func podVolume(v *manifest.Volume) string {
	if name := Name(v.Name); !reserved.MatchString(name) {
		return name
	}
	return "volume-" + Name(v.Name)
}

// generatedPort is the form of the names that namedPorts makes itself.
var generatedPort = regexp.MustCompile(`^p[0-9]+-(tcp|udp)$`)

// portKey is what makes a port of a container the same as another.
type portKey struct {
	number   int
	protocol string
}

func keyOf(p *manifest.Port) portKey { return portKey{p.Container, p.Protocol} }

// namedPorts are the ports of a replica, each port of a range for itself, and a port that is published at several
// ports of the host once; and their names: those of the manifest, if they are names on Kubernetes, too (up to 15
// characters with a letter, without double hyphens), and no earlier port has them.
func namedPorts(i *manifest.Instance) (ports []*manifest.Port, names map[portKey]string) {
	names = map[portKey]string{}
	taken := map[string]bool{}
	for _, written := range i.Ports {
		for _, p := range written.Each() {
			if _, ok := names[keyOf(p)]; ok {
				continue
			}
			name := Name(p.Name)
			if taken[name] || len(validation.IsValidPortName(name)) > 0 || generatedPort.MatchString(name) {
				name = "p" + strconv.Itoa(p.Container) + "-" + p.Protocol
			}
			ports, names[keyOf(p)], taken[name] = append(ports, p), name, true
		}
	}
	return ports, names
}
