package importer

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

// Draft is the manifest of a Source. What the language refuses is written otherwise, or left out, after
// Repair.
type Draft struct {
	s      *Source
	level  map[string]int    // by path of the model: 0 typed, 1 as a Compose key, 2 left out
	why    map[string]string // the reason, by path
	blocks []*block

	labels      map[string]string      // of blocks, by kind and name in the model
	taken       map[string]bool        // kind and label
	images      map[string]string      // labels, by what identifies an image
	imageOf     map[string]string      // labels of images, by service
	dockerfiles map[string]*dockerfile // written as stages, by image
	kept        map[string]string      // why a Dockerfile isn't, by image
	defaults    *shared

	folds      []*fold
	monitor    *monitor        // whose files become blocks
	joined     bool            // the default network is declared only for the names of replicas
	refers     map[string]bool // services with references to others
	unreferred map[string]bool // services in which the language refuses references
	unfolded   map[string]bool // services that stay apart, by the label of the fold
	inWords    map[string]bool // services in whose commands the validator has reported credentials
	literal    map[string]bool // credentials that the validator has reported, by service and variable: whether all of the value is one
	credentials
}

// block is a block to be written.
type block struct {
	kind, label string
	comment     string
	items       []item
	path        []string // in the model
}

// item is an attribute or a block in a block.
type item struct {
	name    string
	value   any // a value of the model, ref, object or []any of these
	block   *block
	comment string
	path    []string
	gap     bool // a blank line before it
}

// ref is a reference: kind.name.
type ref struct{ kind, name string }

// object is a map in a fixed order.
type object []entry

type entry struct {
	key     string
	value   any
	comment string
	path    []string
}

// Levels of writing.
const (
	typed = iota
	passed
	dropped
)

// Draft is a first draft, in which everything is typed that can be.
func (s *Source) Draft() *Draft {
	d := &Draft{s: s, level: map[string]int{}, why: map[string]string{}, literal: map[string]bool{}, inWords: map[string]bool{}, unfolded: map[string]bool{}, refers: map[string]bool{}, unreferred: map[string]bool{}}
	d.make()
	return d
}

func (d *Draft) make() {
	d.blocks, d.labels, d.taken, d.images = nil, map[string]string{}, map[string]bool{}, map[string]string{}
	d.imageOf, d.dockerfiles, d.kept = map[string]string{}, map[string]*dockerfile{}, map[string]string{}
	for _, kind := range []string{"services", "networks", "volumes", "secrets"} {
		for _, name := range sortedKeys(mapOf(d.s.model[kind])) {
			d.labels[kind+" "+name] = d.unique(kind, identifier(name))
		}
	}
	d.findFolds()
	d.findCredentials()
	d.findPrometheus()
	d.defaults = d.share()
	d.system()
	d.variables()
	d.secretFiles()
	d.secretBlocks()
	d.networks()
	d.volumes()
	services := mapOf(d.s.model["services"])
	for _, name := range sortedKeys(services) {
		if d.written("services", name) {
			d.service(name, mapOf(services[name]))
		}
	}
	d.prometheus()
	d.applyFolds()
}

// at is the level at which a path is written.
func (d *Draft) at(path ...string) int { return d.level[strings.Join(path, "\x00")] }

// written reports whether a path isn't left out.
func (d *Draft) written(path ...string) bool { return d.at(path...) < dropped }

// unique is a label that no other block of the kind has.
func (d *Draft) unique(kind, label string) string {
	name := label
	for n := 2; d.taken[kind+" "+name]; n++ {
		name = fmt.Sprintf("%s_%d", label, n)
	}
	d.taken[kind+" "+name] = true
	return name
}

// identifier is a name as a label.
func identifier(name string) string {
	out := strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, name)
	if out == "" || out[0] == '-' || out[0] >= '0' && out[0] <= '9' {
		out = "_" + out
	}
	return out
}

func (d *Draft) add(b *block) { d.blocks = append(d.blocks, b) }

// set adds an attribute, unless it is left out.
func (b *block) set(d *Draft, name string, value any, path ...string) {
	if d.written(path...) {
		b.items = append(b.items, item{name: name, value: value, path: path, comment: d.s.comment(path...)})
	}
}

