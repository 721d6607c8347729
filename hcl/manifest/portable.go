package manifest

import (
	"net"
	"strings"
)

// Namespace is the namespace of the kit's objects on Kubernetes.
func (m *Manifest) Namespace() string {
	if k := m.Kubernetes; k != nil && k.Namespace != "" {
		return k.Namespace
	}
	return m.System.Namespace()
}

// Namespace is the namespace of a system whose target says none.
func (s *System) Namespace() string { return ObjectName(s.Project()) }

// Reachable is the address at which the host reaches a port that is bound to an address.
func Reachable(bind string) string {
	ip := net.ParseIP(bind)
	switch {
	case ip == nil || ip.IsUnspecified() && ip.To4() != nil:
		return "127.0.0.1"
	case ip.IsUnspecified():
		return "[::1]"
	case ip.To4() == nil:
		return "[" + bind + "]"
	}
	return bind
}

// ForwardAddress is the address at which scripts reach the host ports of services on Kubernetes: deploy.sh forwards them.
const ForwardAddress = "127.0.0.1"

// KubectlVariable begins each command for the cluster in a script.
const KubectlVariable = "${KUBECTL:-"

// kubectl is the command for the cluster and the namespace in scripts: deploy.sh sets KUBECTL, with the context. By hand it is
// that of kubectl's current context.
func kubectl(namespace string) string { return KubectlVariable + plainKubectl(namespace) + "}" }

func plainKubectl(namespace string) string { return "kubectl --namespace " + namespace }

// KubernetesExec is the prefix of a command that runs in a pod: the first one of the Service of that name.
func KubernetesExec(namespace, name string) string {
	return kubectl(namespace) + " exec -i service/" + ObjectName(name) + " --"
}

// ComposeExec is the prefix of a command that runs in a container. Where Compose chooses the container's name, Compose finds it.
func ComposeExec(service, container string) string {
	if container == "" {
		return "docker compose exec -T " + service
	}
	return "docker exec -i " + container
}

// ForPeople is a script as somebody runs it who isn't deploy.sh.
func (m *Manifest) ForPeople(script string) string {
	if m.Target != TargetKubernetes {
		return script
	}
	return strings.ReplaceAll(script, kubectl(m.Namespace()), plainKubectl(m.Namespace()))
}
