package service

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/paths"
	"github.com/omegagen/omegagen/hcl/manifest"
	layout "github.com/omegagen/omegagen/internal/kit"
)

func reloadSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "reload", Max: 1,
		Doc: "Makes the running server read its files again when they change, instead of replacing its containers. It has exactly one method: signal, command or http; without one, that of the image facts. Without the block, the files of the kit in folders that the image is known to read again are reloaded (docs/images.md). Files that are reloaded must be mounted with their folder, because a container keeps the old content of a single file that is mounted and then replaced.",
		Attrs: []lang.Attr{
			{Name: "signal", Type: lang.String, Values: []string{"SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH"}, Doc: "A signal for process 1 of the container. The reload counts as done if the container runs on for three seconds."},
			{Name: "command", Type: lang.Strings, Doc: "A command that is run in the container, without a shell. It must fail if the server refuses the files."},
			{Name: "files", Type: lang.Strings, Doc: "The files and folders that are reloaded, relative to the manifest's folder, or as the kit's artifacts are named. Each must be in a folder that the service mounts. Default: all files of the kit in such folders."},
			{Name: "disable", Type: lang.Bool, Default: "false", Doc: "Turns off the reload that the image facts describe: a change replaces the containers."},
		},
		Blocks: []*lang.BlockSpec{{
			Type: "http", Max: 1, Doc: "A request that the server must answer with a status from 200 to 299. It is sent from the host if the port is published and curl is there, otherwise by curl or wget in the container.",
			Attrs: []lang.Attr{
				{Name: "port", Type: lang.Any, Required: true, Doc: "The name of a port of the service, or a number in the container."},
				{Name: "path", Type: lang.String, Default: `"/-/reload"`, Doc: "The path of the request."},
				{Name: "method", Type: lang.String, Default: `"POST"`, Values: []string{"GET", "POST", "PUT"}, Doc: "The method of the request."},
			},
		}},
	}
}

// reload decodes the block. Its files are checked once everything that is mounted is known.
func (d *decoder) reload(b *lang.Block, s *manifest.Service) {
	r := b.Block("reload")
	if r == nil {
		return
	}
	out := &manifest.Reload{Origin: r.Origin(), Signal: r.String("signal"), Command: r.Strings("command")}
	p, ok := b.Evaluation(), true
	wrong := func(at hcl.Range, format string, args ...any) {
		p.Errorf(ruleReload, at, format, args...)
		ok = false
	}
	var methods []string
	for _, name := range []string{"signal", "command"} {
		if r.Given(name) {
			methods = append(methods, name)
		}
	}
	if r.Block("http") != nil {
		methods = append(methods, "http")
	}
	switch {
	case r.Bool("disable"):
		if len(methods) > 0 || r.Given("files") {
			wrong(r.Range, "Reloading is disabled, but the block also says what to reload or how. Remove one of the two.")
		}
		d.of[b].neverReloads = true
		return
	case s.Oneshot:
		wrong(r.Range, "%s runs once and ends, so it can't reload files. Remove the block.", s.Address)
	case len(methods) > 1:
		wrong(r.Range, "The block has several methods: %s. Keep one.", strings.Join(methods, ", "))
	case r.Given("command") && len(out.Command) == 0 && !r.Failed("command"):
		wrong(r.AttrRange("command"), "The command is empty.")
	}
	if h := r.Block("http"); h != nil {
		out.HTTP = &manifest.ReloadRequest{Path: h.String("path"), Method: h.String("method")}
		var found bool
		out.HTTP.Port, found = d.probePort(h, b, 0)
		ok = ok && found && !h.Failed()
		if !strings.HasPrefix(out.HTTP.Path, "/") && !h.Failed("path") {
			wrong(h.AttrRange("path"), "The path %q must start with a slash.", out.HTTP.Path)
		}
	}
	d.of[b].neverReloads = true
	if ok && !r.Failed() {
		s.Reload = out
		d.of[b].neverReloads = false
	}
}

// reloads checks and completes how services reload files, once everything that they mount is known.
func (d *decoder) reloads(p *lang.Evaluation) {
	kit := kitFiles(p.Manifest)
	for _, x := range d.services {
		if x.neverReloads || x.stated == nil || d.mistakenMount(x.b) {
			continue
		}
		var facts *images.Reload
		if f := x.s.Running(); f != nil {
			facts = f.Reload
		}
		if facts != nil && facts.ImageCommand && slices.ContainsFunc(x.s.Instances, func(i *manifest.Instance) bool { return i.Command != nil }) {
			facts = nil
		}
		if x.s.Reload == nil {
			knownReload(p.Manifest, x.s, facts, kit)
		} else if !statedReload(p, x.b.Block("reload"), x.s, facts, kit) {
			x.s.Reload = nil
		}
	}
}

// mistakenMount reports whether a mount has a mistake, so that what is mounted isn't known.
func (d *decoder) mistakenMount(b *lang.Block) bool {
	for _, v := range d.replicas(b) {
		if slices.ContainsFunc(v.Blocks("mount"), func(m *lang.Block) bool { return m.Failed() }) {
			return true
		}
	}
	return false
}

