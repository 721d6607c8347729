package importer

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v4"

	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/prometheus"
)

var (
	silent = slog.New(slog.DiscardHandler)
	promQL = parser.NewParser(parser.Options{})
)

// prometheusImages are the repositories of the server's official image.
var prometheusImages = []string{"prom/prometheus", "quay.io/prometheus/prometheus"}

// prometheusDir is where the official image has its configuration.
const prometheusDir = "/etc/prometheus"

// The most files of a mounted folder, and bytes of one, that are read.
const (
	mountedFiles = 200
	mountedBytes = 1 << 20
)

// monitor is a Prometheus server whose files become blocks.
type monitor struct {
	service string
	dir     string // of its configuration in the container
	config  *config.Config
	groups  []rulefmt.RuleGroup
	files   map[string]string                 // host paths, by path in the container
	used    []string                          // paths in the container of what became blocks
	targets []string                          // of the mounts that the kit's own takes the place of
	places  map[string]*yaml.Node             // of jobs and rules, by kind and name
	in      map[string]string                 // the file of each of them
	jobs    map[string][]*config.ScrapeConfig // those that are scrapes of a service, by service
}

// errKept is why files of a server stay files, and where that is written.
type errKept struct{ place, why string }

func (e *errKept) Error() string { return e.place + ": " + e.why }

func kept(place, format string, args ...any) error {
	return &errKept{place, strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " ")} // errors of loaders have several lines
}

// findPrometheus finds the server whose files become blocks. A manifest has one.
func (d *Draft) findPrometheus() {
	d.monitor = nil
	if d.s.opts.Faithful {
		return
	}
	var found []*monitor
	for _, name := range sortedKeys(mapOf(d.s.model["services"])) {
		key := strings.Join([]string{"prometheus", name}, "\x00")
		if !d.written("services", name) || d.level[key] != typed {
			continue
		}
		m, err := d.readMonitor(name)
		var stays *errKept
		switch {
		case errors.As(err, &stays):
			d.level[key], d.why[key] = dropped, stays.Error()
		case m != nil:
			found = append(found, m)
		}
	}
	if len(found) > 1 {
		for _, m := range found {
			key := strings.Join([]string{"prometheus", m.service}, "\x00")
			d.level[key], d.why[key] = dropped, d.s.Place("services", m.service)+": A manifest has one Prometheus."
		}
		return
	}
	if len(found) == 1 {
		d.monitor = found[0]
		d.monitor.findJobs(d)
	}
}

// readMonitor reads the files that a Prometheus server mounts; nil if a service isn't one, or mounts none.
func (d *Draft) readMonitor(name string) (*monitor, error) {
	m := mapOf(at(d.s.model, "services", name))
	image, _, _ := strings.Cut(strings.TrimPrefix(str(m["image"]), "docker.io/"), "@")
	if i := strings.LastIndex(image, ":"); i > strings.LastIndex(image, "/") {
		image = image[:i]
	}
	if m["build"] != nil || !slices.Contains(prometheusImages, image) {
		return nil, nil
	}
	file := configFile(listOf(m["command"]))
	x := &monitor{service: name, dir: path.Dir(file), files: map[string]string{}, places: map[string]*yaml.Node{}, in: map[string]string{}, jobs: map[string][]*config.ScrapeConfig{}}
	place := d.s.Place("services", name, "volumes")
	if err := x.mounted(d, file); err != nil || x.files[file] == "" {
		return nil, err
	}
	if path.Base(file) != kit.PrometheusConfigName {
		return nil, kept(place, "The file isn't named %s.", kit.PrometheusConfigName)
	}
	if d.replicasOf(name) > 1 {
		return nil, kept(place, "The server has replicas.")
	}
	if err := x.readConfig(d, file); err != nil {
		return nil, err
	}
	if err := x.readRules(d); err != nil {
		return nil, err
	}
	return x, x.replaces(d)
}

// configFile is the path of the configuration that a command names.
func configFile(command []any) string {
	const flag = "--config.file"
	for i, w := range command {
		if v, ok := strings.CutPrefix(str(w), flag+"="); ok {
			return path.Clean(v)
		}
		if str(w) == flag && i+1 < len(command) {
			return path.Clean(str(command[i+1]))
		}
	}
	return prometheusDir + "/" + kit.PrometheusConfigName
}

// inside reports whether a path is a folder, or in it.
func inside(name, dir string) bool {
	return name == dir || strings.HasPrefix(name, strings.TrimRight(dir, "/")+"/")
}

