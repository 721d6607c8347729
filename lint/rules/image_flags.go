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
	ruleAbsentConfig = diag.Warning("OG856", "Missing configuration file",
		"A server exits if a file that it is told to read doesn't exist. The file must be part of the image, or be mounted at its path or above it. A command replaces the image's whole command, including the flag that names the configuration.")
	ruleUnknownFlag = diag.Warning("OG857", "Unknown server flag",
		"Prometheus and related servers exit on an unknown flag. The flags of Prometheus 2 and 3, Alertmanager, the Pushgateway and the blackbox exporter are known; a name that differs from one of them by one or two letters is reported.")
	ruleMisspelledMount = diag.Warning("OG858", "Misspelled mount path in a flag",
		"If a flag names a directory that differs by one letter from the mount point of a volume, the data stays in the container and is lost with it.")
)

// configFiles reports missing configuration files.
func (r *running) configFiles() hcl.Diagnostics {
	if r.s.Image.Built() || r.anyKey("volumes", "volumes_from", "configs", "secrets", "extends", "tmpfs", "develop") {
		return nil
	}
	var diags hcl.Diagnostics
	for _, i := range r.s.Instances {
		for _, flag := range r.f.ConfigFlags {
			files, at := r.filesOf(i, flag)
			for _, f := range files {
				if r.provided(i, f) {
					continue
				}
				hint := "Mount it: mount \"" + f + "\" { file = … }."
				if near := nearFile(f, r.files(i)); near != "" {
					hint = "Did you mean " + near + "?"
				}
				diags = append(diags, ruleAbsentConfig.At(at, "%s is told to read %s, but %s has no such file, and nothing is mounted there: the server exits. %s", r.s.Address, f, r.s.Image.Tag, hint))
			}
		}
		for _, d := range []*hcl.Diagnostic{r.droppedConfigFlag(i), r.unconfigured(i)} {
			if d != nil {
				diags = append(diags, d)
			}
		}
	}
	return diags
}