// knownReload is how the image is known to reload those files of the kit that it reads again.
func knownReload(m *manifest.Manifest, s *manifest.Service, facts *images.Reload, kit []string) {
	if s.Image == nil { // it is invalid, which was reported
		return
	}
	if m.Grafana != nil && m.Grafana.Service == s && len(m.Dashboards) > 0 {
		dashboards(s)
	}
	if facts == nil || s.Oneshot {
		return
	}
	folders := facts.Paths
	if m.Prometheus != nil && m.Prometheus.Service == s {
		folders = append(slices.Clone(folders), m.Prometheus.ConfigPath)
	}
	if m.Alertmanager != nil && m.Alertmanager.Service == s {
		folders = append(slices.Clone(folders), m.Alertmanager.ConfigPath)
	}
	again := func(target string) bool {
		in := func(folder string) bool { return manifest.Inside(target, folder) }
		return slices.ContainsFunc(folders, in) && !slices.ContainsFunc(facts.Except, in)
	}
	if files := shownFiles(s, kit, again); len(files) > 0 {
		s.Reload = &manifest.Reload{Origin: s.Image.Origin, Derived: true, Files: files}
		fromFacts(s.Reload, facts)
	}
}

// dashboards leaves it to Grafana to read changed dashboards again, as the generated provider makes it do
// every 30 seconds.
func dashboards(s *manifest.Service) {
	for _, i := range s.Instances {
		for _, dir := range []string{layout.GrafanaProvidersDir, layout.GrafanaDashboardsDir} {
			if !slices.ContainsFunc(i.Mounts, func(m *manifest.Mount) bool { return m.Generated == dir }) {
				return
			}
		}
	}
	s.Reload = &manifest.Reload{Origin: s.Image.Origin, Derived: true, Files: []string{layout.GrafanaDashboardsDir}}
}

// fromFacts sets the method of the image facts.
func fromFacts(r *manifest.Reload, facts *images.Reload) {
	r.Check, r.Signal, r.Command, r.Confirm = facts.Check, facts.Signal, facts.Command, facts
}

// statedReload completes the manifest's own block; false if it is wrong, which is reported.
func statedReload(p *lang.Evaluation, b *lang.Block, s *manifest.Service, facts *images.Reload, kit []string) bool {
	r := s.Reload
	if r.Signal == "" && r.Command == nil && r.HTTP == nil {
		if facts == nil {
			p.Errorf(ruleReload, b.Range, "How the program of %s reads its files again isn't known. Add a method: signal = \"SIGHUP\", command = […] or http { … }.", s.Address)
			return false
		}
		fromFacts(r, facts)
	}
	if !b.Given("files") {
		r.Files = shownFiles(s, kit, func(string) bool { return true })
		if len(r.Files) == 0 {
			p.Errorf(ruleReloadFile, b.Range, "%s mounts no folder with files of the kit, so there is nothing to reload. Mount the folder of the files, as in mount \"/etc/app\" { bind = \"app\" }.", s.Address)
			return false
		}
		return true
	}
	ok := true
	for _, item := range b.Items("files") {
		file := path.Clean(paths.FromKit(p, item.Value))
		if why := notShown(s, file, kit); why != "" {
			p.Errorf(ruleReloadFile, item.Range, "%s", why)
			ok = false
		}
		r.Files = append(r.Files, file)
	}
	slices.Sort(r.Files)
	r.Files = slices.Compact(r.Files)
	return ok
}

// shownFiles are the files of the kit in folders that a service mounts, if they are wanted by their path in
// the container; a generated folder is one of them as a whole.
func shownFiles(s *manifest.Service, kit []string, wanted func(target string) bool) []string {
	var out []string
	for _, i := range s.Instances {
		for _, m := range i.Mounts {
			source := m.Source()
			if source == "" || m.FirstStart || slices.Contains(kit, source) {
				continue
			}
			if m.Generated != "" && wanted(path.Clean(m.Target)) {
				out = append(out, source)
			}
			for _, f := range kit {
				in := strings.TrimPrefix(f, source+"/")
				if m.Generated == "" && manifest.Inside(f, source) && wanted(path.Join(m.Target, in)) && notShown(s, f, kit) == "" {
					out = append(out, f)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// notShown is why a service's containers don't see a change of a file; "" if they do, because they
// mount a folder that it is in.
func notShown(s *manifest.Service, file string, kit []string) string {
	folder := false
	for _, i := range s.Instances {
		for _, m := range i.Mounts {
			source := m.Source()
			if source == file && (m.Artifact != nil || slices.Contains(kit, file)) {
				return fmt.Sprintf("%s mounts %s as a single file. A container keeps the old content of such a file when a new one replaces it. Mount its folder, as in mount %q { bind = %q }.", s.Address, file, path.Dir(m.Target), path.Dir(file))
			}
			folder = folder || source != "" && manifest.Inside(file, source)
		}
	}
	if folder {
		return ""
	}
	return fmt.Sprintf("%s doesn't mount %s, or a folder that it is in. Paths are relative to the manifest's folder.", s.Address, file)
}

// kitFiles are the files of the kit that services can mount, except those in generated folders.
func kitFiles(m *manifest.Manifest) []string {
	var out []string
	for _, a := range m.Artifacts {
		out = append(out, path.Clean(a.Path))
	}
	for _, d := range m.Databases {
		out = append(out, d.File)
	}
	for _, f := range m.Mounted {
		out = append(out, layout.MountedPath(f.Path))
	}
	return out
}
