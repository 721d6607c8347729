package kubernetes

import (
	"regexp"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// maxName is the length of a DNS label (RFC 1123), which the names of services and the values of labels are.
const maxName = 63

// validName is what the name of every kind of object can be, also that of a Service (RFC 1035).
var validName = regexp.MustCompile(`^[a-z]([-a-z0-9]*[a-z0-9])?$`)

// Name is the name of an object for a name of the manifest: in lower case, with - for _.
func Name(name string) string {
	return strings.Trim(strings.ReplaceAll(strings.ToLower(name), "_", "-"), "-")
}

// Namespace is where a system's objects are.
func Namespace(m *manifest.Manifest) string {
	if k := m.Kubernetes; k != nil && k.Namespace != "" {
		return k.Namespace
	}
	return Name(m.System.Project())
}