func (d *Draft) system() {
	b := &block{kind: "system", label: identifier(d.s.Name), comment: strings.Trim(d.s.top()+"\n"+d.s.comment("name"), "\n"), path: []string{"name"}}
	defaults := &block{kind: "defaults"}
	if d.defaults.bind && !d.s.opts.Faithful {
		defaults.items = append(defaults.items, item{name: "bind", value: "0.0.0.0"})
	}
	if d.defaults.restart != "" {
		defaults.items = append(defaults.items, item{name: "restart", value: d.defaults.restart})
	}
	if d.defaults.logging != nil {
		defaults.items = append(defaults.items, item{name: "logging", value: d.defaults.logging})
	}
	if d.s.opts.Faithful {
		h := &block{kind: "harden"}
		for _, k := range []string{"read_only", "no_new_privileges", "drop_caps", "non_root", "init"} {
			h.items = append(h.items, item{name: k, value: false})
		}
		h.items = append(h.items, item{name: "pids_limit", value: 0}, item{name: "reason", value: "imported as it was"})
		defaults.items = append(defaults.items, item{block: h})
	}
	if keys := d.topKeys(); len(keys) > 0 {
		b.items = append(b.items, item{name: "compose", value: keys, path: []string{"compose"}})
	}
	if len(defaults.items) > 0 {
		b.items = append(b.items, item{block: defaults, gap: true})
	}
	d.add(b)
}

// topKeys are the file's own keys that have no block: configs, models, and secrets that services mount
// as no block can.
func (d *Draft) topKeys() object {
	var out object
	for _, k := range []string{"configs", "models"} {
		var kept object
		for _, name := range sortedKeys(mapOf(d.s.model[k])) {
			if d.written(k, name) {
				kept = append(kept, entry{key: name, value: at(d.s.model, k, name), path: []string{k, name}})
			}
		}
		if len(kept) > 0 {
			out = append(out, entry{key: k, value: kept, path: []string{k}})
		}
	}
	var secrets object
	for _, name := range sortedKeys(mapOf(d.s.model["secrets"])) {
		if !d.secretTyped(name) && d.written("secrets", name) {
			secrets = append(secrets, entry{key: name, value: at(d.s.model, "secrets", name), path: []string{"secrets", name}})
		}
	}
	if len(secrets) > 0 {
		out = append(out, entry{key: "secrets", value: secrets, path: []string{"secrets"}})
	}
	return out
}

func (d *Draft) variables() {
	numbers := d.numbers()
	for _, name := range sortedKeys(d.s.variables) {
		if d.credentials.variables[name] != nil {
			continue
		}
		if d.parameter(name) {
			d.addParameter(name)
			continue
		}
		b := &block{kind: "variable", label: d.label("variable", name)}
		kind, value := "string", any(d.s.variables[name])
		if numbers[name] && isNumber(d.s.variables[name]) {
			kind, value = "number", number(d.s.variables[name])
		}
		b.items = append(b.items, item{name: "type", value: keyword(kind)}, item{name: "default", value: value})
		if slices.Contains(d.s.unset, name) {
			b.comment = "# " + name + " has no value in .env, and the files require one."
		}
		d.add(b)
	}
}

var parameterName = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

// parameter reports whether a variable of the files can be a value of deploy time: deploy.sh knows it by
// the same name, and it stands in strings or is a published port.
func (d *Draft) parameter(name string) bool {
	value := d.s.variables[name]
	return parameterName.MatchString(name) && d.at("variables", name) == typed && (!d.numbers()[name] || isNumber(value)) && value != "" && !strings.ContainsAny(value, "\n\r")
}

// defaultOf is the value of a variable as the default of a parameter. Compose looks up a path that begins with
// it in the kit's folder.
func (d *Draft) defaultOf(name string) string {
	if d.s.begins[name] {
		return str(fromDefaultKit(d.s.variables[name]))
	}
	return d.s.variables[name]
}

