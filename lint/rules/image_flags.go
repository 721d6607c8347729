package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	ruleAbsentConfig = diag.Warning("OG856", "Configuration that isn't in the container",
		"A server that is told to read a file that isn't there exits. The file is one of the image, or something is mounted at its path or above it. A command replaces the image's whole own one, with the flag that names the configuration in it.")
	ruleUnknownFlag = diag.Warning("OG857", "Flag that the server doesn't know",
		"Prometheus and its kin exit at a flag that they don't know. The flags of Prometheus 2 and 3, Alertmanager, the Pushgateway and the blackbox exporter are known; a name that is one or two letters beside one of them is reported.")
	ruleStrayPath = diag.Warning("OG858", "Path beside a mount",
		"A flag that names a folder one letter beside the one where a volume is mounted keeps the data in the container, where it goes with it.")
)

// configFiles looks for configuration files that aren't there.
func (r *running) configFiles() hcl.Diagnostics {
	if r.s.Image.Built() || r.anyKey("volumes", "volumes_from", "configs", "secrets", "extends", "tmpfs", "develop") {
		return nil
	}
	var diags hcl.Diagnostics
	for _, i := range r.s.Instances {
		for _, flag := range r.f.ConfigFlags {
			files, at := r.told(i, flag)
			for _, f := range files {
				if r.provided(i, f) {
					continue
				}
				hint := "Mount it: mount \"" + f + "\" { file = … }."
				if near := nearFile(f, r.files(i)); near != "" {
					hint = "Did you mean " + near + "?"
				}
				diags = append(diags, ruleAbsentConfig.At(at, "%s is told to read %s, but %s has no such file, and nothing is mounted at it: the server exits. %s", r.s.Address, f, r.s.Image.Tag, hint))
			}
		}
		for _, d := range []*hcl.Diagnostic{r.forgotten(i), r.unconfigured(i)} {
			if d != nil {
				diags = append(diags, d)
			}
		}
	}
	return diags
}

// told lists the files that a flag, or a variable, names.
func (r *running) told(i *manifest.Instance, flag string) (files []string, at hcl.Range) {
	if flag != "" && flag[0] != '-' {
		value, plain, _ := r.set(i, flag)
		for _, e := range i.Env {
			if e.Name == flag && plain && strings.HasPrefix(value, "/") {
				return []string{value}, e.Range
			}
		}
		return nil, at
	}
	for _, v := range flagValues(i.Command.Words(), flag) {
		v = strings.TrimPrefix(v, "file:")
		if strings.HasPrefix(v, "/") && !strings.ContainsAny(v, "$,*{") {
			files = append(files, path.Clean(v))
		}
	}
	if i.Command != nil {
		at = i.Command.Range
	}
	return files, at
}

// flagValues are the values of a flag as facts write it: `--config.file`,
// `-c config_file=`; "" is the first argument.
func flagValues(words []string, flag string) (out []string) {
	name, assigned, two := strings.Cut(flag, " ")
	for n, w := range words {
		next := ""
		if n+1 < len(words) {
			next = words[n+1]
		}
		own, value, equals := strings.Cut(w, "=")
		switch {
		case flag == "":
			if n < 2 && strings.HasPrefix(w, "/") && path.Ext(w) != "" {
				return []string{w}
			}
		case two:
			if v, ok := strings.CutPrefix(next, assigned); ok && w == name {
				out = append(out, v)
			} else if v, ok := strings.CutPrefix(w, name+assigned); ok {
				out = append(out, v)
			}
		case !sameFlag(own, name):
		case equals:
			out = append(out, value)
		default:
			out = append(out, next)
		}
	}
	return out
}

// sameFlag compares flags. A long one may begin with one dash or with two, and
// some servers don't mind its case.
func sameFlag(a, b string) bool {
	if len(b) == 2 || len(a) == 2 {
		return a == b
	}
	return strings.HasPrefix(a, "-") && strings.EqualFold(strings.TrimLeft(a, "-"), strings.TrimLeft(b, "-"))
}

// provided says whether a file may be in a container.
func (r *running) provided(i *manifest.Instance, file string) bool {
	if slices.ContainsFunc([]string{"/run/secrets/", "/dev/", "/proc/", "/tmp/"}, func(p string) bool { return strings.HasPrefix(file, p) }) {
		return true
	}
	if slices.ContainsFunc(r.f.Volumes, func(v images.Volume) bool { return below(file, v.Path) }) {
		return true // the server may make it
	}
	m := mountAbove(i, file)
	if m == nil {
		return !r.f.NeedsConfig && slices.ContainsFunc(r.f.ConfigPaths, func(p string) bool { return p == file || path.Ext(p) == "" && below(file, p) })
	}
	return m.Generated != kit.PrometheusDir || path.Dir(file) != clean(m.Target) || slices.Contains(prometheusFiles, path.Base(file))
}

// prometheusFiles are those of the folder that is made for Prometheus.
var prometheusFiles = []string{kit.PrometheusConfigName, kit.PrometheusRulesName}

// files are those that are known to be in a container.
func (r *running) files(i *manifest.Instance) []string {
	out := slices.Clone(r.f.ConfigPaths)
	for _, m := range i.Mounts {
		if m.Generated == kit.PrometheusDir {
			out = append(out, clean(m.Target)+"/"+kit.PrometheusConfigName)
		}
		out = append(out, clean(m.Target))
	}
	return slices.DeleteFunc(out, func(p string) bool { return path.Ext(p) == "" || p[0] != '/' })
}

