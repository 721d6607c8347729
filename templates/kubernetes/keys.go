package kubernetes

import (
	"fmt"
	"maps"
	"math/big"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/docker/go-units"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// podKeys are the keys of Compose that a pod can be told. Each sets what a value says, and reports why it can't:
// "" for success. Values are those of Compose's short and long forms.
var podKeys = map[string]func(value any, pod *corev1.PodTemplateSpec, c *corev1.Container) string{
	"working_dir": func(value any, _ *corev1.PodTemplateSpec, c *corev1.Container) string {
		c.WorkingDir = plainText(value)
		return ""
	},
	"tty": func(value any, _ *corev1.PodTemplateSpec, c *corev1.Container) string {
		c.TTY = value == true
		return ""
	},
	"stdin_open": func(value any, _ *corev1.PodTemplateSpec, c *corev1.Container) string {
		c.Stdin = value == true
		return ""
	},
	"annotations": func(value any, pod *corev1.PodTemplateSpec, _ *corev1.Container) string {
		for _, kv := range pairsOf(value, "=") {
			if !annotationName(kv.Key) {
				return fmt.Sprintf("%q can't be the name of an annotation", kv.Key)
			}
			pod.Annotations[kv.Key] = kv.Value
		}
		return ""
	},
	"group_add":   supplementalGroups,
	"extra_hosts": hostAliases,
	"dns_search": func(value any, pod *corev1.PodTemplateSpec, _ *corev1.Container) string {
		dnsOf(pod).Searches = stringsOf(value)
		return ""
	},
	"dns_opt": func(value any, pod *corev1.PodTemplateSpec, _ *corev1.Container) string {
		for _, option := range stringsOf(value) {
			name, setting, found := strings.Cut(option, ":")
			o := corev1.PodDNSConfigOption{Name: name}
			if found {
				o.Value = &setting
			}
			dnsOf(pod).Options = append(dnsOf(pod).Options, o)
		}
		return ""
	},
	"pull_policy": func(value any, _ *corev1.PodTemplateSpec, c *corev1.Container) string {
		policy, ok := pullPolicies[plainText(value)]
		if !ok {
			return fmt.Sprintf("the cluster pulls images always, never, or if they are missing, not %q", plainText(value))
		}
		c.ImagePullPolicy = policy
		return ""
	},
	"mem_reservation": func(value any, _ *corev1.PodTemplateSpec, c *corev1.Container) string {
		size, err := units.RAMInBytes(plainText(value))
		if err != nil {
			return fmt.Sprintf("%q isn't a size such as 64m", plainText(value))
		}
		if c.Resources.Requests == nil {
			c.Resources.Requests = corev1.ResourceList{}
		}
		c.Resources.Requests[corev1.ResourceMemory] = *resource.NewQuantity(size, resource.BinarySI)
		return ""
	},
	"platform": func(value any, pod *corev1.PodTemplateSpec, _ *corev1.Container) string {
		parts := strings.Split(plainText(value), "/")
		if len(parts) < 2 {
			return "it isn't an operating system and an architecture, such as linux/arm64"
		}
		pod.Spec.NodeSelector[corev1.LabelOSStable], pod.Spec.NodeSelector[corev1.LabelArchStable] = parts[0], parts[1]
		return ""
	},
	"stop_grace_period": func(value any, pod *corev1.PodTemplateSpec, c *corev1.Container) string {
		d, err := time.ParseDuration(plainText(value))
		if err != nil {
			return fmt.Sprintf("%q isn't a duration such as 1m30s", plainText(value))
		}
		grace := int64(seconds(d, 1))
		if c.Lifecycle != nil {
			grace += drainSeconds
		}
		pod.Spec.TerminationGracePeriodSeconds = &grace
		return ""
	},
	"tmpfs": temporary,
}

var pullPolicies = map[string]corev1.PullPolicy{
	"always": corev1.PullAlways, "missing": corev1.PullIfNotPresent, "if_not_present": corev1.PullIfNotPresent, "never": corev1.PullNever,
}

// composeKeys sets in a pod what the service's keys of Compose say.
func (r *renderer) composeKeys(pod *corev1.PodTemplateSpec, s *manifest.Service, i *manifest.Instance) {
	keys := keysOf(s, i)
	for _, k := range sortedKeys(keys) {
		set := podKeys[k]
		if set == nil {
			continue
		}
		value, at := s.ComposeKey(k), keys[k].Range
		if own := i.Compose[k]; own != nil && keys[k] == own {
			value = own.Value
		}
		r.plain(s, k, at, slices.Concat(stringsOf(value), mapStrings(value))...)
		if why := set(value, pod, &pod.Spec.Containers[0]); why != "" {
			r.diags = append(r.diags, ruleNoCounterpart.At(at, "%s sets %s to what a pod can't be told: %s. Change or remove it for this target.", s.Address, k, why))
		}
	}
}

// keysOf are the keys of Compose that a replica has, each with what says it last.
func keysOf(s *manifest.Service, i *manifest.Instance) map[string]*manifest.Passthrough {
	keys := maps.Clone(s.Compose)
	if keys == nil {
		keys = map[string]*manifest.Passthrough{}
	}
	maps.Copy(keys, i.Compose)
	if s.ComposeNew != nil {
		m, _ := s.ComposeNew.Value.(map[string]any)
		for k := range m {
			keys[k] = s.ComposeNew
		}
	}
	return keys
}

// supplementalGroups are numbers: a node doesn't know the names of an image's groups.
func supplementalGroups(value any, pod *corev1.PodTemplateSpec, _ *corev1.Container) string {
	for _, group := range stringsOf(value) {
		gid, err := strconv.ParseInt(group, 10, 32)
		if err != nil {
			return fmt.Sprintf("%q isn't the number of a group, and names are known in the image alone", group)
		}
		pod.Spec.SecurityContext.SupplementalGroups = append(pod.Spec.SecurityContext.SupplementalGroups, gid)
	}
	return ""
}

// hostAliases are lines of /etc/hosts, one for each address, by which the API tells them apart.
func hostAliases(value any, pod *corev1.PodTemplateSpec, _ *corev1.Container) string {
	for _, kv := range pairsOf(value, "=:") {
		ip := strings.Trim(kv.Value, "[]")
		if ip == "host-gateway" {
			return "a pod has no name for the host, which may be any node"
		}
		if _, err := netip.ParseAddr(ip); err != nil {
			return fmt.Sprintf("%q isn't an IP address", ip)
		}
		at := slices.IndexFunc(pod.Spec.HostAliases, func(a corev1.HostAlias) bool { return a.IP == ip })
		if at < 0 {
			at = len(pod.Spec.HostAliases)
			pod.Spec.HostAliases = append(pod.Spec.HostAliases, corev1.HostAlias{IP: ip})
		}
		pod.Spec.HostAliases[at].Hostnames = append(pod.Spec.HostAliases[at].Hostnames, kv.Key)
	}
	return ""
}

// temporary are folders in memory, with a size at most: Compose's short form PATH[:OPTIONS].
func temporary(value any, pod *corev1.PodTemplateSpec, c *corev1.Container) string {
	for n, entry := range stringsOf(value) {
		target, options, _ := strings.Cut(entry, ":")
		size := int64(0)
		for _, option := range strings.Split(options, ",") {
			name, setting, _ := strings.Cut(option, "=")
			switch name {
			case "", "rw", "noexec", "nosuid", "nodev":
				continue
			case "size":
				var err error
				if size, err = units.RAMInBytes(setting); err != nil {
					return fmt.Sprintf("%q isn't a size such as 64m", setting)
				}
			default:
				return fmt.Sprintf("a temporary folder has a size, but no %s", name)
			}
		}
		name := fmt.Sprintf("tmpfs-%d", n)
		c.VolumeMounts = slices.DeleteFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return m.MountPath == target }) // the default's
		pod.Spec.Volumes = append(pod.Spec.Volumes, corev1.Volume{Name: name, VolumeSource: tmpfs(size)})
		c.VolumeMounts = append(c.VolumeMounts, corev1.VolumeMount{Name: name, MountPath: target})
	}
	return ""
}

