// Package importer turns Compose files into a manifest. compose-go reads the files; a Draft is what is
// written of them, and Compare finds what differs between the model of the files and that of the kit
// that is built from the draft.
package importer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/template"
	"github.com/compose-spec/compose-go/v2/types"

	lint "github.com/omegagen/omegagen/lint/compose"
)

// Options say what to import, and how.
type Options struct {
	Files           []string // later ones override earlier ones; none: those that Compose finds in the folder Dir
	Dir             string   // the folder in which files are looked for
	EnvFiles        []string // instead of .env
	Out             string   // the folder of the manifest
	Kit             string   // the folder of its kit; "": generated in Out
	Name            string   // the project's name, if the files don't give one
	Faithful        bool     // no choices of ours
	KeepDockerfiles bool     // no stages of Dockerfiles
}

// Source is what Compose's loader reads.
type Source struct {
	opts      Options
	Name      string   // the Compose project
	Files     []string // those that were named or found
	dir       string   // the project's folder: relative paths start there
	out       string   // the folder of the manifest
	kit       string   // the folder of its kit
	env       map[string]string
	unset     []string        // required variables without a value
	model     map[string]any  // with variables and paths as Text
	isPath    map[string]bool // relative paths of the model
	begins    map[string]bool // variables that begin such a path
	whole     map[string]any  // normalised, with absolute paths, to compare with
	places    *places
	fixed     []string          // variables that are only present as their values
	variables map[string]string // the values of those in Text, by name
}

// Load reads the files.
func Load(o Options) (*Source, error) {
	found, err := find(o)
	if err != nil {
		return nil, err
	}
	if o.Out == "" {
		o.Out = found.WorkingDir
	}
	out, err := filepath.Abs(o.Out)
	if err != nil {
		return nil, err
	}
	kit := filepath.Join(out, "generated")
	if o.Kit != "" {
		if kit, err = filepath.Abs(o.Kit); err != nil {
			return nil, err
		}
	}
	s := &Source{opts: o, dir: found.WorkingDir, out: out, kit: kit, env: map[string]string{}, isPath: map[string]bool{}, begins: map[string]bool{}}
	for _, f := range found.ConfigFiles {
		s.Files = append(s.Files, f.Filename)
	}
	if err := s.environment(); err != nil {
		return nil, err
	}
	if err := s.load(found); err != nil {
		return nil, err
	}
	s.places = readPlaces(s.Files, s.dir)
	return s, nil
}

// find finds the files and the project's folder as `docker compose` does.
func find(o Options) (*types.ConfigDetails, error) {
	options := []cli.ProjectOptionsFn{}
	if len(o.Files) == 0 {
		dir := o.Dir
		if dir == "" {
			dir = "."
		}
		options = append(options, cli.WithWorkingDirectory(dir), cli.WithDefaultConfigPath)
	}
	p, err := cli.NewProjectOptions(o.Files, options...)
	if err != nil {
		return nil, err
	}
	dir, err := p.GetWorkingDir()
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	d := &types.ConfigDetails{WorkingDir: dir}
	for _, f := range p.ConfigPaths {
		abs, err := filepath.Abs(f)
		if err != nil {
			return nil, err
		}
		d.ConfigFiles = append(d.ConfigFiles, types.ConfigFile{Filename: abs})
	}
	return d, nil
}

// environment is that of .env alone: an import is the same on every machine.
func (s *Source) environment() error {
	files := s.opts.EnvFiles
	if len(files) == 0 {
		files = []string{filepath.Join(s.dir, ".env")}
	}
	env, err := dotenv.GetEnvFromFile(map[string]string{}, files)
	if err != nil && len(s.opts.EnvFiles) == 0 && !isFile(files[0]) {
		return nil
	}
	if err != nil {
		return err
	}
	s.env = env
	return nil
}