// nearFile is the file that was meant by a path: one of the same name, one that
// is nearly the same, or the only one beside it.
func nearFile(file string, files []string) string {
	var beside []string
	for _, f := range files {
		if path.Base(f) == path.Base(file) {
			return f
		}
		if path.Dir(f) == path.Dir(file) && !slices.Contains(beside, f) {
			beside = append(beside, f)
		}
	}
	if near := text.Nearest(file, files); near != "" {
		return near
	}
	if len(beside) == 1 {
		return beside[0]
	}
	return ""
}

// unconfigured says that an image that needs a configuration is given none.
func (r *running) unconfigured(i *manifest.Instance) *hcl.Diagnostic {
	if !r.f.NeedsConfig || i.MountsUnder(r.f.ConfigPaths) {
		return nil
	}
	for _, flag := range r.f.ConfigFlags {
		if len(flagValues(i.Command.Words(), flag)) > 0 {
			return nil // which is looked at by itself
		}
	}
	where := "write " + r.f.ConfigFlags[0] + " in its command, and mount the file"
	if len(r.f.ConfigPaths) > 0 {
		where = "mount it at " + r.f.ConfigPaths[0]
	}
	return ruleAbsentConfig.At(r.s.Range, "%s has no configuration of its own, and %s gives it none: the server exits. Make the file an artifact, and %s.", r.s.Image.Tag, r.s.Address, where)
}

// forgotten says that a command replaces the image's own, which named the
// configuration.
func (r *running) forgotten(i *manifest.Instance) *hcl.Diagnostic {
	const flag = "--config.file"
	own := flagValues(r.f.Cmd, flag)
	words := i.Command.Words()
	if len(own) == 0 || i.Command == nil || i.Command.Exec == nil || len(flagValues(words, flag)) > 0 || r.anyKey("working_dir") || slices.Contains(words, "--version") || slices.Contains(words, "--help") {
		return nil
	}
	for _, w := range words {
		if name, _, _ := strings.Cut(w, "="); text.Slip(name, []string{flag}) != "" {
			return nil // another rule's
		}
	}
	for _, m := range i.Mounts {
		if path.Base(m.Target) == path.Base(own[0]) && path.Dir(m.Target) != path.Dir(own[0]) {
			return nil // perhaps its working folder's
		}
	}
	return ruleAbsentConfig.At(i.Command.Range, "The command of %s replaces that of %s as a whole, and %s=%s with it: the server looks for %s in its working folder, and exits. Add %q.",
		r.s.Address, r.s.Image.Tag, flag, own[0], path.Base(own[0]), flag+"="+own[0])
}

// flags looks for slips in the names of flags, and in folders that they name.
func (r *running) flags() hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, i := range r.s.Instances {
		for n, w := range i.Command.Words() {
			for _, d := range []*hcl.Diagnostic{r.flag(i, w), r.stray(i, n, w)} {
				if d != nil {
					diags = append(diags, d)
				}
			}
		}
	}
	return diags
}

func (r *running) flag(i *manifest.Instance, word string) *hcl.Diagnostic {
	known := r.f.Flags
	given, _, _ := strings.Cut(word, "=")
	name := strings.TrimLeft(given, "-")
	if known == nil || given == name || len(name) < 3 || strings.ContainsAny(name, "/$ ") {
		return nil
	}
	if slices.Contains(known.Names, strings.TrimPrefix(name, "no-")) || slices.Contains(known.Names, name) {
		if given == known.Dashes+name {
			return nil
		}
		return ruleUnknownFlag.At(i.Command.Range, "%s doesn't know %s: its flags begin with %s. Write %s.", r.s.Image.Tag, given, known.Dashes, known.Dashes+name)
	}
	near := text.Slip(name, known.Names)
	if near == "" {
		return nil
	}
	return ruleUnknownFlag.At(i.Command.Range, "%s doesn't know %s, and exits. Did you mean %s?", r.s.Image.Tag, given, known.Dashes+near)
}

// stray looks at a path that a flag names.
func (r *running) stray(i *manifest.Instance, n int, word string) *hcl.Diagnostic {
	flag, value, assigned := strings.Cut(word, "=")
	if !assigned {
		value = word
		if n > 0 {
			flag = i.Command.Words()[n-1]
		}
	}
	if !strings.HasPrefix(value, "/") || len(value) < 4 || r.f.Family == "" || strings.ContainsAny(value, "$*:,") || !strings.HasPrefix(flag, "-") ||
		strings.Contains(flag, "prefix") || strings.Contains(flag, "url") || strings.Contains(flag, "uri") || strings.Contains(flag, "endpoint") {
		return nil
	}
	value = path.Clean(value)
	var folders []string
	for _, v := range r.f.Volumes {
		folders = append(folders, v.Path)
	}
	for _, m := range i.Mounts {
		folders = append(folders, clean(m.Target))
	}
	for _, f := range folders {
		if value == f || below(value, f) || below(f, value) || mountAbove(i, value) != nil {
			return nil
		}
	}
	for _, f := range folders {
		if head := upTo(value, strings.Count(f, "/")); text.Slip(head, []string{f}) != "" && path.Ext(f) == "" {
			return ruleStrayPath.At(i.Command.Range, "%s names %s, where nothing is mounted. Did you mean %s?", flag, value, f+strings.TrimPrefix(value, head))
		}
	}
	return nil
}

// upTo is the beginning of a path with so many elements.
func upTo(p string, elements int) string {
	for i := range len(p) {
		if p[i] == '/' {
			if elements--; elements < 0 {
				return p[:i]
			}
		}
	}
	return p
}
