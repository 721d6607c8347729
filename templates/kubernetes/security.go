package kubernetes

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// container is what a service's container may do.
func (r *renderer) container(s *manifest.Service) *corev1.SecurityContext {
	h := s.Hardening
	escalate := !h.NoNewPrivileges
	c := &corev1.SecurityContext{AllowPrivilegeEscalation: &escalate}
	if h.ReadOnly {
		yes := true
		c.ReadOnlyRootFilesystem = &yes
	}
	restricted := r.settings.PodSecurity == manifest.PodSecurityRestricted
	if restricted {
		no := false
		c.AllowPrivilegeEscalation = &no
	}
	if restricted || h.DropCaps || len(h.CapAdd) > 0 {
		c.Capabilities = &corev1.Capabilities{}
		if restricted || h.DropCaps {
			c.Capabilities.Drop = []corev1.Capability{"ALL"}
		}
		for _, name := range h.CapAdd {
			if restricted && name != "NET_BIND_SERVICE" && r.runsAs(s) != nil {
				continue // what the image's entrypoint needs as root
			}
			c.Capabilities.Add = append(c.Capabilities.Add, corev1.Capability(name))
		}
	}
	r.capabilities(c, s)
	return c
}

// capabilities adds what the service's keys of Compose cap_add and cap_drop say.
func (r *renderer) capabilities(c *corev1.SecurityContext, s *manifest.Service) {
	keys := keysOf(s, s.Instances[0])
	for _, key := range []string{"cap_add", "cap_drop"} {
		if keys[key] == nil {
			continue
		}
		if c.Capabilities == nil {
			c.Capabilities = &corev1.Capabilities{}
		}
		for _, name := range stringsOf(s.ComposeKey(key)) {
			name = strings.TrimPrefix(strings.ToUpper(name), "CAP_")
			switch {
			case key == "cap_drop" && !slices.Contains(c.Capabilities.Drop, "ALL"):
				c.Capabilities.Drop = append(c.Capabilities.Drop, corev1.Capability(name))
			case key == "cap_drop": // among all
			case r.settings.PodSecurity == manifest.PodSecurityRestricted && name != "NET_BIND_SERVICE":
				r.diags = append(r.diags, ruleRoot.At(keys[key].Range, "%s adds the capability %s, but the pod security standard \"restricted\" allows NET_BIND_SERVICE alone. Remove it, or write pod_security = \"baseline\" or \"privileged\" in target \"kubernetes\", with a pod_security_reason.", s.Address, name))
			default:
				c.Capabilities.Add = append(c.Capabilities.Add, corev1.Capability(name))
			}
		}
	}
}

// user is who a service's processes are, and whose files they write.
func (r *renderer) user(s *manifest.Service) *corev1.PodSecurityContext {
	c := &corev1.PodSecurityContext{SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}}
	id := r.runsAs(s)
	restricted := r.settings.PodSecurity == manifest.PodSecurityRestricted
	if restricted {
		yes := true
		c.RunAsNonRoot = &yes
	}
	switch {
	case id != nil && id.uid != 0:
		c.RunAsUser = &id.uid
		if id.gid != nil {
			c.RunAsGroup, c.FSGroup = id.gid, id.gid
		} else {
			c.FSGroup = &id.uid
		}
	case restricted && id != nil:
		r.diags = append(r.diags, ruleRoot.At(s.Range, "%s runs as root. Set `user` in its harden block to another one, or lower pod_security in target \"kubernetes\", with the reason.", s.Address))
	case restricted && (s.Image == nil || s.Image.Facts == nil):
		r.diags = append(r.diags, ruleRoot.At(s.Range, "It isn't known as whom the image of %s runs, and \"restricted\" requires a number that isn't 0. Set `user` in its harden block, such as \"1000:1000\", or state it in `runtime` of the image.", s.Address))
	case restricted:
		r.diags = append(r.diags, ruleRoot.At(s.Range, "The image of %s starts as root, and it isn't known to run as another user. Set `user` in its harden block to one that it works with, or lower pod_security in target \"kubernetes\", with the reason.", s.Address))
	}
	return c
}

// identity is a user by number.
type identity struct {
	uid int64
	gid *int64
}

// runsAs is the user of a service's processes: what the manifest sets, otherwise the one that the image's facts
// know to work without root; nil if there is none.
func (r *renderer) runsAs(s *manifest.Service) *identity {
	if id := parseUser(s.Hardening.User); id != nil {
		return id
	}
	if s.Image == nil || s.Image.Facts == nil {
		return nil
	}
	f := s.Image.Facts
	for _, u := range f.RunsWithUser {
		if id := parseUser(u.User); id != nil && (u.FreshVolume || u.Condition == "default") {
			return id
		}
	}
	if f.User != nil {
		if id := parseUser(*f.User); id != nil && id.uid != 0 {
			return id
		}
	}
	if uid, ok := f.VerifiedUID(); ok && uid != 0 && f.GivesUpRoot() {
		if root, _ := f.Root(); !root {
			id := &identity{uid: int64(uid)}
			if f.Becomes.GID != nil {
				gid := int64(*f.Becomes.GID)
				id.gid = &gid
			}
			return id
		}
	}
	return nil
}

// parseUser reads UID[:GID]; nil unless both are numbers.
func parseUser(user string) *identity {
	u, g, both := strings.Cut(user, ":")
	uid, err := strconv.ParseInt(u, 10, 32)
	if err != nil {
		return nil
	}
	id := &identity{uid: uid}
	if both {
		gid, err := strconv.ParseInt(g, 10, 32)
		if err != nil {
			return nil
		}
		id.gid = &gid
	}
	return id
}

// plain reports strings with parameters, whose values are known when deploy.sh runs.
func (r *renderer) plain(s *manifest.Service, what string, at hcl.Range, strs ...string) []string {
	if found := manifest.ParametersOf(strs...); len(found) > 0 {
		r.diags = append(r.diags, ruleNoCounterpart.At(at, "%s of %s depends on the parameter %s, which the objects of a cluster can't read when they are applied. Use a variable.", what, s.Address, found[0]))
	}
	return strs
}

// seconds are those of a duration, at least 1, or a default.
func seconds(d time.Duration, none int32) int32 {
	if d == 0 {
		return none
	}
	return max(1, int32((d+time.Second-1)/time.Second))
}

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
