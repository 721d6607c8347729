package alertmanager

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/prometheus/alertmanager/matcher/compat"
	"github.com/prometheus/alertmanager/pkg/labels"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// match is whether something matches, as far as a manifest says it.
type match uint8

const (
	no match = iota
	maybe
	yes
)

// alert is what is known of the labels of a manifest's alert.
type alert struct {
	*manifest.Alert
	set map[string]string // labels with fixed values
}

// known are the manifest's alerts with the labels that they reach the server with. Others come from the series
// of their expressions, and those with templates are known at run time only.
func known(m *manifest.Manifest) []alert {
	var out []alert
	for _, a := range m.Alerts {
		x := alert{a, map[string]string{}}
		if m.Prometheus != nil {
			x.put(m.Prometheus.ExternalLabels)
		}
		x.put(a.Labels)
		if a.Severity != "" {
			x.put([]manifest.KeyValue{{Key: "severity", Value: a.Severity}})
		}
		x.set["alertname"] = a.Name
		out = append(out, x)
	}
	return out
}

// put sets labels; a label of the alert takes the place of an external one.
func (a alert) put(list []manifest.KeyValue) {
	for _, l := range list {
		if strings.Contains(l.Value, "{{") {
			delete(a.set, l.Key)
			continue
		}
		a.set[l.Key] = l.Value
	}
}

// satisfies compares an alert with matchers, all of which must match.
func (a alert) satisfies(ms labels.Matchers) match {
	out := yes
	for _, m := range ms {
		value, ok := a.set[m.Name]
		switch {
		case !ok:
			out = maybe
		case !m.Matches(value):
			return no
		}
	}
	return out
}

// parse reads matchers; nil and false if one is invalid, which is reported elsewhere.
func parse(list []string) (labels.Matchers, bool) {
	var out labels.Matchers
	for _, s := range list {
		ms, err := compat.Matchers(s, "manifest")
		if err != nil {
			return nil, false
		}
		out = append(out, ms...)
	}
	return out, true
}

// route is a node of the routing tree with its parsed matchers.
type route struct {
	*manifest.Route
	receiver *manifest.Receiver // its own, or that of the route around
	matchers labels.Matchers
	routes   []*route
}

// tree parses the matchers of a routing tree; nil if some are invalid.
func tree(r *manifest.Route, receiver *manifest.Receiver) *route {
	out := &route{Route: r, receiver: receiver}
	if r.Receiver != nil {
		out.receiver = r.Receiver
	}
	var ok bool
	if out.matchers, ok = parse(r.Matchers); !ok {
		return nil
	}
	for _, sub := range r.Routes {
		x := tree(sub, out.receiver)
		if x == nil {
			return nil
		}
		out.routes = append(out.routes, x)
	}
	return out
}

// take walks the tree as Alertmanager does, and visits each route that may handle an alert. The result is
// whether r, or a route inside it, takes the alert.
func (r *route) take(a alert, visit func(*route)) match {
	here := a.satisfies(r.matchers)
	if here == no {
		return no
	}
	inside := no
	for _, sub := range r.routes {
		got := sub.take(a, visit)
		inside = max(inside, got)
		if got == yes && !sub.Continue {
			break
		}
	}
	if inside != yes {
		visit(r)
	}
	return here
}

// names reports whether a route's matchers name the alert itself, so that where it goes is deliberate.
func (r *route) names(a alert) bool {
	for _, m := range r.matchers {
		if m.Name == "alertname" && m.Type != labels.MatchNotEqual && m.Type != labels.MatchNotRegexp && m.Matches(a.Name) {
			return true
		}
	}
	return false
}