// plainText is a string, a bool or a number as it was written.
func plainText(value any) string {
	if n, ok := value.(*big.Rat); ok {
		return text.Number(n)
	}
	return fmt.Sprint(value)
}

func dnsOf(pod *corev1.PodTemplateSpec) *corev1.PodDNSConfig {
	if pod.Spec.DNSConfig == nil {
		pod.Spec.DNSConfig = &corev1.PodDNSConfig{}
	}
	return pod.Spec.DNSConfig
}

// stringsOf are the elements of a list, or a single value.
func stringsOf(value any) []string {
	switch v := value.(type) {
	case []any:
		var out []string
		for _, e := range v {
			out = append(out, plainText(e))
		}
		return out
	case map[string]any:
		return nil
	}
	return []string{plainText(value)}
}

// mapStrings are the values of a map, sorted by key.
func mapStrings(value any) []string {
	var out []string
	m, _ := value.(map[string]any)
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, stringsOf(m[k])...)
	}
	return out
}

// pairsOf are those of a map, whose values may be lists, or of a list of texts with one of the separators.
func pairsOf(value any, separators string) []manifest.KeyValue {
	var out []manifest.KeyValue
	if m, ok := value.(map[string]any); ok {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			for _, v := range stringsOf(m[k]) {
				out = append(out, manifest.KeyValue{Key: k, Value: v})
			}
		}
		return out
	}
	for _, entry := range stringsOf(value) {
		key, setting := entry, ""
		if at := strings.IndexAny(entry, separators); at >= 0 {
			key, setting = entry[:at], entry[at+1:]
		}
		out = append(out, manifest.KeyValue{Key: key, Value: setting})
	}
	return out
}