// mounted finds the files of the bind mounts in which the configuration and, once it is known, its rules are.
func (x *monitor) mounted(d *Draft, file string) error {
	for _, v := range listOf(at(d.s.model, "services", x.service, "volumes")) {
		source, target := str(at(v, "source")), path.Clean(str(at(v, "target")))
		if str(at(v, "type")) != "bind" || source == "" || d.s.missing(source) || !inside(file, target) && !inside(target, path.Dir(file)) {
			continue
		}
		if _, variable := at(v, "source").(*Text); variable {
			return kept(d.s.Place("services", x.service, "volumes"), "The path of %q is a variable.", target)
		}
		if err := x.list(d, source, target); err != nil {
			return err
		}
	}
	return nil
}

// list adds the files of a mount.
func (x *monitor) list(d *Draft, source, target string) error {
	host := source
	if !filepath.IsAbs(host) {
		host = filepath.Join(d.s.out, filepath.FromSlash(source))
	}
	n := 0
	return filepath.WalkDir(host, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil // what can't be read has no files
		}
		if n++; n > mountedFiles {
			return kept(source, "The folder has more than %d files.", mountedFiles)
		}
		rel, err := filepath.Rel(host, name)
		if err != nil {
			return err
		}
		x.files[path.Join(target, filepath.ToSlash(rel))] = name
		return nil
	})
}

// read reads a file that is mounted.
func (x *monitor) read(d *Draft, file string) ([]byte, *yaml.Node, error) {
	host := x.files[file]
	fi, err := os.Stat(host)
	if err != nil || fi.Size() > mountedBytes {
		return nil, nil, kept(d.shown(host), "The file can't be read, or is too large.")
	}
	content, err := os.ReadFile(host)
	if err != nil {
		return nil, nil, kept(d.shown(host), "%s", err)
	}
	x.used = append(x.used, file)
	root := &yaml.Node{}
	if err := yaml.Unmarshal(content, root); err != nil {
		return nil, nil, kept(d.shown(host), "%s", err)
	}
	return content, root, nil
}

// shown is a file of the host as seen from the project's folder.
func (d *Draft) shown(host string) string {
	if rel, err := filepath.Rel(d.s.dir, host); err == nil && !strings.HasPrefix(rel, "..") {
		return filepath.ToSlash(rel)
	}
	return host
}

func (x *monitor) readConfig(d *Draft, file string) error {
	content, root, err := x.read(d, file)
	if err != nil {
		return err
	}
	name := d.shown(x.files[file])
	if n := discovered(root); n != nil { // the loader knows no discovery but that of static targets here
		return kept(fmt.Sprintf("%s:%d", name, n.Line), "Targets by %s are no part of a block here.", n.Value)
	}
	if x.config, err = config.Load(string(content), silent); err != nil {
		return kept(name, "%s", strings.TrimSpace(err.Error()))
	}
	x.places["config"], x.in["config"] = root, name
	_, labels := lookup(root, "global", "external_labels")
	if labels != nil && slices.ContainsFunc(labels.Content, func(n *yaml.Node) bool { return strings.Contains(n.Value, "$") }) {
		return kept(fmt.Sprintf("%s:%d", name, labels.Line), "The server reads external_labels from its environment.")
	}
	_, jobs := lookup(root, "scrape_configs")
	x.note(name, "job", jobs, "job_name")
	return nil
}

// discovered is a key of targets that the server finds itself.
func discovered(n *yaml.Node) *yaml.Node {
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 && strings.HasSuffix(c.Value, "_sd_configs") {
			return c
		}
		if found := discovered(c); found != nil {
			return found
		}
	}
	return nil
}

// note notes where the elements of a list are, by their name.
func (x *monitor) note(file, kind string, list *yaml.Node, key string) {
	if list == nil {
		return
	}
	for _, n := range list.Content {
		if _, v := lookup(n, key); v != nil {
			x.places[kind+" "+v.Value], x.in[kind+" "+v.Value] = n, file
		}
	}
}

// place is FILE:LINE of a job or a rule.
func (x *monitor) place(what string) string {
	if n := x.places[what]; n != nil && what != "config" {
		return fmt.Sprintf("%s:%d", x.in[what], n.Line)
	}
	return x.in["config"]
}

// comment is what is written above a job or a rule.
func (x *monitor) comment(what string) string {
	n := x.places[what]
	for n != nil && n.Kind == yaml.DocumentNode && n.HeadComment == "" && len(n.Content) > 0 {
		n = n.Content[0]
	}
	if n == nil || len(n.Content) == 0 {
		return ""
	}
	return strings.Trim(n.HeadComment+"\n"+n.Content[0].HeadComment, "\n")
}

