package importer

import (
	"regexp"
	"slices"
	"strings"
)

// address is the host and port of another service in a text: in a URL, after the user of one, in a list, or as the
// whole.
var address = regexp.MustCompile(`(://(?:[^/@\s,]*@)?|@|,|^)([A-Za-z0-9][A-Za-z0-9_.-]*)(?::([0-9]{1,5}))?`)

// hostName is the name of a variable that holds a host.
var hostName = regexp.MustCompile(`(?i)(^|_)(host|hostname|server|addr|address)$`)

// hostFlags are flags before the name of a host.
var hostFlags = []string{"-h", "--host", "--hostname"}

// references writes the hosts and ports of other services in a value as references. A value is the whole of a host
// if so is said by the name of its variable, or by the flag before it.
func (s *serviceDraft) references(v any, host bool) any {
	t, ok := v.(*Text)
	if text, plain := v.(string); plain {
		t, ok = &Text{Value: text, Parts: []Part{{Text: text}}}, true
	}
	if !ok || s.unreferred[s.name] {
		return v
	}
	out := &Text{Value: t.Value}
	for i, p := range t.Parts {
		if p.Text == "" {
			out.Parts = append(out.Parts, p)
			continue
		}
		out.Parts = append(out.Parts, s.referred(p.Text, i == 0, host && len(t.Parts) == 1)...)
	}
	if !slices.ContainsFunc(out.Parts, func(p Part) bool { return strings.HasPrefix(p.Expr, "service.") }) {
		return v
	}
	s.refers[s.name] = true
	return out
}

// referred splits a text at the addresses of other services.
func (s *serviceDraft) referred(text string, start, host bool) (out []Part) {
	done := 0
	add := func(to int) {
		if to > done {
			out = append(out, Part{Text: text[done:to]})
		}
	}
	for _, m := range address.FindAllStringSubmatchIndex(text, -1) {
		before, name, port := text[m[2]:m[3]], text[m[4]:m[5]], ""
		if m[6] >= 0 {
			port = text[m[6]:m[7]]
		}
		if m[1] < len(text) && !strings.ContainsRune("/?,\"' )", rune(text[m[1]])) || !s.refersTo(name) {
			continue
		}
		whole := before == "" && start && (port != "" || host && m[1] == len(text))
		inURL := strings.HasPrefix(before, "://") || before == "@" && (port != "" || strings.Contains(text[:m[2]], "://") || !start)
		if !whole && !inURL && (before != "," || port == "") {
			continue
		}
		add(m[4])
		out = append(out, Part{Expr: "service." + name + ".host"})
		done = m[5]
		if label := s.portLabels(name)[port]; port != "" && label != "" {
			out = append(out, Part{Text: ":"}, Part{Expr: "service." + name + ".port." + label + ".container"})
			done = m[7]
		}
	}
	add(len(text))
	return out
}

// refersTo reports whether a name is that of another service, which a reference to it is, too.
func (s *serviceDraft) refersTo(name string) bool {
	m := mapOf(at(s.s.model, "services", name))
	return m != nil && name != s.name && s.written("services", name) && s.Draft.labels["services "+name] == name && !s.folded(name) && m["network_mode"] == nil
}

// portLabels are the labels of a service's ports, by the port in the container.
func (s *serviceDraft) portLabels(name string) map[string]string {
	o := &serviceDraft{Draft: s.Draft, name: name, m: mapOf(at(s.s.model, "services", name))}
	list := listOf(o.m["ports"])
	if o.at(o.path("ports")...) != typed || slices.ContainsFunc(list, func(p any) bool { return !o.portBlock(mapOf(p)) }) {
		return nil
	}
	out, names := map[string]string{}, map[string]bool{}
	for i := 0; i < len(list); i++ {
		p := mapOf(list[i])
		label, target := portName(p, names), str(p["target"])
		_, variable := p["target"].(*Text)
		if n := run(list[i:]); n >= shortestRange {
			i += n - 1
		} else if str(p["protocol"]) == "tcp" && out[target] == "" && !variable && validKey(label) {
			out[target] = label
		}
	}
	return out
}

// wordReferences writes the references in the words of a command.
func (s *serviceDraft) wordReferences(words []any) []any {
	out := slices.Clone(words)
	for i, w := range words {
		out[i] = s.references(w, i > 0 && slices.Contains(hostFlags, str(words[i-1])))
	}
	return out
}
