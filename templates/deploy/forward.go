package deploy

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/manifest"
	objects "github.com/omegagen/omegagen/templates/kubernetes"
)

// forwarding is how a script on Kubernetes reaches a host port of a service, at the same address as on Compose: deploy.sh forwards
// it from this machine to the service's port in the cluster.
type forwarding struct {
	host, port int
	service    string // the Service of the pod
}

// forwardings are those of the host ports of all services, by their number here.
func forwardings(m *manifest.Manifest) []forwarding {
	var out []forwarding
	for _, sv := range m.Services {
		if sv.Oneshot {
			continue
		}
		for _, i := range sv.Instances {
			name := manifest.ObjectName(sv.Name)
			if objects.Named(sv) {
				name = manifest.ObjectName(i.Name)
			}
			for _, p := range i.Ports {
				if p.Host == 0 || p.Last != 0 || p.Protocol == "udp" {
					continue
				}
				out = append(out, forwarding{p.Host, p.Container, name})
			}
		}
	}
	slices.SortFunc(out, func(a, b forwarding) int { return a.host - b.host })
	return slices.CompactFunc(out, func(a, b forwarding) bool { return a.host == b.host })
}

// forwards are the runtime's calls for the ports that a script connects to: in its own text, in its environment, or in a file
// of the kit that it names.
func (s *script) forwards(vars []manifest.EnvVar, script manifest.Text, at hcl.Range) [][]value {
	if !s.cluster() {
		return nil
	}
	texts := []string{ScriptText(script)}
	for _, e := range vars {
		texts = append(texts, ScriptText(e.Value))
	}
	texts = s.withFiles(texts)
	if slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, manifest.KubectlVariable) }) {
		s.rights["create pods/exec"] = true
	}
	here := make([]string, len(texts))
	for i, text := range texts {
		here[i] = withoutPods(text)
	}
	var out [][]value
	for _, f := range s.forwarded {
		address := manifest.ForwardAddress + ":" + strconv.Itoa(f.host)
		if slices.ContainsFunc(here, func(text string) bool { return connects(text, address) }) {
			s.rights["create pods/portforward"] = true
			out = append(out, words(at, "forward", strconv.Itoa(f.host), f.service, strconv.Itoa(f.port)))
		}
	}
	return out
}

// withFiles adds the files of the kit that the texts name, and those that these name.
func (s *script) withFiles(texts []string) []string {
	seen := map[string]bool{}
	for n := 0; n < len(texts); n++ {
		for _, path := range s.paths {
			if _, ours := s.custom[path]; ours && !seen[path] && strings.Contains(texts[n], path) {
				seen[path] = true
				texts = append(texts, s.custom[path])
			}
		}
	}
	return texts
}

// withoutPods is a shell script without the commands that run in pods, where the same address is that of the pod. A text that isn't
// one stays as it is.
func withoutPods(text string) string {
	if !strings.Contains(text, manifest.KubectlVariable) {
		return text
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil {
		return text
	}
	left := []byte(text)
	syntax.Walk(file, func(n syntax.Node) bool {
		call, ok := n.(*syntax.CallExpr)
		if !ok || len(call.Args) < 2 || call.Args[1].Lit() != "exec" {
			return true
		}
		from, to := call.Pos().Offset(), call.End().Offset()
		if !strings.HasPrefix(text[from:], manifest.KubectlVariable) {
			return true
		}
		for i := from; i < to; i++ {
			left[i] = ' '
		}
		return false
	})
	return string(left)
}

// connects reports whether a text has an address, not only as the beginning of a longer one.
func connects(text, address string) bool {
	for {
		_, rest, found := strings.Cut(text, address)
		if !found {
			return false
		}
		if rest == "" || rest[0] < '0' || rest[0] > '9' {
			return true
		}
		text = rest
	}
}