// readRules reads the rule files that the configuration names.
func (x *monitor) readRules(d *Draft) error {
	for _, v := range listOf(at(d.s.model, "services", x.service, "volumes")) { // other folders with rules
		source, target := str(at(v, "source")), path.Clean(str(at(v, "target")))
		reads := slices.ContainsFunc(x.config.RuleFiles, func(p string) bool { return inside(x.absolute(p), target) })
		if str(at(v, "type")) != "bind" || inside(target, x.dir) || inside(x.dir, target) || !reads || d.s.missing(source) || target == "/" {
			continue
		}
		if err := x.list(d, source, target); err != nil {
			return err
		}
	}
	names := map[string]bool{}
	for _, file := range sortedKeys(x.files) {
		matches := slices.ContainsFunc(x.config.RuleFiles, func(p string) bool {
			ok, err := path.Match(x.absolute(p), file)
			return ok && err == nil
		})
		if !matches {
			continue
		}
		if err := x.readRuleFile(d, file, names); err != nil {
			return err
		}
	}
	return nil
}

// absolute is a pattern of rule files as seen in the container.
func (x *monitor) absolute(pattern string) string {
	if path.IsAbs(pattern) {
		return pattern
	}
	return path.Join(x.dir, pattern)
}

func (x *monitor) readRuleFile(d *Draft, file string, names map[string]bool) error {
	content, root, err := x.read(d, file)
	if err != nil {
		return err
	}
	name := d.shown(x.files[file])
	_, list := lookup(root, "groups")
	x.note(name, "group", list, "name")
	for i := 0; list != nil && i < len(list.Content); i++ {
		_, rules := lookup(list.Content[i], "rules")
		x.note(name, "record", rules, "record")
		x.note(name, "alert", rules, "alert")
		for j := 0; rules != nil && j < len(rules.Content); j++ {
			if large(rules.Content[j]) {
				return kept(fmt.Sprintf("%s:%d", name, rules.Content[j].Line), "An expression or a template is too large.")
			}
		}
	}
	groups, errs := rulefmt.Parse(content, false, model.LegacyValidation, promQL, silent)
	if len(errs) > 0 {
		return kept(name, "%s", strings.TrimSpace(errs[0].Error()))
	}
	for _, g := range groups.Groups {
		at := fmt.Sprintf("%s:%d", name, max(1, lineOf(x.places["group "+g.Name])))
		switch {
		case names[g.Name]:
			return kept(at, "Two files have a group %q.", g.Name)
		case len(g.Labels) > 0 || g.QueryOffset != nil:
			return kept(at, "No block says the labels or the query_offset of a group.")
		}
		names[g.Name] = true
		x.groups = append(x.groups, g)
	}
	return nil
}

// large reports whether Prometheus's parsers might take for ever for a rule.
func large(n *yaml.Node) bool {
	return prometheus.LargeExpr(n.Value) || prometheus.LargeTemplate(n.Value) || slices.ContainsFunc(n.Content, large)
}

func lineOf(n *yaml.Node) int {
	if n == nil {
		return 0
	}
	return n.Line
}

// replaces finds the mounts that the kit's takes the place of. It is that of a folder, which hides what else is there.
func (x *monitor) replaces(d *Draft) error {
	service := mapOf(at(d.s.model, "services", x.service))
	place := d.s.Place("services", x.service, "volumes")
	for _, v := range listOf(service["volumes"]) {
		target := path.Clean(str(at(v, "target")))
		unused := ""
		all := false
		for _, file := range sortedKeys(x.files) {
			if inside(file, target) && !strings.HasPrefix(path.Base(file), ".") {
				if all = true; !slices.Contains(x.used, file) {
					unused = file
				}
			}
		}
		at := inside(target, x.dir) || inside(x.dir, target) && target != "/"
		switch {
		case at && unused != "":
			return kept(place, "The server also has %s, which no block is.", unused)
		case at && (!all || inside(x.dir, target) && target != x.dir):
			return kept(place, "%q is mounted, too.", target)
		case all && unused == "":
			x.targets = append(x.targets, target)
		}
	}
	for _, k := range []string{"configs", "secrets"} {
		for _, c := range listOf(service[k]) {
			if inside(str(at(c, "target")), x.dir) {
				return kept(d.s.Place("services", x.service, k), "%q is mounted, too.", str(at(c, "target")))
			}
		}
	}
	if !slices.Contains(x.targets, x.dir) { // the image's files are still there
		for _, w := range listOf(service["command"]) {
			if v := str(w); strings.Contains(v, x.dir+"/") && !strings.HasSuffix(v, x.dir+"/"+kit.PrometheusConfigName) {
				return kept(d.s.Place("services", x.service, "command"), "%q is a file of the image, which the kit's folder would hide.", v)
			}
		}
	}
	return nil
}