// load loads the model as written, and with absolute paths, which shows which strings are paths.
func (s *Source) load(d *types.ConfigDetails) error {
	var plain *types.Project
	used := map[string]bool{}
	for {
		p, err := read(d, reading{env: s.env, name: s.opts.Name, used: used})
		var missing *template.MissingRequiredError
		if errors.As(err, &missing) && s.env[missing.Variable] == "" {
			s.env[missing.Variable] = "set-" + missing.Variable
			s.unset = append(s.unset, missing.Variable)
			continue
		}
		if err != nil {
			return err
		}
		plain = p
		break
	}
	s.Name = plain.Name
	whole, err := read(d, reading{env: s.env, name: s.Name, resolve: true, normalise: true})
	if err != nil {
		return err
	}
	if s.model, err = tree(plain); err != nil {
		return err
	}
	if s.whole, err = tree(whole); err != nil {
		return err
	}
	s.model = s.paths(s.model, s.whole).(map[string]any)
	s.withoutProviders()
	s.mark(d, used)
	for _, name := range sortedKeys(used) {
		if _, kept := s.variables[name]; !kept && name != "COMPOSE_PROJECT_NAME" {
			s.fixed = append(s.fixed, name)
		}
	}
	s.defaultNetwork()
	return nil
}

// withoutProviders leaves out services that a provider stands for: they have no container. Compare lists them as lost.
func (s *Source) withoutProviders() {
	services := mapOf(s.model["services"])
	for name, x := range services {
		if m := mapOf(x); m["provider"] == nil || m["image"] != nil || m["build"] != nil {
			continue
		}
		delete(services, name)
		for _, other := range services {
			delete(mapOf(mapOf(other)["depends_on"]), name)
		}
	}
}

// defaultNetwork declares the default network if a service names it beside others.
func (s *Source) defaultNetwork() {
	for _, x := range mapOf(s.model["services"]) {
		nets := mapOf(at(x, "networks"))
		if _, named := nets["default"]; named && len(nets) > 1 {
			if s.model["networks"] == nil {
				s.model["networks"] = map[string]any{}
			}
			if all := mapOf(s.model["networks"]); all["default"] == nil {
				all["default"] = map[string]any{}
			}
		}
	}
}

// reading is one way to load a model.
type reading struct {
	env                map[string]string
	name               string
	resolve, normalise bool
	used               map[string]bool // filled with the variables that the files use
}

// read loads a project with all its profiles. Environment files of services stay unread: the kit
// names them, too.
func read(d *types.ConfigDetails, r reading) (p *types.Project, err error) {
	details := types.ConfigDetails{WorkingDir: d.WorkingDir, ConfigFiles: append([]types.ConfigFile{}, d.ConfigFiles...), Environment: types.Mapping{}}
	for k, v := range r.env {
		details.Environment[k] = v
	}
	configure := func(o *loader.Options) {
		o.ResolvePaths = r.resolve
		o.SkipNormalization = !r.normalise
		o.SkipConsistencyCheck = !r.normalise // the default network is there only then
		o.SkipResolveEnvironment, o.SkipResolveLabels = true, true
		o.Profiles = []string{"*"}
		o.MaxNodeVisits = 1 << 40
		if r.used != nil {
			o.Interpolate.LookupValue = func(name string) (string, bool) {
				r.used[name] = true
				v, ok := details.Environment[name]
				return v, ok
			}
		}
		name, explicit := r.name, r.name != ""
		if !explicit {
			name = loader.NormalizeProjectName(filepath.Base(details.WorkingDir))
		}
		if name == "" {
			name = "imported"
		}
		o.SetProjectName(name, explicit)
	}
	// What the loader can't process is an error here, never a panic.
	defer func() {
		if x := recover(); x != nil {
			err = fmt.Errorf("Compose's loader fails: %v", x)
		}
	}()
	lint.Captured(func() { // its warnings are about the files, and Compose repeats them
		options := loader.ToOptions(&details, []func(*loader.Options){configure})
		var model map[string]any
		if model, err = loader.LoadModelWithContext(context.Background(), details, configure); err != nil {
			return
		}
		if name, _ := model["name"].(string); r.name == "" && name != "" {
			options.SetProjectName(name, true)
		}
		p, err = loader.ModelToProject(model, options, details)
	})
	return p, err
}

