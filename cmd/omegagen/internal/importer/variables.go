package importer

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
)

// firstMark is the first number that stands for a variable: a valid port, image tag and path.
const firstMark = 50001

// mark finds what of the model is from which variable: the files are loaded again with a number of its
// own in place of each variable, and where the models differ, that number shows. Compose's loader is
// the only one to read its syntax. What can't be a number, such as a size, stays as it is.
func (s *Source) mark(d *types.ConfigDetails, used map[string]bool) {
	s.variables = map[string]string{}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(used)) {
		if name != "COMPOSE_PROJECT_NAME" {
			names = append(names, name)
		}
	}
	if len(names) == 0 || len(names) > 1000 {
		return
	}
	marks := map[string]string{}
	for i, name := range names {
		marks[name] = strconv.Itoa(firstMark + i)
	}
	marked, ok := s.marked(d, marks)
	if !ok { // some can't be numbers: only those that can one by one
		for _, name := range names {
			if _, ok := s.marked(d, map[string]string{name: marks[name]}); !ok {
				delete(marks, name)
			}
		}
		if marked, ok = s.marked(d, marks); !ok {
			return
		}
	}
	m := &marker{s: s, names: map[string]string{}}
	var all []string
	for name, mark := range marks {
		m.names[mark] = name
		all = append(all, mark)
		if v, ok := s.env[name]; ok {
			s.variables[name] = v
		}
	}
	if len(all) == 0 {
		return
	}
	slices.Sort(all)
	m.any = regexp.MustCompile(strings.Join(all, "|"))
	for range 2 { // what one place shows of a default, another needs
		s.model = m.walk(s.model, marked).(map[string]any)
	}
	for name := range s.variables {
		if !m.seen[name] {
			delete(s.variables, name)
		}
	}
}

// marked is the model with marks in place of some variables.
func (s *Source) marked(d *types.ConfigDetails, marks map[string]string) (map[string]any, bool) {
	env := maps.Clone(s.env)
	maps.Copy(env, marks)
	p, err := read(d, reading{env: env, name: s.Name})
	if err != nil {
		return nil, false
	}
	a, err := read(d, reading{env: env, name: s.Name, resolve: true})
	if err != nil {
		return nil, false
	}
	as, err := tree(p)
	if err != nil {
		return nil, false
	}
	absolute, err := tree(a)
	if err != nil {
		return nil, false
	}
	return s.paths(as, absolute).(map[string]any), true
}

type marker struct {
	s     *Source
	names map[string]string // by mark
	any   *regexp.Regexp
	seen  map[string]bool
}

// measures are the keys of sizes, which Compose writes in another form: they don't show what a variable
// is.
var measures = map[string]bool{"mem_limit": true, "memswap_limit": true, "mem_reservation": true, "mem_swappiness": true, "shm_size": true, "memory": true,
	"size": true, "cpus": true, "rate": true, "interval": true, "timeout": true, "start_period": true, "start_interval": true, "stop_grace_period": true, "delay": true, "window": true}

// walk replaces what is from variables by a Text.
func (m *marker) walk(as, marked any) any {
	switch x := as.(type) {
	case map[string]any:
		y, _ := marked.(map[string]any)
		for k, v := range x {
			if w, ok := y[k]; ok && !measures[k] {
				x[k] = m.walk(v, w)
			}
		}
	case []any:
		if y, _ := marked.([]any); len(y) == len(x) {
			for i, v := range x {
				x[i] = m.walk(v, y[i])
			}
		}
	case string, json.Number:
		if t := m.text(str(x), str(marked)); t != nil {
			return t
		}
	}
	return as
}

// text reads a marked string; nil if it has no mark, or the variables' values don't make up the
// value.
func (m *marker) text(value, marked string) *Text {
	if value == marked {
		return nil
	}
	var parts []Part
	pattern, rest, unknown := "^", marked, []string{}
	for {
		at := m.any.FindStringIndex(rest)
		if at == nil {
			break
		}
		name := m.names[rest[at[0]:at[1]]]
		if at[0] > 0 {
			parts = append(parts, Part{Text: rest[:at[0]]})
			pattern += regexp.QuoteMeta(rest[:at[0]])
		}
		parts = append(parts, Part{Variable: name})
		if v, ok := m.s.variables[name]; ok {
			pattern += regexp.QuoteMeta(v)
		} else {
			pattern += "(?s:(.*?))"
			unknown = append(unknown, name)
		}
		rest = rest[at[1]:]
	}
	if len(parts) == 0 {
		return nil
	}
	if rest != "" {
		parts = append(parts, Part{Text: rest})
		pattern += regexp.QuoteMeta(rest)
	}
	found := regexp.MustCompile(pattern + "$").FindStringSubmatch(value)
	if found == nil {
		return nil
	}
	for i, name := range unknown {
		if v, ok := m.s.variables[name]; ok && v != found[i+1] {
			return nil
		}
		m.s.variables[name] = found[i+1]
	}
	if m.seen == nil {
		m.seen = map[string]bool{}
	}
	for _, p := range parts {
		if p.Variable != "" {
			m.seen[p.Variable] = true
		}
	}
	if first := parts[0].Variable; first != "" && m.s.isPath[value] {
		m.s.begins[first] = true
	}
	return &Text{Value: value, Parts: parts}
}