// filesOf lists the files that a flag or a variable names.
func (r *running) filesOf(i *manifest.Instance, flag string) (files []string, at hcl.Range) {
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

// flagValues are the values of a flag in the notation of facts:
// `--config.file`, `-c config_file=`; "" is the first argument.
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

// sameFlag compares flags. A long flag may begin with one dash or two, and some
// servers ignore its case.
func sameFlag(a, b string) bool {
	if len(b) == 2 || len(a) == 2 {
		return a == b
	}
	return strings.HasPrefix(a, "-") && strings.EqualFold(strings.TrimLeft(a, "-"), strings.TrimLeft(b, "-"))
}

// provided reports whether a file may exist in a container.
func (r *running) provided(i *manifest.Instance, file string) bool {
	if slices.ContainsFunc([]string{"/run/secrets/", "/dev/", "/proc/", "/tmp/"}, func(p string) bool { return strings.HasPrefix(file, p) }) {
		return true
	}
	if slices.ContainsFunc(r.f.Volumes, func(v images.Volume) bool { return below(file, v.Path) }) {
		return true // the server may create it
	}
	m := mountAbove(i, file)
	if m == nil {
		return !r.f.NeedsConfig && slices.ContainsFunc(r.f.ConfigPaths, func(p string) bool { return p == file || path.Ext(p) == "" && below(file, p) })
	}
	files := generatedFiles[m.Generated]
	return files == nil || path.Dir(file) != clean(m.Target) || slices.Contains(files, path.Base(file))
}

// generatedFiles are the files of generated directories, the configuration first.
var generatedFiles = map[string][]string{
	kit.PrometheusDir:   {kit.PrometheusConfigName, kit.PrometheusRulesName},
	kit.AlertmanagerDir: {kit.AlertmanagerConfigName},
}

// files are the files known to exist in a container.
func (r *running) files(i *manifest.Instance) []string {
	out := slices.Clone(r.f.ConfigPaths)
	for _, m := range i.Mounts {
		if files := generatedFiles[m.Generated]; files != nil {
			out = append(out, clean(m.Target)+"/"+files[0])
		}
		out = append(out, clean(m.Target))
	}
	return slices.DeleteFunc(out, func(p string) bool { return path.Ext(p) == "" || p[0] != '/' })
}

// nearFile is the file that a path probably means: one with the same name, a
// similar one, or the only one in the same directory.
func nearFile(file string, files []string) string {
	var siblings []string
	for _, f := range files {
		if path.Base(f) == path.Base(file) {
			return f
		}
		if path.Dir(f) == path.Dir(file) && !slices.Contains(siblings, f) {
			siblings = append(siblings, f)
		}
	}
	if near := text.Nearest(file, files); near != "" {
		return near
	}
	if len(siblings) == 1 {
		return siblings[0]
	}
	return ""
}

// unconfigured reports an image that requires a configuration and gets none.
func (r *running) unconfigured(i *manifest.Instance) *hcl.Diagnostic {
	if !r.f.NeedsConfig || i.MountsUnder(r.f.ConfigPaths) {
		return nil
	}
	for _, flag := range r.f.ConfigFlags {
		if len(flagValues(i.Command.Words(), flag)) > 0 {
			return nil // checked separately
		}
	}
	where := "write " + r.f.ConfigFlags[0] + " in its command, and mount the file"
	if len(r.f.ConfigPaths) > 0 {
		where = "mount it at " + r.f.ConfigPaths[0]
	}
	return ruleAbsentConfig.At(r.s.Range, "%s has no default configuration, and %s provides none: the server exits. Declare the file as an artifact, and %s.", r.s.Image.Tag, r.s.Address, where)
}

// droppedConfigFlag reports a command that replaces the image's command, including the
// flag that names the configuration.
func (r *running) droppedConfigFlag(i *manifest.Instance) *hcl.Diagnostic {
	const flag = "--config.file"
	own := flagValues(r.f.Cmd, flag)
	words := i.Command.Words()
	if len(own) == 0 || i.Command == nil || i.Command.Exec == nil || len(flagValues(words, flag)) > 0 || r.anyKey("working_dir") || slices.Contains(words, "--version") || slices.Contains(words, "--help") {
		return nil
	}
	for _, w := range words {
		if name, _, _ := strings.Cut(w, "="); text.Slip(name, []string{flag}) != "" {
			return nil // reported by another rule
		}
	}
	for _, m := range i.Mounts {
		if path.Base(m.Target) == path.Base(own[0]) && path.Dir(m.Target) != path.Dir(own[0]) {
			return nil // possibly in its working directory
		}
	}
	return ruleAbsentConfig.At(i.Command.Range, "The command of %s replaces the command of %s, including %s=%s: the server looks for %s in its working directory and exits. Add %q.",
		r.s.Address, r.s.Image.Tag, flag, own[0], path.Base(own[0]), flag+"="+own[0])
}

// flags reports misspelled flags, and misspelled directories in flags.
func (r *running) flags() hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, i := range r.s.Instances {
		for n, w := range i.Command.Words() {
			for _, d := range []*hcl.Diagnostic{r.flag(i, w), r.misspelledMount(i, n, w)} {
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
		return ruleUnknownFlag.At(i.Command.Range, "%s doesn't support %s: its flags begin with %s. Write %s.", r.s.Image.Tag, given, known.Dashes, known.Dashes+name)
	}
	near := text.Slip(name, known.Names)
	if near == "" {
		return nil
	}
	return ruleUnknownFlag.At(i.Command.Range, "%s doesn't support %s and exits. Did you mean %s?", r.s.Image.Tag, given, known.Dashes+near)
}

// misspelledMount checks a path in a flag.
func (r *running) misspelledMount(i *manifest.Instance, n int, word string) *hcl.Diagnostic {
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
			return ruleMisspelledMount.At(i.Command.Range, "%s names %s, where nothing is mounted. Did you mean %s?", flag, value, f+strings.TrimPrefix(value, head))
		}
	}
	return nil
}

// upTo is the beginning of a path with the given number of elements.
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