// tree is a project as plain data: maps, lists, strings, numbers (json.Number) and bools.
func tree(p *types.Project) (map[string]any, error) {
	text, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	out, err := plain(text)
	if err != nil {
		return nil, err
	}
	if len(p.Models) > 0 { // the project's own encoding leaves them out
		text, err := json.Marshal(map[string]any{"models": p.Models})
		if err != nil {
			return nil, err
		}
		more, err := plain(text)
		if err != nil {
			return nil, err
		}
		out["models"] = more["models"]
	}
	// What deploy and ipam lack is written as empty maps, and some keys as Go's fields.
	for _, x := range mapOf(out["services"]) {
		for k, v := range mapOf(mapOf(x)["blkio_config"]) {
			for i, device := range listOf(v) {
				lower := map[string]any{}
				for name, value := range mapOf(device) {
					lower[strings.ToLower(name)] = value
				}
				listOf(mapOf(mapOf(x)["blkio_config"])[k])[i] = lower
			}
		}
		for _, w := range listOf(at(x, "develop", "watch")) {
			if at(w, "exec", "command") == nil {
				delete(mapOf(w), "exec")
			}
		}
		if d := mapOf(mapOf(x)["deploy"]); len(mapOf(d["placement"])) == 0 {
			delete(d, "placement")
		}
		if r := mapOf(mapOf(mapOf(x)["deploy"])["resources"]); len(r) == 0 {
			delete(mapOf(mapOf(x)["deploy"]), "resources")
		}
	}
	for _, x := range mapOf(out["networks"]) {
		if m := mapOf(x); len(mapOf(m["ipam"])) == 0 {
			delete(m, "ipam")
		}
	}
	return out, nil
}

func plain(text []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	out := map[string]any{}
	err := decoder.Decode(&out)
	return out, err
}

// Text is a string or number of the model with what it stands for.
type Text struct {
	Value string
	Parts []Part
}

// Part is plain text, the name of a variable, a secret, or an expression.
type Part struct {
	Text, Variable string
	Expr           string
	Secret         *secretValue
}

// String is the value.
func (t *Text) String() string { return t.Value }

// paths replaces relative paths, which differ between the two models, by paths from the manifest's folder.
func (s *Source) paths(as, absolute any) any {
	switch x := as.(type) {
	case map[string]any:
		y, _ := absolute.(map[string]any)
		for k, v := range x {
			x[k] = s.paths(v, y[k])
		}
	case []any:
		y, _ := absolute.([]any)
		for i, v := range x {
			if i < len(y) {
				x[i] = s.paths(v, y[i])
			}
		}
	case string:
		y, ok := absolute.(string)
		if !ok || x == y || !filepath.IsAbs(y) || filepath.IsAbs(x) || x != "" && x[0] == '~' {
			return x
		}
		rel := s.fromManifest(y)
		s.isPath[rel] = true
		return rel
	}
	return as
}

// fromManifest is an absolute path as seen from the manifest's folder.
func (s *Source) fromManifest(abs string) string {
	rel, err := filepath.Rel(s.out, abs)
	if err != nil {
		return abs
	}
	rel = filepath.ToSlash(rel)
	if rel[0] != '.' {
		rel = "./" + rel
	}
	return rel
}

// inFolder reports whether something is there, in the manifest's folder.
func (s *Source) inFolder(name string) bool {
	return !strings.HasPrefix(name, "/") && !strings.HasPrefix(name, "~") && !strings.HasPrefix(path.Clean(name), "..") && !s.missing(name)
}

// Folder is that of the manifest.
func (s *Source) Folder() string { return s.out }

// missing reports whether nothing is at a path that isn't absolute: Docker creates a folder there.
func (s *Source) missing(name string) bool {
	if filepath.IsAbs(name) || strings.HasPrefix(name, "~") {
		return false
	}
	_, err := os.Stat(filepath.Join(s.out, filepath.FromSlash(name)))
	return errors.Is(err, fs.ErrNotExist)
}
