package docker

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner/deployment"
)

// reloads are the runtime's functions that make a service's containers read
// changed files again, one container after the other; none if it does so by
// itself.
func reloads(s *manifest.Service) []deployment.Part {
	r := s.Reload
	if r == nil || r.Signal == "" && r.Command == nil && r.HTTP == nil {
		return nil
	}
	var out []deployment.Part
	add := func(function string, i *manifest.Instance, words ...string) {
		out = append(out, call(append([]string{function, Container(i)}, words...), deployment.Reload))
	}
	for _, i := range s.Instances {
		for _, m := range i.Mounts { // whether it is a folder is known only on the host
			if m.Bind != "" && slices.Contains(r.Files, m.Source()) {
				add("reload_folder", i, m.Source(), m.Target)
			}
		}
		if len(r.Check) > 0 {
			add("reload_check", i, r.Check...)
		}
		confirm := r.Confirm
		switch {
		case r.HTTP != nil:
			add("reload_http", i, r.HTTP.Method, "http://127.0.0.1:"+strconv.Itoa(r.HTTP.Port)+r.HTTP.Path, published(i, r.HTTP.Port, r.HTTP.Path))
		case len(r.Command) > 0:
			add("reload_command", i, r.Command...)
		case confirm != nil && confirm.Metrics != nil:
			port, path := listens(i, confirm.Metrics.Port)
			path += "/metrics"
			add("reload_metrics", i, r.Signal, "http://127.0.0.1:"+strconv.Itoa(port)+path, published(i, port, path),
				confirm.Metrics.Successful, confirm.Metrics.Timestamp, confirm.Loaded, confirm.Refused)
		default:
			refused := ""
			if confirm != nil {
				refused = confirm.Refused
			}
			add("reload_signal", i, r.Signal, text.Seconds(settle), refused)
		}
	}
	return out
}

// published is the URL at which the host reaches a path of a container's port; ""
// if the port isn't published.
func published(i *manifest.Instance, port int, path string) string {
	for _, p := range i.Ports {
		if p.Container != port || p.Host == 0 || p.Protocol == "udp" {
			continue
		}
		host, err := netip.ParseAddr(p.Bind)
		if err != nil || host == netip.IPv4Unspecified() {
			host = netip.AddrFrom4([4]byte{127, 0, 0, 1})
		} else if host == netip.IPv6Unspecified() {
			host = netip.IPv6Loopback()
		}
		name := host.String()
		if host.Is6() {
			name = "[" + name + "]"
		}
		return "http://" + name + ":" + p.Published() + path
	}
	return ""
}

// listens is the port on which a server of Prometheus's kin listens, and the path
// before all its paths: by its flags, otherwise the given port.
func listens(i *manifest.Instance, port int) (int, string) {
	prefix, route := "", ""
	words := i.Command.Words()
	for n, w := range words {
		name, value, ok := strings.Cut(strings.TrimLeft(w, "-"), "=")
		if !ok && n+1 < len(words) {
			value = words[n+1]
		}
		switch name {
		case "web.listen-address":
			if number, err := strconv.Atoi(value[strings.LastIndex(value, ":")+1:]); err == nil && strings.Contains(value, ":") {
				port = number
			}
		case "web.external-url":
			if u, err := url.Parse(value); err == nil {
				prefix = u.Path
			}
		case "web.route-prefix":
			route = "/" + strings.Trim(value, "/")
		}
	}
	if route != "" {
		prefix = route
	}
	return port, strings.TrimRight(prefix, "/")
}