func (d *Draft) addParameter(name string) {
	b := &block{kind: "parameter", label: d.label("parameter", name), path: []string{"variables", name}}
	value := any(d.defaultOf(name))
	if d.numbers()[name] {
		value = number(d.s.variables[name])
		b.items = append(b.items, item{name: "type", value: keyword("number")})
	}
	switch {
	case d.sensitive[name]:
		b.items = append(b.items, item{name: "sensitive", value: true})
	case !slices.Contains(d.s.unset, name):
		b.items = append(b.items, item{name: "default", value: value, path: b.path})
	}
	d.add(b)
}

// label is a variable's or parameter's label.
func (d *Draft) label(kind, name string) string {
	key := kind + " " + name
	if d.labels[key] == "" {
		d.labels[key] = d.unique(kind, strings.ToLower(identifier(name)))
	}
	return d.labels[key]
}

// variable refers to a variable of the files.
func (d *Draft) variable(name string) hclwrite.Tokens {
	if x := d.credentials.variables[name]; x != nil {
		return traversal("secret", x.label)
	}
	if d.parameter(name) {
		return traversal("parameter", d.label("parameter", name))
	}
	return traversal("var", d.label("variable", name))
}

// numbers are the variables that are published ports.
func (d *Draft) numbers() map[string]bool {
	out := map[string]bool{}
	for _, x := range mapOf(d.s.model["services"]) {
		for _, p := range listOf(at(x, "ports")) {
			for _, k := range []string{"published", "target"} {
				if t, ok := at(p, k).(*Text); ok && len(t.Parts) == 1 {
					out[t.Parts[0].Variable] = true
				}
			}
		}
	}
	return out
}

func (d *Draft) networks() {
	for _, name := range sortedKeys(mapOf(d.s.model["networks"])) {
		d.resource("networks", "network", name, "driver", "driver_opts", "ipam", "internal", "attachable", "enable_ipv4", "enable_ipv6", "labels")
	}
}

func (d *Draft) volumes() {
	for _, name := range sortedKeys(mapOf(d.s.model["volumes"])) {
		d.resource("volumes", "volume", name, "driver", "driver_opts", "labels")
	}
}

// resource writes a network or a volume.
func (d *Draft) resource(of, kind, name string, keys ...string) {
	if !d.written(of, name) {
		return
	}
	m := mapOf(at(d.s.model, of, name))
	b := &block{kind: kind, label: d.labels[of+" "+name], path: []string{of, name}, comment: d.s.comment(of, name)}
	external := boolOf(m["external"])
	switch {
	case str(m["name"]) != "":
		b.set(d, "name", m["name"], of, name, "name")
	case external && b.label != name:
		b.set(d, "name", name, of, name, "name")
	case !external && (b.label != name || identifier(d.s.Name) != d.s.Name):
		b.set(d, "name", d.s.Name+"_"+name, of, name, "name")
	}
	if external {
		b.set(d, "external", true, of, name, "external")
	} else {
		for _, k := range keys {
			if v, ok := m[k]; ok {
				b.set(d, k, v, of, name, k)
			}
		}
	}
	d.add(b)
}

// keyword is written without quotes.
type keyword string

func validKey(k string) bool {
	switch k {
	case "for", "if", "in", "null", "true", "false", "else", "endif", "endfor":
		return false
	}
	return hclsyntax.ValidIdentifier(k)
}

// fromDefaultKit is a path, which is relative to the manifest's folder unless absolute, as seen from the kit's
// folder, generated in that of the manifest: a secret's file is relative to the kit.
func fromDefaultKit(v any) any {
	seen := func(s string) string {
		if path.IsAbs(s) || strings.HasPrefix(s, "~") {
			return s
		}
		return "../" + strings.TrimPrefix(s, "./")
	}
	switch x := v.(type) {
	case string:
		return seen(x)
	case *Text:
		if len(x.Parts) > 0 && x.Parts[0].Variable == "" {
			parts := append([]Part{{Text: seen(x.Parts[0].Text)}}, x.Parts[1:]...)
			return &Text{Value: seen(x.Value), Parts: parts}
		}
	}
	return v
}