// deliveries checks the routing tree and the inhibitions with the manifest's own alerts, once they are read
// without an error.
func (c *checker) deliveries(m *manifest.Manifest) {
	root := tree(c.a.Route, nil)
	if root == nil {
		return
	}
	alerts := known(m)
	reached := map[*manifest.Route]bool{}
	for _, a := range alerts {
		told, deliberate := false, false
		var last *route
		root.take(a, func(r *route) {
			reached[r.Route], last = true, r
			told = told || r.receiver == nil || len(r.receiver.Integrations) > 0
			deliberate = deliberate || r.names(a)
		})
		if !told && !deliberate && last != nil && a.set["severity"] != "none" {
			c.diags = append(c.diags, ruleUntold.At(a.Range, "%s goes to %s, which has no integrations, so nobody is told of it. Give the receiver one, or route the alert elsewhere; if it is meant to be silent, add route { matchers = [\"alertname=%s\"] … }.", a.Address, last.receiver.Address, a.Name))
		}
	}
	c.receivers(root)
	if len(alerts) > 0 {
		c.untaken(root, reached)
		for _, i := range c.a.Inhibits {
			c.inhibits(i, alerts)
		}
	}
}

// receivers reports those that no route names.
func (c *checker) receivers(root *route) {
	used := map[*manifest.Receiver]bool{}
	var walk func(*route)
	walk = func(r *route) {
		used[r.receiver] = true
		for _, sub := range r.routes {
			walk(sub)
		}
	}
	walk(root)
	for _, r := range c.a.Receivers {
		if !used[r] {
			c.diags = append(c.diags, ruleUnreachedReceiver.At(r.Range, "No route leads to %s, so it is never notified. Name it in a route, or remove it.", r.Address))
		}
	}
}

// untaken reports branches that none of the alerts can take, the outermost only.
func (c *checker) untaken(r *route, reached map[*manifest.Route]bool) {
	for _, sub := range r.routes {
		if sub.reached(reached) {
			c.untaken(sub, reached)
			continue
		}
		c.diags = append(c.diags, ruleUntakenRoute.At(sub.At.Of("matchers", sub.Range), "None of the manifest's alerts takes this route: none has labels that %s can match, or a route before it takes them. Compare the names and values of labels with those of the alerts.", strings.Join(sub.Matchers, ", ")))
	}
}

func (r *route) reached(reached map[*manifest.Route]bool) bool {
	if reached[r.Route] {
		return true
	}
	for _, sub := range r.routes {
		if sub.reached(reached) {
			return true
		}
	}
	return false
}

// inhibits reports an inhibition that can't mute any of the alerts.
func (c *checker) inhibits(i *manifest.Inhibit, alerts []alert) {
	var found [2][]alert
	for n, part := range [][]string{i.Source, i.Target} {
		ms, ok := parse(part)
		if !ok {
			return
		}
		for _, a := range alerts {
			if a.satisfies(ms) != no {
				found[n] = append(found[n], a)
			}
		}
	}
	at := func(name string) hcl.Range { return i.At.Of(name, i.Range) }
	switch {
	case len(found[0]) == 0:
		c.diags = append(c.diags, ruleIdleInhibition.At(at("source"), "None of the manifest's alerts has labels that `source` can match, so the inhibition mutes nothing. Compare the matchers with the labels of the alerts."))
	case len(found[1]) == 0:
		c.diags = append(c.diags, ruleIdleInhibition.At(at("target"), "None of the manifest's alerts has labels that `target` can match, so the inhibition mutes nothing. Compare the matchers with the labels of the alerts."))
	case !anyEqual(i.Equal, found[0], found[1]):
		c.diags = append(c.diags, ruleIdleInhibition.At(at("equal"), "The alerts that `source` matches and those that `target` matches have different values of the labels in `equal`, so the inhibition mutes nothing. Remove the label that differs from `equal`."))
	}
}

// anyEqual reports whether some source and some target may have equal labels.
func anyEqual(equal []string, sources, targets []alert) bool {
	for _, s := range sources {
		for _, t := range targets {
			differ := false
			for _, l := range equal {
				x, has := s.set[l]
				y, also := t.set[l]
				differ = differ || has && also && x != y
			}
			if !differ {
				return true
			}
		}
	}
	return false
}
